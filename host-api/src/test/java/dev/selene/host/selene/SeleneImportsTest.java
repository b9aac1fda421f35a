package dev.selene.host.selene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Extensions.Sent;
import dev.selene.host.HandleKind;
import dev.selene.host.HostTrap;
import dev.selene.host.LimitedResource;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessExit;
import dev.selene.host.SpawnExtras;
import dev.selene.host.SpawnRequest;
import dev.selene.host.TrapKind;
import dev.selene.host.testing.TestProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the imports answer, beside what HostileArgumentsTest checks for all of them. */
class SeleneImportsTest {
  private static final int TEXT = 1024;
  private static final int OUT = 4096;

  private final TestProcess process = new TestProcess();
  private final ProcessImports processes = new ProcessImports();
  private final MessageImports messages = new MessageImports();

  private int put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    process.memory.write(TEXT, bytes, 0, bytes.length);
    return bytes.length;
  }

  // Exit reasons

  static Stream<ExitReason> reasons() {
    ExitReason trap =
        new ExitReason.Trapped(TrapKind.PANIC, "größer als 5", List.of("inner", "outer"));
    return Stream.of(
        ExitReason.NORMAL,
        new ExitReason.Exited(-3),
        trap,
        new ExitReason.Trapped(TrapKind.HOST, "", List.of()),
        new ExitReason.OutOfFuel(10),
        new ExitReason.OutOfMemory(Long.MAX_VALUE),
        new ExitReason.Killed(0x8000_0000_0000_0001L),
        new ExitReason.LinkDied(5, trap),
        new ExitReason.LinkDied(5, new ExitReason.LinkDied(6, ExitReason.NORMAL)),
        ExitReason.NO_PROCESS,
        new ExitReason.HostFailure("bug"));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void exitReason_isReadBackAsItWas(ExitReason reason) {
    process.setScratch(new Message.ProcessDied(3, 4, 5, reason));
    int size = messages.exitReason(process, OUT, 0);
    assertEquals(size, messages.exitReason(process, OUT, 60_000));
    ByteBuffer bytes =
        ByteBuffer.wrap(process.memory.read(OUT, size)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(reason, decode(bytes));
    assertFalse(bytes.hasRemaining());
    if (size > 1) {
      process.memory.write(OUT, new byte[size], 0, size);
      assertEquals(size, messages.exitReason(process, OUT, size - 1));
      assertEquals(0, process.memory.getByte(OUT + size - 1));
    }
  }

  private static ExitReason decode(ByteBuffer bytes) {
    return switch (bytes.get()) {
      case 0 -> ExitReason.NORMAL;
      case 1 -> new ExitReason.Exited(bytes.getInt());
      case 2 -> {
        TrapKind kind = TrapKind.values()[bytes.get()];
        String message = text(bytes);
        List<String> stack = new ArrayList<>();
        for (int left = bytes.getInt(); left > 0; left--) {
          stack.add(text(bytes));
        }
        yield new ExitReason.Trapped(kind, message, stack);
      }
      case 3 -> new ExitReason.OutOfFuel(bytes.getLong());
      case 4 -> new ExitReason.OutOfMemory(bytes.getLong());
      case 5 -> new ExitReason.Killed(bytes.getLong());
      case 6 -> new ExitReason.LinkDied(bytes.getLong(), decode(bytes));
      case 7 -> ExitReason.NO_PROCESS;
      case 8 -> new ExitReason.HostFailure(text(bytes));
      default -> throw new AssertionError("unknown kind");
    };
  }

  private static String text(ByteBuffer bytes) {
    byte[] utf8 = new byte[bytes.getInt()];
    bytes.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Guests know trap kinds by these numbers: they never change. */
  @Test
  void trapKinds_keepTheirNumbers() {
    assertEquals(0, TrapKind.UNREACHABLE.ordinal());
    assertEquals(9, TrapKind.STACK_OVERFLOW.ordinal());
    assertEquals(12, TrapKind.HOST.ordinal());
    assertEquals(13, TrapKind.OTHER.ordinal());
    assertEquals(14, TrapKind.PANIC.ordinal());
  }

  @Test
  void deaths_tellWhoAndWhichLink_dataDoesNot() {
    process.setScratch(new Message.ProcessDied(3, 4, 5, ExitReason.NORMAL));
    assertEquals(5, messages.processId(process));
    assertEquals(4, messages.reference(process));
    process.setScratch(new Message.LinkDied(3, 6, ExitReason.NO_PROCESS));
    assertEquals(6, messages.processId(process));
    assertEquals(0, messages.reference(process));
    assertEquals(1, messages.exitReason(process, OUT, 1));
    process.setScratch(new DataMessage(1));
    assertEquals(0, messages.processId(process));
    assertEquals(0, messages.reference(process));
    assertThrows(HostTrap.class, () -> messages.exitReason(process, OUT, 1));
    process.setScratch(null);
    assertThrows(HostTrap.class, () -> messages.exitReason(process, OUT, 1));
    assertThrows(HostTrap.class, () -> messages.processId(process));
    assertThrows(HostTrap.class, () -> messages.reference(process));
    assertThrows(HostTrap.class, () -> messages.trySend(process, TestProcess.OTHER));
    assertThrows(HostTrap.class, () -> messages.sendTimeout(process, TestProcess.OTHER, 0));
    assertThrows(HostTrap.class, () -> messages.request(process, TestProcess.OTHER, 1, 0));
  }

  // Sending

  @Test
  void outcomes_haveTheirCodes() {
    for (Sent sent : Sent.values()) {
      int code =
          switch (sent) {
            case SENT -> 0;
            case FULL -> 1;
            case NO_PROCESS -> 2;
            case TIMED_OUT -> 9027;
          };
      process.extensions.outcomes.add(sent);
      process.setScratch(new DataMessage(1));
      assertEquals(code, messages.sendTimeout(process, TestProcess.OTHER, 7));
      assertEquals(sent == Sent.SENT, process.scratch() == null);
    }
    process.setScratch(new DataMessage(1));
    assertThrows(HostTrap.class, () -> messages.request(process, TestProcess.OTHER, 0, 0));
    process.arrivals.add(new DataMessage(9));
    assertEquals(0, messages.request(process, TestProcess.OTHER, 9, -1));
    assertEquals(9, process.scratch().tag());
  }

  // Processes

  @Test
  void spawn_handsEverythingOver() {
    int length = put("a name");
    process.setScratch(new DataMessage(1));
    int code =
        processes.spawn(process, -1, -1, TEXT, 6, 0, 0, TEXT, 0, TEXT, length, 2, 4, 77, 1, OUT);
    assertEquals(0, code);
    assertEquals(TestProcess.OTHER, process.memory.getLong(OUT));
    assertEquals(1, process.memory.getLong(OUT + 8));
    assertEquals("a name", process.spawned.getFirst().function());
    assertNull(process.spawned.getFirst().linkTag());
    assertEquals(
        List.of(new SpawnExtras(null, "a name", LinkMode.TOLD, LinkMode.DIES, 77, true)),
        process.extensions.spawned);
    process.spawnResults.add(new SpawnRequest.Result.Failed("no"));
    assertEquals(
        1, processes.spawn(process, -1, -1, TEXT, 6, 0, 0, TEXT, 6, TEXT, 0, 0, 0, 0, 0, OUT));
    assertEquals("no", process.handles(HandleKind.ERROR).get(process.memory.getLong(OUT)));
    process.spawnResults.add(new SpawnRequest.Result.NameTaken(0, 42));
    assertEquals(
        2, processes.spawn(process, -1, -1, TEXT, 6, 0, 0, TEXT, 6, TEXT, 0, 0, 0, 0, 0, OUT));
    assertEquals(42, process.memory.getLong(OUT));
  }

  @Test
  void permissions_areEachForItself_andAtMostTheCallers() {
    ConfigImports configs = new ConfigImports();
    long config = configs.create(process, 0);
    for (int permission = 0; permission < 4; permission++) {
      for (int other = 0; other < 4; other++) {
        assertEquals(0, configs.getPermission(process, config, other));
      }
      configs.setPermission(process, config, permission, 2);
      assertEquals(1, configs.getPermission(process, config, permission));
      configs.setPermission(process, config, permission, 0);
    }
    configs.setPermission(process, config, 3, 1);
    ProcessConfig made = process.handles(HandleKind.CONFIG).get(config).build();
    assertTrue(made.canUseDatabases());
    assertFalse(made.canSpawnProcesses());
    process.configure(ProcessConfig.builder().build());
    assertEquals(0, configs.getPermission(process, config, 3));
    assertFalse(made.clampedTo(process.config()).canUseDatabases());
  }

  @Test
  void wrongNumbers_trapBeforeAnything() {
    process.setScratch(new DataMessage(1));
    process.handles(HandleKind.CONFIG).add(ProcessConfig.builder());
    process.effects.clear();
    ConfigImports configs = new ConfigImports();
    for (int bad : new int[] {-1, 5, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThrows(HostTrap.class, () -> processes.link(process, 1, bad, 0, 0));
      assertThrows(HostTrap.class, () -> processes.link(process, 1, 0, bad, 0));
      assertThrows(
          HostTrap.class,
          () ->
              processes.spawn(process, -1, -1, TEXT, 1, 0, 0, TEXT, 0, TEXT, 0, bad, 0, 0, 0, OUT));
      assertThrows(
          HostTrap.class,
          () ->
              processes.spawn(
                  process, -1, -1, TEXT, 1, 0, 0, TEXT, 0, TEXT, 0, 0, 0, 0, bad & ~1 | 2, OUT));
      assertThrows(HostTrap.class, () -> new MailboxImports().configure(process, 1, 1, bad));
      assertThrows(HostTrap.class, () -> configs.create(process, bad));
      assertThrows(HostTrap.class, () -> configs.setPermission(process, 0, bad, 1));
      assertThrows(HostTrap.class, () -> configs.getPermission(process, 0, bad));
    }
    for (int bad : new int[] {-1, 7, Integer.MAX_VALUE}) {
      assertThrows(HostTrap.class, () -> new LimitImports().limit(process, bad));
      assertThrows(HostTrap.class, () -> new LimitImports().usage(process, bad));
      assertThrows(HostTrap.class, () -> configs.setLimit(process, 0, bad, 1));
      assertThrows(HostTrap.class, () -> configs.getLimit(process, 0, bad));
    }
    for (int bad : new int[] {0, 6, -1}) {
      assertThrows(HostTrap.class, () -> new LogImports().write(process, bad, 0, 0, 0, 0));
    }
    assertThrows(HostTrap.class, () -> new TimerImports().sendEvery(process, 1, 1, 0));
    assertEquals(List.of(), process.effects);
  }

  @Test
  void exit_endsNormallyOnlyWithCode0() {
    assertEquals(
        ExitReason.NORMAL,
        assertThrows(ProcessExit.class, () -> processes.exit(process, 0)).reason());
    ProcessExit exit = assertThrows(ProcessExit.class, () -> processes.exit(process, -1));
    assertEquals(new ExitReason.Exited(-1), exit.reason());
    assertTrue(exit.catchable());
  }

  @Test
  void textsForPeople_getThroughWhateverTheyAre() {
    byte[] text = new byte[9_000];
    java.util.Arrays.fill(text, (byte) 0xC0);
    process.memory.write(TEXT, text, 0, text.length);
    HostTrap trap = assertThrows(HostTrap.class, () -> processes.fail(process, TEXT, text.length));
    assertEquals(TrapKind.PANIC, trap.kind());
    assertEquals("\uFFFD".repeat(2_000), trap.getMessage());
    new TrapImports().setMessage(process, TEXT, 0);
    assertNull(process.extensions.panicMessage);
    new TrapImports().setMessage(process, TEXT, 3);
    assertEquals("\uFFFD".repeat(3), process.extensions.panicMessage);
  }

  // Groups and timers

  @Test
  void members_writesWhatFits() {
    GroupImports groups = new GroupImports();
    int length = put("g");
    assertEquals(0, groups.join(process, TEXT, length, TestProcess.ID));
    assertEquals(0, groups.join(process, TEXT, length, TestProcess.OTHER));
    process.memory.putLong(OUT + 8, 99);
    assertEquals(2, groups.members(process, TEXT, length, OUT, 1));
    assertEquals(TestProcess.ID, process.memory.getLong(OUT));
    assertEquals(99, process.memory.getLong(OUT + 8));
    assertEquals(2, groups.members(process, TEXT, length, 0, 0));
  }

  @Test
  void broadcast_copiesData_andNothingElse() {
    GroupImports groups = new GroupImports();
    int length = put("g");
    groups.join(process, TEXT, length, TestProcess.ID);
    groups.join(process, TEXT, length, TestProcess.OTHER);
    process.setScratch(new DataMessage(5, new byte[] {1, 2, 3}));
    assertEquals(2, groups.broadcast(process, TEXT, length));
    assertNull(process.scratch());
    DataMessage own = (DataMessage) process.mailbox.getFirst();
    assertEquals(5, own.tag());
    assertArrayEquals(new byte[] {1, 2, 3}, own.content());
    assertArrayEquals(new byte[] {1, 2, 3}, ((DataMessage) process.sent.getFirst()).content());
    assertEquals(0, process.ledger);
    DataMessage withModule = new DataMessage(5);
    withModule.attach(process.newModule());
    process.setScratch(withModule);
    assertThrows(HostTrap.class, () -> groups.broadcast(process, TEXT, length));
    assertEquals(withModule, process.scratch());
    process.setScratch(new Message.ProcessDied(1, ExitReason.NORMAL));
    assertThrows(HostTrap.class, () -> groups.broadcast(process, TEXT, length));
  }

  @Test
  void cancel_answersWholeMilliseconds() {
    TimerImports timers = new TimerImports();
    process.setScratch(new DataMessage(5));
    long timer = timers.sendEvery(process, TestProcess.OTHER, 10, 10);
    assertEquals(2, timers.cancel(process, timer));
    assertEquals(-1, timers.cancel(process, timer));
  }

  // Configurations

  @Test
  void configurations_areChargedAndGivenBack() {
    ConfigImports configs = new ConfigImports();
    dev.selene.host.lunatic.ProcessImports old = new dev.selene.host.lunatic.ProcessImports();
    process.configure(
        ProcessConfig.builder().allPermissions(true).argument("name").variable("a", "b").build());
    long config = configs.create(process, 1);
    long inherited = process.ledger;
    assertTrue(inherited > 0);
    int length = put("127.0.0.1:80-90");
    assertEquals(0, configs.allowNetwork(process, config, 0, TEXT, length, OUT));
    assertEquals(0, configs.allowNetwork(process, config, 1, TEXT, length, OUT));
    assertTrue(process.ledger > inherited);
    configs.denyNetwork(process, config);
    assertEquals(inherited, process.ledger);
    assertEquals(0, configs.allowNetwork(process, config, 1, TEXT, length, OUT));
    old.dropConfig(process, config);
    assertEquals(0, process.ledger);
    process.configure(ProcessConfig.builder().build());
    assertEquals(-1, configs.create(process, 0));
  }

  /** A guest listens on addresses, so such a rule could never match. */
  @Test
  void namesAreNoRulesForListening() {
    ConfigImports configs = new ConfigImports();
    long config = configs.create(process, 0);
    int length = put("example.com:80");
    assertEquals(0, configs.allowNetwork(process, config, 0, TEXT, length, OUT));
    assertEquals(1, configs.allowNetwork(process, config, 1, TEXT, length, OUT));
    String error = process.handles(HandleKind.ERROR).remove(process.memory.getLong(OUT));
    assertTrue(error.contains("'example.com:80': a rule for listening needs an address"), error);
    int local = put("localhost:80");
    assertEquals(0, configs.allowNetwork(process, config, 1, TEXT, local, OUT));
  }

  @Test
  void rules_areBounded() {
    ConfigImports configs = new ConfigImports();
    long config = configs.create(process, 0);
    int length = put("10.0.0.0/8");
    for (int i = 0; i < 256; i++) {
      assertEquals(0, configs.allowNetwork(process, config, i % 2, TEXT, length, OUT));
    }
    assertThrows(HostTrap.class, () -> configs.allowNetwork(process, config, 0, TEXT, length, OUT));
  }

  @Test
  void limits_areInTheirUnits_andMinusOneIsNone() {
    ProcessConfig.Builder builder = ProcessConfig.builder();
    for (LimitedResource resource : LimitedResource.values()) {
      resource.set(builder, 300_001);
      long expected = resource == LimitedResource.FUEL ? 400_000 : 300_001;
      assertEquals(expected, resource.limit(builder.build()), resource.toString());
    }
    LimitedResource.FUEL.set(builder, 0);
    assertEquals(100_000, LimitedResource.FUEL.limit(builder.build()));
    LimitedResource.FUEL.set(builder, -1);
    assertEquals(-1, LimitedResource.FUEL.limit(builder.build()));
    LimitedResource.PROCESSES.set(builder, -1);
    assertEquals(-1, LimitedResource.PROCESSES.limit(builder.build()));
    assertEquals(-1, LimitedResource.PROCESSES.limit(process.config()));
  }
}
