package dev.selene.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.selene.host.Handle;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.TrapKind;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Parameter;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Every import with every pointer, length and handle gone bad, made of the annotations: it traps
 * before anything happens. {@link #goodArguments_doNotTrap} is the proof that the bad argument
 * alone is the reason.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileArgumentsTest {
  private static final int MEMORY = 4 * 65_536;
  private static final long ALLOCATION_LIMIT = 4L << 20;
  private static final int STREAM_DATA = 4;

  @TestFactory
  Stream<DynamicTest> goodArguments_doNotTrap() {
    return functions()
        .map(
            function ->
                test(
                    function,
                    "good",
                    () -> {
                      try (Fixture fixture = new Fixture(function)) {
                        fixture.call();
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> badRange_trapsBeforeAnyEffect() {
    List<DynamicTest> tests = new ArrayList<>();
    functions()
        .forEach(
            function -> {
              Parameter[] parameters = function.method().getParameters();
              for (int i = 1; i < parameters.length; i++) {
                if (parameters[i].isAnnotationPresent(Pointer.class)) {
                  addRanges(tests, function, i - 1);
                }
              }
            });
    assertTrue(tests.size() > 200, () -> "only " + tests.size());
    return tests.stream();
  }

  private static void addRanges(List<DynamicTest> tests, HostFunction function, int at) {
    Parameter[] parameters = function.method().getParameters();
    Pointer pointer = parameters[at + 1].getAnnotation(Pointer.class);
    Length length =
        at + 2 < parameters.length ? parameters[at + 2].getAnnotation(Length.class) : null;
    int bytes = pointer.bytes() > 0 ? pointer.bytes() : length == null ? 4 : 1;
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
          try (Fixture fixture = new Fixture(function)) {
            fixture.arguments.set(at, address);
            if (length != null) {
              fixture.arguments.set(at + 1, length);
            }
            HostTrap trap = fixture.trapWithoutEffect();
            assertEquals(TrapKind.MEMORY_OUT_OF_BOUNDS, trap.kind(), trap.getMessage());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> unknownHandle_trapsBeforeAnyEffect() {
    List<DynamicTest> tests = new ArrayList<>();
    functions()
        .forEach(
            function -> {
              Parameter[] parameters = function.method().getParameters();
              for (int i = 1; i < parameters.length; i++) {
                Handle handle = parameters[i].getAnnotation(Handle.class);
                if (handle != null) {
                  for (long id : new long[] {999, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
                    tests.add(unknownHandle(function, i - 1, handle.value(), id));
                  }
                }
              }
            });
    assertTrue(tests.size() > 100, () -> "only " + tests.size());
    return tests.stream();
  }

  private static DynamicTest unknownHandle(HostFunction function, int at, String kind, long id) {
    return test(
        function,
        kind + "=" + id,
        () -> {
          try (Fixture fixture = new Fixture(function)) {
            fixture.arguments.set(at, id);
            HostTrap trap = fixture.trapWithoutEffect();
            assertEquals("unknown " + kind + " id " + id, trap.getMessage());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> badAddress_trapsBeforeAnyEffect() {
    List<DynamicTest> tests = new ArrayList<>();
    functions()
        .forEach(
            function -> {
              Parameter[] parameters = function.method().getParameters();
              for (int i = 1; i < parameters.length; i++) {
                if (parameters[i].getName().equals("addressType")) {
                  int at = i - 1;
                  for (int type : new int[] {0, 5, 16, -1, Integer.MIN_VALUE}) {
                    tests.add(badNumber(function, at, type, "address type is " + type));
                  }
                  for (int port : new int[] {65_536, -1, Integer.MIN_VALUE}) {
                    tests.add(badNumber(function, at + 2, port, "is above 65535"));
                  }
                }
              }
            });
    assertTrue(tests.size() >= 40, () -> "only " + tests.size());
    return tests.stream();
  }

  private static DynamicTest badNumber(HostFunction function, int at, int value, String expected) {
    return test(
        function,
        expected + " " + value,
        () -> {
          try (Fixture fixture = new Fixture(function)) {
            fixture.arguments.set(at, value);
            String message = fixture.trapWithoutEffect().getMessage();
            assertTrue(message.contains(expected), message);
          }
        });
  }

  @Test
  void name_thatIsNotUtf8OrTooLong_traps() throws Throwable {
    HostFunction resolve =
        functions().filter(function -> function.name().equals("resolve")).findFirst().orElseThrow();
    try (Fixture fixture = new Fixture(resolve)) {
      fixture.guest.process.memory.putByte(Guest.TEXT, (byte) 0xC0);
      assertTrue(fixture.trapWithoutEffect().getMessage().startsWith("malformed UTF-8"));
      fixture.arguments.set(0, 0);
      fixture.arguments.set(1, MEMORY);
      assertTrue(fixture.trapWithoutEffect().getMessage().contains("more than"));
    }
  }

  @Test
  void rangeInsideAnArray_isCheckedBeforeAnythingIsWritten() throws Throwable {
    HostFunction write =
        functions()
            .filter(function -> function.name().equals("tcp_write_vectored"))
            .findFirst()
            .orElseThrow();
    int[][] bad = {{MEMORY, 1}, {0, -1}, {-1, 2}, {MEMORY - 1, 2}, {0, MEMORY + 1}};
    for (int[] range : bad) {
      try (Fixture fixture = new Fixture(write)) {
        fixture.guest.process.memory.putInt(Guest.DATA + 8, range[0]);
        fixture.guest.process.memory.putInt(Guest.DATA + 12, range[1]);
        HostTrap trap = fixture.trapWithoutEffect();
        assertEquals(TrapKind.MEMORY_OUT_OF_BOUNDS, trap.kind());
        assertEquals(0, fixture.client.getInputStream().available());
      }
    }
  }

  @Test
  void hugeArrayOfEmptyRanges_paysAndEnds() throws Throwable {
    HostFunction write =
        functions()
            .filter(function -> function.name().equals("tcp_write_vectored"))
            .findFirst()
            .orElseThrow();
    try (Fixture fixture = new Fixture(write)) {
      byte[] zeros = new byte[MEMORY];
      fixture.guest.process.memory.write(0, zeros, 0, zeros.length);
      fixture.arguments.set(1, 0);
      fixture.arguments.set(2, MEMORY / 8);
      long fuel = fixture.guest.process.fuelBytes;
      assertEquals(0, fixture.call());
      assertTrue(fixture.guest.process.fuelBytes - fuel >= MEMORY);
    }
  }

  private static Stream<HostFunction> functions() {
    List<HostFunction> functions = new ArrayList<>();
    for (HostModule module : new Networking().hostModules()) {
      if (!(module instanceof TlsImports)) {
        functions.addAll(HostFunction.of(module));
      }
    }
    return functions.stream();
  }

  private static DynamicTest test(
      HostFunction function, String name, org.junit.jupiter.api.function.Executable body) {
    return DynamicTest.dynamicTest(function.name() + " " + name, body);
  }

  /** A process with one socket of each kind, and arguments with which the import does its work. */
  private static final class Fixture implements AutoCloseable {
    final Networking networking = new Networking();
    final Guest guest = new Guest(networking);
    final List<Object> arguments = new ArrayList<>();
    final Socket client;
    private final HostFunction function;
    private final long listener;
    private final long stream;
    private final long socket;
    private final long iterator;

    Fixture(HostFunction function) throws Exception {
      this.function = function;
      listener = guest.bind();
      int port = guest.port(listener);
      client = new Socket(InetAddress.getLoopbackAddress(), port);
      stream = guest.accept(listener);
      client.getOutputStream().write(new byte[STREAM_DATA]);
      socket = guest.bindUdp();
      int udpPort = guest.udpPort(socket);
      guest.process.memory.write(Guest.ADDRESS, new byte[] {127, 0, 0, 1}, 0, 4);
      guest.call("udp_connect", socket, 4, Guest.ADDRESS, udpPort, 0, 0, 0L, Guest.OUT);
      guest.call("udp_send", socket, Guest.DATA, 1, Guest.OUT);
      if (function.name().equals("tcp_accept")) {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
      }
      guest.process.memory.putText(Guest.TEXT, "localhost:80");
      guest.call("resolve", Guest.TEXT, 12, -1L, Guest.OUT);
      iterator = guest.out();
      guest.process.memory.putInt(Guest.DATA, Guest.TEXT);
      guest.process.memory.putInt(Guest.DATA + 4, 1);
      guest.process.memory.putInt(Guest.DATA + 8, Guest.TEXT);
      guest.process.memory.putInt(Guest.DATA + 12, 1);
      Parameter[] parameters = function.method().getParameters();
      for (int i = 1; i < parameters.length; i++) {
        arguments.add(argument(parameters[i], i, udpPort));
      }
    }

    private Object argument(Parameter parameter, int i, int port) {
      Handle handle = parameter.getAnnotation(Handle.class);
      if (handle != null) {
        return switch (handle.value()) {
          case "tcp_listener" -> listener;
          case "tcp_stream" -> stream;
          case "udp_socket" -> socket;
          default -> iterator;
        };
      }
      if (parameter.isAnnotationPresent(Length.class)) {
        return switch (parameter.getName()) {
          case "nameLength" -> 12;
          case "buffersCount" -> 2;
          default -> STREAM_DATA;
        };
      }
      if (parameter.isAnnotationPresent(Pointer.class)) {
        return switch (parameter.getName()) {
          case "name" -> Guest.TEXT;
          case "address" -> Guest.ADDRESS;
          case "buffer", "buffers", "data" -> Guest.DATA;
          default -> 2048 + 32 * i;
        };
      }
      if (parameter.getType() == long.class) {
        return 60_000L;
      }
      return switch (parameter.getName()) {
        case "addressType" -> 4;
        case "port" -> function.name().endsWith("_bind") ? 0 : port;
        case "value" -> 1;
        default -> 0;
      };
    }

    long call() {
      return guest.call(function.name(), arguments.toArray());
    }

    HostTrap trapWithoutEffect() {
      byte[] memory = guest.process.memory.snapshot();
      long ledger = guest.process.ledger;
      int handles = guest.process.handleCount;
      int sockets = networking.openSockets();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      HostTrap trap = assertThrows(HostTrap.class, this::call);
      long more = threads.getCurrentThreadAllocatedBytes() - allocated;
      assertTrue(more < ALLOCATION_LIMIT, () -> "allocated " + more);
      assertEquals(ledger, guest.process.ledger);
      assertEquals(handles, guest.process.handleCount);
      assertEquals(sockets, networking.openSockets());
      assertArrayEquals(memory, guest.process.memory.snapshot());
      return trap;
    }

    @Override
    public void close() throws Exception {
      client.close();
      guest.close();
    }
  }
}
