package dev.selene.host.lunatic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Length;
import dev.selene.host.Message;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import dev.selene.host.selene.SeleneImports;
import dev.selene.host.testing.TestProcess;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * Every import with every pointer, length and handle gone bad, made of the annotations. The proof
 * that a trap comes from the bad argument alone is {@link #goodArguments_doNotTrap}: the same call
 * with that argument intact goes through, or traps for the one reason known here.
 */
class HostileArgumentsTest {
  private static final int MEMORY = 2 * 65_536;
  private static final long ALLOCATION_LIMIT = 4L << 20;
  private static final String ERROR_TEXT = "no such luck";
  private static final byte[] RECORD = new byte[SpawnParameters.RECORD_BYTES];
  private static final byte[] BINARY = {0, 'a', 's', 'm', 1, 0, 0, 0};

  static {
    RECORD[0] = SpawnParameters.I32;
  }

  /** Imports that trap whatever they get. */
  private static final Set<String> NEEDS_A_CLUSTER =
      Set.of(
          "spawn",
          "send",
          "send_receive_skip_search",
          "exec_lookup_nodes",
          "copy_lookup_nodes_results",
          "test_root_cert",
          "default_server_certificates",
          "sign_node");

  private static final Map<String, String> SOCKETS =
      Map.of(
          "push_tcp_stream", "unknown tcp_stream id 0",
          "push_tls_stream", "unknown tls_stream id 0",
          "push_udp_socket", "unknown udp_socket id 0",
          "take_tcp_stream", "the scratch message has no tcp_stream at index 0",
          "take_tls_stream", "the scratch message has no tls_stream at index 0",
          "take_udp_socket", "the scratch message has no udp_socket at index 0");

  @TestFactory
  Stream<DynamicTest> goodArguments_doNotTrap() {
    return functions().map(function -> test(function, "good", () -> callWell(function)));
  }

  private static void callWell(HostFunction function) throws Throwable {
    Fixture fixture = new Fixture(function);
    String reason = alwaysTraps(function);
    if (function.module().equals("selene::process") && function.name().equals("exit")) {
      ProcessExit exit = assertThrows(ProcessExit.class, fixture::call);
      assertEquals(new ExitReason.Exited(1), exit.reason());
    } else if (reason == null) {
      fixture.call();
    } else {
      HostTrap trap = assertThrows(HostTrap.class, fixture::call);
      TrapKind kind = function.name().equals("fail") ? TrapKind.PANIC : TrapKind.HOST;
      assertEquals(kind, trap.kind());
      assertEquals(reason, trap.getMessage());
    }
  }

  private static @Nullable String alwaysTraps(HostFunction function) {
    String name = function.module() + "::" + function.name();
    return switch (function.module()) {
      case "lunatic::networking", "lunatic::sqlite" -> name + " is not built yet";
      case "lunatic::distributed" ->
          NEEDS_A_CLUSTER.contains(function.name())
              ? name + ": this node is not part of a cluster"
              : null;
      case "lunatic::message" -> SOCKETS.get(function.name());
      case "selene::process" -> function.name().equals("fail") ? "name" : null;
      default -> null;
    };
  }

  private static boolean isBuilt(HostFunction function) {
    return !Set.of("lunatic::networking", "lunatic::sqlite").contains(function.module());
  }

  @TestFactory
  Stream<DynamicTest> badRange_trapsBeforeAnyEffect() {
    List<DynamicTest> tests = new ArrayList<>();
    functions()
        .filter(HostileArgumentsTest::isBuilt)
        .forEach(
            function -> {
              Parameter[] parameters = function.method().getParameters();
              for (int i = 1; i < parameters.length; i++) {
                if (parameters[i].isAnnotationPresent(Pointer.class)) {
                  addRanges(tests, function, i - 1);
                }
              }
            });
    assertTrue(tests.size() > 300, () -> "only " + tests.size());
    return tests.stream();
  }

  private static void addRanges(List<DynamicTest> tests, HostFunction function, int at) {
    Parameter[] parameters = function.method().getParameters();
    Pointer pointer = parameters[at + 1].getAnnotation(Pointer.class);
    Length length =
        at + 2 < parameters.length ? parameters[at + 2].getAnnotation(Length.class) : null;
    int bytes = pointer.bytes() > 0 ? pointer.bytes() : length == null ? ERROR_TEXT.length() : 1;
    for (int address : new int[] {MEMORY, MEMORY - bytes + 1, -1, -bytes, Integer.MIN_VALUE}) {
      tests.add(badRange(function, at, address, null));
    }
    if (length != null) {
      int count = MEMORY / length.unit();
      for (int bad : new int[] {count, count + 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        tests.add(badRange(function, at, 1024, bad));
      }
      tests.add(badRange(function, at, -16, 32 / length.unit()));
      tests.add(badRange(function, at, MEMORY - length.unit(), 2));
      if (length.unit() == 8) {
        // Times 8, these are 0 and 8 in 32 bits.
        tests.add(badRange(function, at, 1024, 0x2000_0000));
        tests.add(badRange(function, at, 1024, 0x2000_0001));
      }
    }
  }

  private static DynamicTest badRange(
      HostFunction function, int at, int address, @Nullable Integer length) {
    String name = function.method().getParameters()[at + 1].getName();
    return test(
        function,
        name + "=" + Integer.toHexString(address) + " length=" + length,
        () -> {
          Fixture fixture = new Fixture(function);
          fixture.arguments.set(at, address);
          if (length != null) {
            fixture.arguments.set(at + 1, length);
          }
          HostTrap trap = fixture.trapWithoutEffect();
          assertEquals(TrapKind.MEMORY_OUT_OF_BOUNDS, trap.kind(), trap.getMessage());
        });
  }

  @TestFactory
  Stream<DynamicTest> unknownHandle_trapsBeforeAnyEffect() {
    List<DynamicTest> tests = new ArrayList<>();
    functions()
        .filter(HostileArgumentsTest::isBuilt)
        .filter(function -> !function.module().equals("lunatic::distributed"))
        .forEach(
            function -> {
              Parameter[] parameters = function.method().getParameters();
              for (int i = 1; i < parameters.length; i++) {
                Handle handle = parameters[i].getAnnotation(Handle.class);
                if (handle != null && !Set.of("process", "timer").contains(handle.value())) {
                  addHandles(tests, function, i - 1, handle);
                }
              }
            });
    assertTrue(tests.size() > 60, () -> "only " + tests.size());
    return tests.stream();
  }

  private static void addHandles(
      List<DynamicTest> tests, HostFunction function, int at, Handle handle) {
    for (long id : new long[] {999, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
      if (id != -1 || !handle.optional()) {
        tests.add(
            test(
                function,
                handle.value() + "=" + id,
                () -> {
                  Fixture fixture = new Fixture(function);
                  fixture.arguments.set(at, id);
                  HostTrap trap = fixture.trapWithoutEffect();
                  assertEquals("unknown " + handle.value() + " id " + id, trap.getMessage());
                }));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> malformedText_trapsBeforeAnyEffect() {
    List<DynamicTest> tests = new ArrayList<>();
    functions()
        .filter(HostileArgumentsTest::isBuilt)
        .filter(function -> !function.module().equals("lunatic::distributed"))
        .forEach(
            function -> {
              Parameter[] parameters = function.method().getParameters();
              for (int i = 1; i < parameters.length; i++) {
                if (isText(parameters[i]) && !isLenient(function)) {
                  addText(tests, function, i - 1);
                }
              }
            });
    assertTrue(tests.size() > 15, () -> "only " + tests.size());
    return tests.stream();
  }

  private static boolean isText(Parameter parameter) {
    Pointer pointer = parameter.getAnnotation(Pointer.class);
    return pointer != null
        && pointer.bytes() == 0
        && !pointer.out()
        && !Set.of("data", "parameters", "binary", "tags").contains(parameter.getName());
  }

  /** Texts for people get through whatever they are. */
  private static boolean isLenient(HostFunction function) {
    return Set.of("selene::process::fail", "selene::trap::set_message", "selene::log::write")
        .contains(function.module() + "::" + function.name());
  }

  private static void addText(List<DynamicTest> tests, HostFunction function, int at) {
    String name = function.method().getParameters()[at + 1].getName();
    tests.add(
        test(
            function,
            name + " is not UTF-8",
            () -> {
              Fixture fixture = new Fixture(function);
              fixture.process.memory.putByte((int) fixture.arguments.get(at), (byte) 0xC0);
              HostTrap trap = fixture.trapWithoutEffect();
              assertTrue(trap.getMessage().startsWith("malformed UTF-8"), trap.getMessage());
            }));
    tests.add(
        test(
            function,
            name + " is too long",
            () -> {
              Fixture fixture = new Fixture(function);
              fixture.arguments.set(at, 0);
              fixture.arguments.set(at + 1, MEMORY);
              if (name.equals("path")
                  || name.equals("argument")
                  || name.equals("key")
                  || name.equals("value")) {
                // As long as the longest text may be, but full of NULs.
                assertTrue(fixture.trapWithoutEffect().getMessage().contains("NUL"));
              } else {
                assertTrue(fixture.trapWithoutEffect().getMessage().contains("more than"));
              }
            }));
  }

  private static Stream<HostFunction> functions() {
    List<HostFunction> functions = new ArrayList<>();
    List<HostModule> modules = new ArrayList<>(LunaticImports.all());
    modules.addAll(SeleneImports.all());
    for (HostModule module : modules) {
      functions.addAll(HostFunction.of(module));
    }
    return functions.stream();
  }

  private static DynamicTest test(HostFunction function, String name, Executable body) {
    return DynamicTest.dynamicTest(function.module() + "::" + function.name() + " " + name, body);
  }

  /** A process, and arguments with which the import does its work. */
  private static final class Fixture {
    final TestProcess process = new TestProcess();
    final List<Object> arguments = new ArrayList<>();
    private final HostFunction function;

    Fixture(HostFunction function) throws Exception {
      this.function = function;
      process.handles(HandleKind.MODULE).add(process.newModule());
      process.handles(HandleKind.CONFIG).add(ProcessConfig.builder());
      ErrorImports.report(process, ERROR_TEXT);
      process.setScratch(scratch());
      process.extensions.setCaught(ExitReason.NORMAL);
      Parameter[] parameters = function.method().getParameters();
      for (int i = 1; i < parameters.length; i++) {
        add(parameters, i);
      }
      process.effects.clear();
    }

    private Message scratch() {
      if (function.name().equals("exit_reason")) {
        return new Message.ProcessDied(TestProcess.OTHER, ExitReason.NORMAL);
      }
      if (Set.of("broadcast", "send_every").contains(function.name())) {
        return new DataMessage(7, new byte[] {1, 2, 3});
      }
      DataMessage message = new DataMessage(7, new byte[] {1, 2, 3});
      message.attach(process.newModule());
      return message;
    }

    private void add(Parameter[] parameters, int i) {
      Parameter parameter = parameters[i];
      Length length = parameter.getAnnotation(Length.class);
      Handle handle = parameter.getAnnotation(Handle.class);
      int address = 1024 + 256 * i;
      if (parameter.isAnnotationPresent(Pointer.class)) {
        byte[] content = content(parameter.getName());
        process.memory.write(address, content, 0, content.length);
        arguments.add(address);
      } else if (length != null) {
        arguments.add(length.unit() == 1 ? content(parameters[i - 1].getName()).length : 2);
      } else if (handle != null && handle.optional()) {
        arguments.add(-1L);
      } else if (handle != null && handle.value().equals("process")) {
        arguments.add(TestProcess.OTHER);
      } else if (Set.of("tag", "answerTag", "periodMillis").contains(parameter.getName())) {
        arguments.add(1L);
      } else if (parameter.getType() == long.class) {
        arguments.add(0L);
      } else if (parameter.getType() == double.class) {
        arguments.add(1.5);
      } else {
        arguments.add(1);
      }
    }

    private static byte[] content(String parameter) {
      return switch (parameter) {
        case "parameters" -> RECORD;
        case "binary" -> BINARY;
        default -> new byte[] {'n', 'a', 'm', 'e'};
      };
    }

    Object call() throws Throwable {
      List<Object> all = new ArrayList<>();
      all.add(process);
      all.addAll(arguments);
      return function.handle().invokeWithArguments(all);
    }

    HostTrap trapWithoutEffect() {
      byte[] memory = process.memory.snapshot();
      long ledger = process.ledger;
      int handles = process.handleCount;
      int modules = process.moduleReferences;
      Message scratch = process.scratch();
      long footprint = scratch == null ? 0 : scratch.footprint();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      HostTrap trap = assertThrows(HostTrap.class, this::call);
      long more = threads.getCurrentThreadAllocatedBytes() - allocated;
      assertTrue(more < ALLOCATION_LIMIT, () -> "allocated " + more);
      assertEquals(List.of(), process.effects);
      assertEquals(ledger, process.ledger);
      assertEquals(handles, process.handleCount);
      assertEquals(modules, process.moduleReferences);
      assertSame(scratch, process.scratch());
      assertEquals(footprint, scratch == null ? 0 : scratch.footprint());
      assertArrayEquals(memory, process.memory.snapshot());
      return trap;
    }
  }
}
