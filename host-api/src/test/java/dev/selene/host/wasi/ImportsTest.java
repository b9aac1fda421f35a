package dev.selene.host.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.HostFunction;
import dev.selene.host.HostTrap;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.io.ByteArrayInputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The imports that are not about files, and what all of them have in common. */
class ImportsTest {
  private static final int SUBSCRIPTIONS = 1024;
  private static final int EVENTS = 4096;

  private Guest guest = new Guest();

  @AfterEach
  void end() throws Exception {
    guest.close();
    assertEquals(0, guest.ledger);
  }

  private void use(Guest other) throws Exception {
    guest.close();
    guest = other;
  }

  @Test
  void all46Imports_haveTheirSignature() {
    // From wasi_snapshot_preview1.witx: i for i32, l for i64, all but proc_exit give an i32.
    String expected =
        """
        args_get ii,args_sizes_get ii,clock_res_get ii,clock_time_get ili,environ_get ii,
        environ_sizes_get ii,fd_advise illi,fd_allocate ill,fd_close i,fd_datasync i,
        fd_fdstat_get ii,fd_fdstat_set_flags ii,fd_fdstat_set_rights ill,fd_filestat_get ii,
        fd_filestat_set_size il,fd_filestat_set_times illi,fd_pread iiili,fd_prestat_dir_name iii,
        fd_prestat_get ii,fd_pwrite iiili,fd_read iiii,fd_readdir iiili,fd_renumber ii,
        fd_seek ilii,fd_sync i,fd_tell ii,fd_write iiii,path_create_directory iii,
        path_filestat_get iiiii,path_filestat_set_times iiiilli,path_link iiiiiii,
        path_open iiiiillii,path_readlink iiiiii,path_remove_directory iii,path_rename iiiiii,
        path_symlink iiiii,path_unlink_file iii,poll_oneoff iiii,proc_exit i,proc_raise i,
        random_get ii,sched_yield ,sock_accept iii,sock_recv iiiiii,sock_send iiiii,
        sock_shutdown ii
        """;
    Map<String, String> wanted = new TreeMap<>();
    for (String entry : expected.replace("\n", "").split(",")) {
      wanted.put(entry.split(" ")[0], entry.endsWith(" ") ? "" : entry.split(" ")[1]);
    }
    Map<String, String> actual = new TreeMap<>();
    for (HostFunction function : HostFunction.of(guest.wasi)) {
      StringBuilder types = new StringBuilder();
      function.signature().parameterList().forEach(type -> types.append(type.getName().charAt(0)));
      actual.put(function.name(), types.toString());
      Class<?> result = function.name().equals("proc_exit") ? void.class : int.class;
      assertEquals(result, function.signature().returnType(), function.name());
      function.handle();
    }
    assertEquals(46, wanted.size());
    assertEquals(wanted, actual);
  }

  @Test
  void everyPointerOutsideTheMemory_traps() throws Exception {
    int tried = 0;
    for (HostFunction function : HostFunction.of(guest.wasi)) {
      Method method = function.method();
      Parameter[] parameters = method.getParameters();
      for (int i = 1; i < parameters.length; i++) {
        if (parameters[i].isAnnotationPresent(Pointer.class)) {
          Object[] arguments = harmless(parameters);
          arguments[i] = -1;
          InvocationTargetException thrown =
              assertThrows(
                  InvocationTargetException.class,
                  () -> method.invoke(guest.wasi, arguments),
                  function.name() + " " + Arrays.toString(arguments));
          HostTrap trap = (HostTrap) thrown.getCause();
          assertEquals(TrapKind.MEMORY_OUT_OF_BOUNDS, trap.kind());
          tried++;
        }
      }
    }
    assertTrue(tried > 40, "tried " + tried);
  }

  @Test
  void everyHugeLength_trapsOrIsRefused() throws Exception {
    int tried = 0;
    for (HostFunction function : HostFunction.of(guest.wasi)) {
      Method method = function.method();
      Parameter[] parameters = method.getParameters();
      for (int i = 1; i < parameters.length; i++) {
        for (int huge : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
          if (parameters[i].isAnnotationPresent(Length.class)) {
            Object[] arguments = harmless(parameters);
            arguments[i] = huge;
            try {
              assertNotEquals(0, method.invoke(guest.wasi, arguments), function.name());
            } catch (InvocationTargetException e) {
              assertEquals(HostTrap.class, e.getCause().getClass(), function.name());
            }
            tried++;
          }
        }
      }
    }
    assertTrue(tried > 40, "tried " + tried);
  }

  private Object[] harmless(Parameter[] parameters) {
    Object[] arguments = new Object[parameters.length];
    arguments[0] = guest.process;
    for (int i = 1; i < parameters.length; i++) {
      Annotation[] annotations = parameters[i].getAnnotations();
      if (parameters[i].getType() == long.class) {
        arguments[i] = 0L;
      } else if (annotations.length == 0) {
        arguments[i] = 1;
      } else {
        arguments[i] = annotations[0] instanceof Pointer ? 4096 : 1;
      }
    }
    return arguments;
  }

  @Test
  void unknownDescriptors_areBad() {
    for (int fd : new int[] {3, 99, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals(Errno.BADF, guest.wasi.fdClose(guest.process, fd));
      assertEquals(Errno.BADF, guest.wasi.fdRead(guest.process, fd, 512, 0, 64));
      assertEquals(Errno.BADF, guest.wasi.fdFdstatGet(guest.process, fd, 64));
      assertEquals(Errno.BADF, guest.wasi.fdRenumber(guest.process, 1, fd));
      assertEquals(-Errno.BADF, guest.open(fd, "x", 0, 0, -1L, 0));
    }
  }

  @Test
  void standardStreams_readWriteAndHaveNoPosition() throws Exception {
    byte[] input = "line one\n".getBytes(StandardCharsets.UTF_8);
    use(new Guest(new ByteArrayInputStream(input), Guest.builder().build()));
    assertEquals(5, guest.write(1, "hello"));
    assertEquals(7, guest.write(2, " errors"));
    assertEquals("hello errors", guest.output.toString(StandardCharsets.UTF_8));
    assertEquals("line one\n", guest.read(0, 100));
    assertEquals("", guest.read(0, 100));
    assertEquals(-Errno.BADF, guest.write(0, "x"));
    assertEquals("errno " + Errno.BADF, guest.read(1, 5));
    assertEquals(-Errno.SPIPE, guest.seek(0, 0, 1));
    assertEquals("errno " + Errno.SPIPE, guest.readAt(0, 5, 0));
    assertEquals(0, guest.wasi.fdFilestatGet(guest.process, 1, 64));
    assertEquals(0, guest.wasi.fdClose(guest.process, 1));
    assertEquals(-Errno.BADF, guest.write(1, "x"));
    try (Guest neighbour = new Guest()) {
      assertEquals(1, neighbour.write(1, "x"), "closing is the closer's own affair");
    }
  }

  @Test
  void argumentsAndEnvironment_areStoredWithTheirNul() throws Exception {
    ProcessConfig config =
        Guest.builder().argument("prog").argument("größe").variable("A", "b=c").build();
    use(new Guest(new ByteArrayInputStream(new byte[0]), config));
    assertEquals(0, guest.wasi.argsSizesGet(guest.process, 64, 68));
    assertEquals(2, guest.memory.getInt(64));
    assertEquals(13, guest.memory.getInt(68));
    assertEquals(0, guest.wasi.argsGet(guest.process, 128, 256));
    assertEquals("prog\0größe\0", guest.memory.readText(256, 13));
    assertEquals(261, guest.memory.getInt(132));
    assertEquals(0, guest.wasi.environSizesGet(guest.process, 64, 68));
    assertEquals(1, guest.memory.getInt(64));
    assertEquals(0, guest.wasi.environGet(guest.process, 128, 256));
    assertEquals("A=b=c\0", guest.memory.readText(256, 6));
    int end = (int) guest.memory.size();
    assertThrows(HostTrap.class, () -> guest.wasi.argsGet(guest.process, 128, end - 12));
  }

  /** A guest may be given, or give, many and long texts: asking for their size reads them all. */
  @Test
  void sizesOfTexts_arePaidFor() throws Exception {
    ProcessConfig.Builder builder = Guest.builder().argument("x".repeat(100_000));
    for (int i = 0; i < 1_000; i++) {
      builder.variable("", "");
    }
    use(new Guest(new ByteArrayInputStream(new byte[0]), builder.build()));
    assertEquals(0, guest.wasi.argsSizesGet(guest.process, 64, 68));
    assertTrue(guest.fuelBytes >= 100_000, "paid " + guest.fuelBytes);
    guest.fuelBytes = 0;
    assertEquals(0, guest.wasi.environSizesGet(guest.process, 64, 68));
    assertTrue(guest.fuelBytes >= 1_000 * 8, "paid " + guest.fuelBytes);
  }

  @Test
  void clocks_advanceAndUnknownOnesAreRefused() {
    assertEquals(0, guest.wasi.clockTimeGet(guest.process, 1, 0, 64));
    long first = guest.memory.getLong(64);
    assertEquals(0, guest.wasi.clockTimeGet(guest.process, 1, 0, 64));
    assertTrue(first > 0 && guest.memory.getLong(64) >= first);
    long before = System.currentTimeMillis();
    assertEquals(0, guest.wasi.clockTimeGet(guest.process, 0, 0, 64));
    assertTrue(guest.memory.getLong(64) / 1_000_000 >= before);
    assertEquals(0, guest.wasi.clockResGet(guest.process, 0, 64));
    assertEquals(Errno.BADF, guest.wasi.clockTimeGet(guest.process, 2, 0, 64));
    assertEquals(Errno.INVAL, guest.wasi.clockTimeGet(guest.process, 4, 0, 64));
    assertEquals(Errno.INVAL, guest.wasi.clockResGet(guest.process, -1, 64));
  }

  @Test
  void random_fillsExactlyTheRangeAndPaysForIt() {
    int length = 100_000;
    guest.memory.putLong(4096 + length, 0);
    assertEquals(0, guest.wasi.randomGet(guest.process, 4096, length));
    assertEquals(0, guest.memory.getLong(4096 + length));
    byte[] bytes = guest.memory.read(4096, length);
    boolean[] seen = new boolean[256];
    for (byte b : bytes) {
      seen[b & 0xff] = true;
    }
    for (int i = 0; i < 256; i++) {
      assertTrue(seen[i], "value " + i + " never seen in " + length);
    }
    assertEquals(length, guest.fuelBytes);
    assertTrue(guest.yields > 3);
  }

  @Test
  void exits_haveTheirReason() {
    ProcessExit normal =
        assertThrows(ProcessExit.class, () -> guest.wasi.procExit(guest.process, 0));
    assertEquals(ExitReason.NORMAL, normal.reason());
    ProcessExit failed =
        assertThrows(ProcessExit.class, () -> guest.wasi.procExit(guest.process, 7));
    assertEquals(new ExitReason.Exited(7), failed.reason());
    assertTrue(failed.catchable());
    assertThrows(HostTrap.class, () -> guest.wasi.procRaise(guest.process, 9));
    assertEquals(Errno.NOTSUP, guest.wasi.sockShutdown(guest.process, 0, 0));
  }

  private void clock(int index, int clock, long timeout, int flags) {
    int at = SUBSCRIPTIONS + index * 48;
    guest.memory.putLong(at, 1000 + index);
    guest.memory.putLong(at + 8, 0);
    guest.memory.putLong(at + 16, clock);
    guest.memory.putLong(at + 24, timeout);
    guest.memory.putLong(at + 40, flags);
  }

  private void descriptor(int index, int tag, int fd) {
    int at = SUBSCRIPTIONS + index * 48;
    guest.memory.putLong(at, 1000 + index);
    guest.memory.putLong(at + 8, tag);
    guest.memory.putLong(at + 16, fd);
  }

  private int poll(int count) {
    int errno = guest.wasi.pollOneoff(guest.process, SUBSCRIPTIONS, EVENTS, count, 64);
    return errno == 0 ? guest.memory.getInt(64) : -errno;
  }

  private void event(int index, int source, int errno, int type) {
    int at = EVENTS + index * 32;
    assertEquals(1000 + source, guest.memory.getLong(at));
    assertEquals(errno | type << 16, guest.memory.getInt(at + 8));
  }

  @Test
  void poll_clockSleepsAndTellsTheEarliest() {
    clock(0, 1, 60_000_000_000L, 0);
    clock(1, 1, 2_000_000, 0);
    long start = System.nanoTime();
    assertEquals(1, poll(2));
    assertTrue(System.nanoTime() - start >= 2_000_000);
    event(0, 1, 0, 0);
    clock(0, 0, 5, 1);
    assertEquals(1, poll(1), "a time that is over rings at once");
    clock(0, 0, System.currentTimeMillis() * 1_000_000 + 3_000_000, 1);
    assertEquals(1, poll(1));
    clock(0, 7, 5, 0);
    assertEquals(1, poll(1));
    event(0, 0, Errno.INVAL, 0);
  }

  @Test
  void poll_badArgumentsAndDescriptors() {
    assertEquals(-Errno.INVAL, poll(0));
    assertEquals(-Errno.INVAL, poll(-1));
    assertEquals(-Errno.INVAL, poll(100_000));
    descriptor(0, 2, 1);
    descriptor(1, 1, 55);
    descriptor(2, 9, 1);
    clock(3, 1, -1L, 0);
    assertEquals(3, poll(4));
    event(0, 0, 0, 2);
    event(1, 1, Errno.BADF, 1);
    event(2, 2, Errno.INVAL, 9);
    assertTrue(guest.yields > 0, "polling in a loop gives way");
  }

  @Test
  void poll_waitsForInputOrTheClock_andNothingIsLost() throws Exception {
    try (PipedOutputStream keyboard = new PipedOutputStream()) {
      use(new Guest(new PipedInputStream(keyboard), Guest.builder().build()));
      descriptor(0, 1, 0);
      clock(1, 1, 30_000_000, 0);
      assertEquals(1, poll(2));
      event(0, 1, 0, 0);
      keyboard.write("typed".getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
      assertEquals(1, poll(1));
      event(0, 0, 0, 1);
      assertEquals(5, guest.memory.getLong(EVENTS + 16));
      assertEquals("type", guest.read(0, 4));
      assertEquals("d", guest.read(0, 4));
      keyboard.close();
      assertEquals("", guest.read(0, 4));
    }
  }

  @Test
  void processThatOnlyPrints_hasNoTableOfItsOwn() throws Exception {
    // 100,000 processes in 300 bytes each is a promise; with a table of its own it is broken.
    Callable<Integer> print = () -> guest.write(1, "hi");
    assertEquals(2, print.call());
    assertEquals(Errno.BADF, guest.wasi.fdPrestatGet(guest.process, 3, 64));
    var table = WasiState.class.getDeclaredField("table");
    var shared = WasiState.class.getDeclaredField("STREAMS");
    table.setAccessible(true);
    shared.setAccessible(true);
    assertEquals(shared.get(null), table.get(WasiState.of(guest.process)));
  }
}
