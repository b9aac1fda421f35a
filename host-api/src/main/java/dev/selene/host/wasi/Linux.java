package dev.selene.host.wasi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The system calls on files that are relative to an open folder, which the JDK lacks ({@code
 * mkdirat} and the like). Every call may block and runs on a blocking pool, never on a worker;
 * loading this class costs some tens of milliseconds, which only a guest that uses files pays.
 *
 * <p>Linux on x86-64 and AArch64. Elsewhere every call fails with {@link Errno#NOTSUP}.
 *
 * <p>Thread-safety: stateless. Source: the Linux manual pages, section 2.
 */
final class Linux {
  private static final String ARCHITECTURE = System.getProperty("os.arch", "");
  private static final boolean ARM = ARCHITECTURE.equals("aarch64");

  static final int AT_FDCWD = -100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_EMPTY_PATH = 0x1000;

  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NOCTTY = 0x100;
  static final int O_APPEND = 0x400;
  static final int O_NONBLOCK = 0x800;
  static final int O_DSYNC = 0x1000;
  static final int O_SYNC = 0x101000;
  static final int O_CLOEXEC = 0x80000;
  static final int O_PATH = 0x200000;
  static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

  static final long UTIME_NOW = (1L << 30) - 1;
  static final long UTIME_OMIT = (1L << 30) - 2;

  /** Bytes of the {@code statx} structure. */
  private static final int STATX_SIZE = 256;

  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int F_SETFL = 4;
  private static final int RLIMIT_NOFILE = 7;
  private static final int EINTR = 4;
  private static final int LONGEST_LINK = 4096;

  private static final @Nullable Calls CALLS = load();

  private Linux() {}

  /** One system call; returns what the C function returned, below 0 for an error. */
  @FunctionalInterface
  private interface Call {
    long run(Calls calls, Arena arena, MemorySegment state) throws Throwable;
  }

  private static @Nullable Calls load() {
    boolean known = ARM || ARCHITECTURE.equals("amd64");
    if (!known || !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")) {
      return null;
    }
    try {
      return new Calls(Linker.nativeLinker());
    } catch (NoSuchElementException | UnsupportedOperationException e) {
      // An old C library without statx or getdents64: no file system rather than an unsafe one.
      return null;
    }
  }

  /** Handles of the C functions. */
  private static final class Calls {
    private static final ValueLayout INT = ValueLayout.JAVA_INT;
    private static final ValueLayout LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout TEXT = ValueLayout.ADDRESS;
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final Linker linker;
    private final SymbolLookup library;
    final MethodHandle openat;
    final MethodHandle close;
    final MethodHandle read;
    final MethodHandle write;
    final MethodHandle pread;
    final MethodHandle pwrite;
    final MethodHandle lseek;
    final MethodHandle ftruncate;
    final MethodHandle fallocate;
    final MethodHandle fsync;
    final MethodHandle fdatasync;
    final MethodHandle fcntl;
    final MethodHandle statx;
    final MethodHandle getdents;
    final MethodHandle mkdirat;
    final MethodHandle unlinkat;
    final MethodHandle renameat;
    final MethodHandle linkat;
    final MethodHandle symlinkat;
    final MethodHandle readlinkat;
    final MethodHandle utimensat;
    final MethodHandle futimens;
    final MethodHandle getrlimit;

    Calls(Linker linker) {
      this.linker = linker;
      this.library = linker.defaultLookup();
      openat = variadic("openat", 3, INT, INT, TEXT, INT, INT);
      close = function("close", INT, INT);
      read = function("read", LONG, INT, TEXT, LONG);
      write = function("write", LONG, INT, TEXT, LONG);
      pread = function("pread", LONG, INT, TEXT, LONG, LONG);
      pwrite = function("pwrite", LONG, INT, TEXT, LONG, LONG);
      lseek = function("lseek", LONG, INT, LONG, INT);
      ftruncate = function("ftruncate", INT, INT, LONG);
      fallocate = function("fallocate", INT, INT, INT, LONG, LONG);
      fsync = function("fsync", INT, INT);
      fdatasync = function("fdatasync", INT, INT);
      fcntl = variadic("fcntl", 2, INT, INT, INT, INT);
      statx = function("statx", INT, INT, TEXT, INT, INT, TEXT);
      getdents =
          function(
              library.find("getdents64").isPresent() ? "getdents64" : "getdents",
              LONG,
              INT,
              TEXT,
              LONG);
      mkdirat = function("mkdirat", INT, INT, TEXT, INT);
      unlinkat = function("unlinkat", INT, INT, TEXT, INT);
      renameat = function("renameat", INT, INT, TEXT, INT, TEXT);
      linkat = function("linkat", INT, INT, TEXT, INT, TEXT, INT);
      symlinkat = function("symlinkat", INT, TEXT, INT, TEXT);
      readlinkat = function("readlinkat", LONG, INT, TEXT, TEXT, LONG);
      utimensat = function("utimensat", INT, INT, TEXT, TEXT, INT);
      futimens = function("futimens", INT, INT, TEXT);
      getrlimit = function("getrlimit", INT, INT, TEXT);
    }

    @SuppressWarnings("restricted") // the one place that calls native code; see the class comment
    private MethodHandle function(String name, ValueLayout result, ValueLayout... parameters) {
      return linker.downcallHandle(
          library.find(name).orElseThrow(),
          FunctionDescriptor.of(result, parameters),
          Linker.Option.captureCallState("errno"));
    }

    @SuppressWarnings("restricted")
    private MethodHandle variadic(
        String name, int fixed, ValueLayout result, ValueLayout... parameters) {
      return linker.downcallHandle(
          library.find(name).orElseThrow(),
          FunctionDescriptor.of(result, parameters),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(fixed));
    }
  }

  private static long call(Call call) throws WasiFailure {
    Calls calls = CALLS;
    if (calls == null) {
      throw new WasiFailure(Errno.NOTSUP);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Calls.STATE);
      while (true) {
        long result = call.run(calls, arena, state);
        if (result >= 0) {
          return result;
        }
        int errno = (int) Calls.ERRNO.get(state, 0L);
        if (errno != EINTR) {
          throw new WasiFailure(Errno.ofLinux(errno));
        }
      }
    } catch (WasiFailure | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a system call failed in Java", e);
    }
  }

  private static MemorySegment text(Arena arena, byte[] name) {
    MemorySegment segment = arena.allocate(name.length + 1L);
    MemorySegment.copy(name, 0, segment, ValueLayout.JAVA_BYTE, 0, name.length);
    return segment;
  }

  static int open(int folder, byte[] name, int flags, int mode) throws WasiFailure {
    return (int)
        call(
            (calls, arena, state) ->
                (int)
                    calls.openat.invokeExact(
                        state, folder, text(arena, name), flags | O_CLOEXEC, mode));
  }

  /**
   * Opens a preopened folder. An absolute path was resolved when its process was spawned, and has
   * no links in it; one that is there now was put there since, maybe by a guest that may write in
   * the folder above, and is not followed.
   */
  static int openPreopen(String path) throws WasiFailure {
    if (!path.startsWith("/")) {
      return open(AT_FDCWD, path.getBytes(StandardCharsets.UTF_8), O_PATH | O_DIRECTORY, 0);
    }
    int folder = open(AT_FDCWD, new byte[] {'/'}, O_PATH | O_DIRECTORY, 0);
    for (String name : path.split("/+")) {
      if (!name.isEmpty()) {
        int above = folder;
        try {
          byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
          folder = open(above, bytes, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
        } finally {
          close(above);
        }
      }
    }
    return folder;
  }

  /** Closes; errors are of no use to anybody, the number is free in any case. */
  static void close(int file) {
    Calls calls = CALLS;
    if (calls == null) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) calls.close.invokeExact(arena.allocate(Calls.STATE), file);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("close failed in Java", e);
    }
  }

  /** Reads at most {@code buffer.length} bytes; at the file's own position when it is negative. */
  static int read(int file, byte[] buffer, long position) throws WasiFailure {
    return (int)
        call(
            (calls, arena, state) -> {
              MemorySegment bytes = arena.allocate(buffer.length);
              long count =
                  position < 0
                      ? (long) calls.read.invokeExact(state, file, bytes, (long) buffer.length)
                      : (long)
                          calls.pread.invokeExact(
                              state, file, bytes, (long) buffer.length, position);
              if (count > 0) {
                MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, buffer, 0, (int) count);
              }
              return count;
            });
  }

  /** Writes what it can; at the file's own position when the given one is negative. */
  static int write(int file, byte[] buffer, long position) throws WasiFailure {
    return (int)
        call(
            (calls, arena, state) -> {
              MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, buffer);
              return position < 0
                  ? (long) calls.write.invokeExact(state, file, bytes, (long) buffer.length)
                  : (long)
                      calls.pwrite.invokeExact(state, file, bytes, (long) buffer.length, position);
            });
  }

  static long seek(int file, long offset, int whence) throws WasiFailure {
    return call(
        (calls, arena, state) -> (long) calls.lseek.invokeExact(state, file, offset, whence));
  }

  static void truncate(int file, long size) throws WasiFailure {
    call((calls, arena, state) -> (int) calls.ftruncate.invokeExact(state, file, size));
  }

  static void allocate(int file, long offset, long length) throws WasiFailure {
    call(
        (calls, arena, state) -> (int) calls.fallocate.invokeExact(state, file, 0, offset, length));
  }

  static void sync(int file, boolean dataOnly) throws WasiFailure {
    call(
        (calls, arena, state) ->
            dataOnly
                ? (int) calls.fdatasync.invokeExact(state, file)
                : (int) calls.fsync.invokeExact(state, file));
  }

  static void setFlags(int file, int flags) throws WasiFailure {
    call((calls, arena, state) -> (int) calls.fcntl.invokeExact(state, file, F_SETFL, flags));
  }

  /** Attributes of a name in a folder, links not followed; an empty name is the handle itself. */
  static FileStatus status(int folder, byte[] name) throws WasiFailure {
    FileStatus[] result = new FileStatus[1];
    call(
        (calls, arena, state) -> {
          MemorySegment buffer = arena.allocate(STATX_SIZE, 8);
          int flags = AT_SYMLINK_NOFOLLOW | (name.length == 0 ? AT_EMPTY_PATH : 0);
          int code =
              (int)
                  calls.statx.invokeExact(
                      state, folder, text(arena, name), flags, STATX_BASIC_STATS, buffer);
          if (code == 0) {
            result[0] = FileStatus.ofStatx(buffer);
          }
          return code;
        });
    return result[0];
  }

  /** Reads raw folder entries; 0 bytes at the end. */
  static int entries(int folder, byte[] buffer) throws WasiFailure {
    return (int)
        call(
            (calls, arena, state) -> {
              MemorySegment bytes = arena.allocate(buffer.length, 8);
              long count =
                  (long) calls.getdents.invokeExact(state, folder, bytes, (long) buffer.length);
              if (count > 0) {
                MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, buffer, 0, (int) count);
              }
              return count;
            });
  }

  static void makeFolder(int folder, byte[] name) throws WasiFailure {
    call(
        (calls, arena, state) ->
            (int) calls.mkdirat.invokeExact(state, folder, text(arena, name), 0777));
  }

  static void remove(int folder, byte[] name, int flags) throws WasiFailure {
    call(
        (calls, arena, state) ->
            (int) calls.unlinkat.invokeExact(state, folder, text(arena, name), flags));
  }

  static void rename(int from, byte[] name, int to, byte[] newName) throws WasiFailure {
    call(
        (calls, arena, state) ->
            (int)
                calls.renameat.invokeExact(
                    state, from, text(arena, name), to, text(arena, newName)));
  }

  static void link(int from, byte[] name, int to, byte[] newName) throws WasiFailure {
    call(
        (calls, arena, state) ->
            (int)
                calls.linkat.invokeExact(
                    state, from, text(arena, name), to, text(arena, newName), 0));
  }

  static void makeLink(byte[] target, int folder, byte[] name) throws WasiFailure {
    call(
        (calls, arena, state) ->
            (int)
                calls.symlinkat.invokeExact(state, text(arena, target), folder, text(arena, name)));
  }

  /** What a symbolic link says; fails with {@link Errno#INVAL} when the name is no link. */
  static byte[] readLink(int folder, byte[] name) throws WasiFailure {
    byte[][] result = new byte[1][];
    call(
        (calls, arena, state) -> {
          MemorySegment buffer = arena.allocate(LONGEST_LINK);
          long count =
              (long)
                  calls.readlinkat.invokeExact(
                      state, folder, text(arena, name), buffer, (long) LONGEST_LINK);
          if (count >= 0) {
            result[0] = buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
          }
          return count;
        });
    return result[0];
  }

  /** Sets times of a name in a folder, links not followed. */
  static void setTimes(int folder, byte[] name, FileTimes times) throws WasiFailure {
    call(
        (calls, arena, state) ->
            (int)
                calls.utimensat.invokeExact(
                    state,
                    folder,
                    text(arena, name),
                    arena.allocateFrom(ValueLayout.JAVA_LONG, times.toTimespecs()),
                    AT_SYMLINK_NOFOLLOW));
  }

  /** Sets times of an open file. */
  static void setTimes(int file, FileTimes times) throws WasiFailure {
    call(
        (calls, arena, state) ->
            (int)
                calls.futimens.invokeExact(
                    state, file, arena.allocateFrom(ValueLayout.JAVA_LONG, times.toTimespecs())));
  }

  /** How many files this JVM may have open. */
  static long maxOpenFiles() throws WasiFailure {
    long[] limit = new long[1];
    call(
        (calls, arena, state) -> {
          MemorySegment buffer = arena.allocate(16, 8);
          int code = (int) calls.getrlimit.invokeExact(state, RLIMIT_NOFILE, buffer);
          limit[0] = buffer.get(ValueLayout.JAVA_LONG, 0);
          return code;
        });
    return limit[0] < 0 ? Long.MAX_VALUE : limit[0];
  }
}
