package dev.selene.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.selene.host.Handle;
import dev.selene.host.HostFunction;
import dev.selene.host.HostTrap;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.TrapKind;
import dev.selene.host.testing.TestProcess;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every import with every pointer, length and handle gone bad, made of the annotations. That the
 * trap comes from the bad argument alone is shown by {@link #goodArguments_doNotTrap}.
 */
class HostileArgumentsTest {
  private static final int MEMORY = 64 * 65_536;
  private static final long ALLOCATION_LIMIT = 4L << 20;
  private static final byte[] VALUES = SqliteGuest.values().add(1, "one").encoded();

  @TempDir Path folder;

  private static Stream<HostFunction> functions() {
    List<HostFunction> functions = HostFunction.of(new SqliteImports());
    assertEquals(14, functions.size());
    return functions.stream();
  }

  @TestFactory
  Stream<DynamicTest> goodArguments_doNotTrap() {
    return functions().map(function -> test(function, "good", Fixture::call));
  }

  @TestFactory
  Stream<DynamicTest> badRange_trapsBeforeAnyEffect() {
    List<DynamicTest> tests = new ArrayList<>();
    functions()
        .forEach(
            function -> {
              Parameter[] parameters = function.method().getParameters();
              for (int i = 1; i < parameters.length; i++) {
                Pointer pointer = parameters[i].getAnnotation(Pointer.class);
                if (pointer != null) {
                  addRanges(tests, function, i - 1, Math.max(1, pointer.bytes()));
                }
                if (parameters[i].isAnnotationPresent(Length.class)) {
                  addLengths(tests, function, i - 1);
                }
              }
            });
    assertTrue(tests.size() > 60, () -> "only " + tests.size());
    return tests.stream();
  }

  private void addRanges(List<DynamicTest> tests, HostFunction function, int at, int bytes) {
    for (int address : new int[] {MEMORY, MEMORY - bytes + 1, -1, -bytes, Integer.MIN_VALUE}) {
      tests.add(badRange(function, at, address));
    }
  }

  private void addLengths(List<DynamicTest> tests, HostFunction function, int at) {
    for (int length : new int[] {MEMORY, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, -2048}) {
      tests.add(badRange(function, at, length));
    }
  }

  private DynamicTest badRange(HostFunction function, int at, int value) {
    return test(
        function,
        "argument " + at + " = " + Integer.toHexString(value),
        fixture -> {
          fixture.arguments.set(at, value);
          assertEquals(TrapKind.MEMORY_OUT_OF_BOUNDS, fixture.trapWithoutEffect().kind());
        });
  }

  @TestFactory
  Stream<DynamicTest> unknownHandle_trapsBeforeAnyEffect() {
    List<DynamicTest> tests = new ArrayList<>();
    functions()
        .filter(function -> !function.name().equals("open"))
        .forEach(
            function -> {
              Handle handle = function.method().getParameters()[1].getAnnotation(Handle.class);
              for (long id : new long[] {999, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
                tests.add(
                    test(
                        function,
                        handle.value() + "=" + id,
                        fixture -> {
                          fixture.arguments.set(0, id);
                          assertEquals(
                              "unknown " + handle.value() + " id " + id,
                              fixture.trapWithoutEffect().getMessage());
                        }));
              }
            });
    assertEquals(13 * 5, tests.size());
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> malformedOrLongText_trapsBeforeAnyEffect() {
    return functions()
        .filter(function -> List.of("open", "execute", "query_prepare").contains(function.name()))
        .flatMap(
            function -> {
              int at = function.name().equals("open") ? 0 : 1;
              return Stream.of(
                  test(
                      function,
                      "not UTF-8",
                      fixture -> {
                        fixture
                            .process()
                            .memory
                            .putByte((int) fixture.arguments.get(at), (byte) -64);
                        HostTrap trap = fixture.trapWithoutEffect();
                        assertTrue(trap.getMessage().startsWith("malformed UTF-8"));
                      }),
                  test(
                      function,
                      "too long",
                      fixture -> {
                        fixture.arguments.set(at, 0);
                        fixture.arguments.set(at + 1, MEMORY);
                        HostTrap trap = fixture.trapWithoutEffect();
                        assertTrue(trap.getMessage().contains("more than"), trap.getMessage());
                      }));
            });
  }

  /** Cut anywhere, or with any byte changed, a list is refused or means something else. */
  @Test
  void damagedValues_trapOrBind() {
    byte[] good =
        SqliteGuest.values()
            .add(1, "text")
            .add(":b", new byte[] {1, 2})
            .add(3, 1.5)
            .add(2, 7)
            .add(1, 8L)
            .encoded();
    Random random = new Random(7);
    int trapped = 0;
    try (SqliteGuest guest = new SqliteGuest(folder)) {
      long statement = guest.prepare(guest.open(":memory:"), "SELECT ?, :b, ?");
      long ledger = guest.process.ledger;
      for (int i = 0; i < 20_000; i++) {
        byte[] bad = good.clone();
        int length = random.nextInt(good.length + 1);
        for (int k = random.nextInt(4); k > 0; k--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
        try {
          guest.bind(statement, Arrays.copyOf(bad, length));
        } catch (HostTrap trap) {
          trapped++;
          assertTrue(trap.getMessage().startsWith("bind_value: "), trap.getMessage());
        }
      }
      guest.bind(statement, SqliteGuest.values().add(1, 1).add(2, 1).add(3, 1).encoded());
      assertEquals(ledger, guest.process.ledger);
    }
    assertTrue(trapped > 10_000, "only " + trapped);
  }

  private DynamicTest test(HostFunction function, String name, Consumer<Fixture> body) {
    return DynamicTest.dynamicTest(
        function.name() + " " + name,
        () -> {
          try (SqliteGuest guest = new SqliteGuest(folder)) {
            body.accept(new Fixture(guest, function));
          }
        });
  }

  /** A guest with a connection that has an error, a statement, and good arguments. */
  private static final class Fixture {
    final SqliteGuest guest;
    final List<Object> arguments = new ArrayList<>();
    private final HostFunction function;

    Fixture(SqliteGuest guest, HostFunction function) {
      this.guest = guest;
      this.function = function;
      long connection = guest.open(":memory:");
      guest.prepare(connection, "SELECT ? AS a");
      guest.execute(connection, "nonsense");
      Parameter[] parameters = function.method().getParameters();
      for (int i = 1; i < parameters.length; i++) {
        byte[] content = content(parameters[i].getName());
        int address = 1024 + 256 * i;
        if (parameters[i].isAnnotationPresent(Pointer.class)) {
          guest.process.memory.write(address, content, 0, content.length);
          arguments.add(address);
        } else if (parameters[i].isAnnotationPresent(Length.class)) {
          arguments.add(content(parameters[i - 1].getName()).length);
        } else {
          arguments.add(parameters[i].getType() == long.class ? (Object) 0L : (Object) 0);
        }
      }
      guest.process.effects.clear();
    }

    TestProcess process() {
      return guest.process;
    }

    private static byte[] content(String parameter) {
      return switch (parameter) {
        case "path" -> "x.db".getBytes(StandardCharsets.UTF_8);
        case "sql" -> "SELECT 1".getBytes(StandardCharsets.UTF_8);
        case "values" -> VALUES;
        default -> new byte[0];
      };
    }

    Object call() {
      List<Object> all = new ArrayList<>();
      all.add(guest.process);
      all.addAll(arguments);
      try {
        return function.handle().invokeWithArguments(all);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    HostTrap trapWithoutEffect() {
      long ledger = guest.process.ledger;
      int handles = guest.process.handleCount;
      String error = guest.lastError(0);
      byte[] before = guest.process.memory.snapshot();
      guest.process.effects.clear();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      HostTrap trap = assertThrows(HostTrap.class, this::call);
      long more = threads.getCurrentThreadAllocatedBytes() - allocated;
      assertTrue(more < ALLOCATION_LIMIT, () -> "allocated " + more);
      assertEquals(List.of(), guest.process.effects);
      assertEquals(ledger, guest.process.ledger);
      assertEquals(handles, guest.process.handleCount);
      assertArrayEquals(before, guest.process.memory.snapshot());
      assertEquals(error, guest.lastError(0));
      return trap;
    }
  }
}
