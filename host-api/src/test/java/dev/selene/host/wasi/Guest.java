package dev.selene.host.wasi;

import dev.selene.host.BlockingPool;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.StandardStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A guest process without a virtual machine: calls the imports as Wasm would. Blocking work runs on
 * other threads, which {@link ArrayMemory} keeps away from the guest's memory.
 */
final class Guest implements AutoCloseable {
  static final int FOLLOW = 1;
  static final int CREATE = 1;
  static final int DIRECTORY = 2;
  static final int EXCLUSIVE = 4;
  static final int TRUNCATE = 8;
  static final int ROOT = 3;

  private static final int MEMORY = 1 << 20;
  private static final int RESULT = 64;
  private static final int IOVEC = 256;
  private static final int FIRST_PATH = 1024;
  private static final int SECOND_PATH = 8192;
  private static final int DATA = 1 << 16;

  final ArrayMemory memory = new ArrayMemory(MEMORY);
  final WasiImports wasi = new WasiImports();
  final ByteArrayOutputStream output = new ByteArrayOutputStream();
  final List<Long> sleeps = new ArrayList<>();
  final ProcessContext process;
  long ledger;
  long fuelBytes;
  int yields;
  int handles;

  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final ProcessConfig config;
  private final InputStream input;
  private @Nullable AutoCloseable state;

  Guest(Path... folders) {
    this(new ByteArrayInputStream(new byte[0]), builder(folders).build());
  }

  Guest(InputStream input, ProcessConfig config) {
    this.input = input;
    this.config = config;
    this.process =
        (ProcessContext)
            Proxy.newProxyInstance(
                Guest.class.getClassLoader(),
                new Class<?>[] {ProcessContext.class},
                (proxy, method, arguments) ->
                    call((ProcessContext) proxy, method.getName(), arguments));
  }

  static ProcessConfig.Builder builder(Path... folders) {
    ProcessConfig.Builder builder = ProcessConfig.builder();
    for (int i = 0; i < folders.length; i++) {
      builder.preopen("/dir" + i, folders[i].toString());
    }
    return builder;
  }

  @SuppressWarnings("unchecked")
  private @Nullable Object call(ProcessContext self, String name, Object[] arguments)
      throws Exception {
    switch (name) {
      case "toString":
        return "guest";
      case "memory":
        return memory;
      case "config":
        return config;
      case "streams":
        return new StandardStreams(input, output, output, false);
      case "charge":
        ledger += (Long) arguments[0];
        return null;
      case "release":
        ledger -= (Long) arguments[0];
        return null;
      case "chargeBytes":
        fuelBytes += (Long) arguments[0];
        return null;
      case "tryAddHandle":
        handles++;
        return true;
      case "removeHandle":
        handles--;
        return null;
      case "yieldNow":
        yields++;
        return null;
      case "sleep":
        sleeps.add((Long) arguments[0]);
        LockSupport.parkNanos((Long) arguments[0]);
        return null;
      case "state":
        if (state == null) {
          state = ((Function<ProcessContext, AutoCloseable>) arguments[1]).apply(self);
        }
        return state;
      case "runBlocking":
        if (!(arguments[0] instanceof BlockingPool)) {
          throw new AssertionError(arguments[0]);
        }
        try {
          return pool.submit((Callable<Object>) arguments[1]).get();
        } catch (ExecutionException e) {
          throw (Exception) e.getCause();
        }
      case "await":
        ((java.util.concurrent.CompletableFuture<?>) arguments[0])
            .exceptionally(failure -> null)
            .join();
        return null;
      default:
        throw new AssertionError("unexpected " + name);
    }
  }

  /** Ends the process. */
  @Override
  public void close() throws Exception {
    if (state != null) {
      state.close();
    }
    pool.shutdown();
  }

  private int put(int address, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    memory.write(address, bytes, 0, bytes.length);
    return bytes.length;
  }

  int result() {
    return memory.getInt(RESULT);
  }

  long resultLong(int offset) {
    return memory.getLong(RESULT + offset);
  }

  /** Returns a descriptor, or minus the errno. */
  int open(int folder, String path, int lookup, int openFlags, long rights, int flags) {
    int length = put(FIRST_PATH, path);
    int errno =
        wasi.pathOpen(
            process, folder, lookup, FIRST_PATH, length, openFlags, rights, -1L, flags, RESULT);
    return errno == 0 ? result() : -errno;
  }

  int open(String path, int lookup, int openFlags) {
    return open(ROOT, path, lookup, openFlags, -1L, 0);
  }

  int openToRead(String path, int lookup) {
    return open(
        ROOT,
        path,
        lookup,
        0,
        Rights.FILE & ~Rights.FD_WRITE & ~Rights.FD_ALLOCATE & ~Rights.FD_FILESTAT_SET_SIZE,
        0);
  }

  int write(int fd, String text) {
    int length = put(DATA, text);
    memory.putInt(IOVEC, DATA);
    memory.putInt(IOVEC + 4, length);
    int errno = wasi.fdWrite(process, fd, IOVEC, 1, RESULT);
    return errno == 0 ? result() : -errno;
  }

  int writeAt(int fd, String text, long offset) {
    int length = put(DATA, text);
    memory.putInt(IOVEC, DATA);
    memory.putInt(IOVEC + 4, length);
    int errno = wasi.fdPwrite(process, fd, IOVEC, 1, offset, RESULT);
    return errno == 0 ? result() : -errno;
  }

  /** Reads into two buffers, the first of 3 bytes. */
  String read(int fd, int most) {
    return readAt(fd, most, -1);
  }

  String readAt(int fd, int most, long offset) {
    memory.putInt(IOVEC, DATA);
    memory.putInt(IOVEC + 4, Math.min(3, most));
    memory.putInt(IOVEC + 8, DATA + 3);
    memory.putInt(IOVEC + 12, Math.max(0, most - 3));
    int errno =
        offset < 0
            ? wasi.fdRead(process, fd, IOVEC, 2, RESULT)
            : wasi.fdPread(process, fd, IOVEC, 2, offset, RESULT);
    return errno == 0 ? memory.readText(DATA, result()) : "errno " + errno;
  }

  long seek(int fd, long distance, int whence) {
    int errno = wasi.fdSeek(process, fd, distance, whence, RESULT);
    return errno == 0 ? resultLong(0) : -errno;
  }

  int close(int fd) {
    return wasi.fdClose(process, fd);
  }

  int status(String path, int lookup) {
    int length = put(FIRST_PATH, path);
    return wasi.pathFilestatGet(process, ROOT, lookup, FIRST_PATH, length, RESULT);
  }

  int makeFolder(String path) {
    return wasi.pathCreateDirectory(process, ROOT, FIRST_PATH, put(FIRST_PATH, path));
  }

  int removeFolder(String path) {
    return wasi.pathRemoveDirectory(process, ROOT, FIRST_PATH, put(FIRST_PATH, path));
  }

  int removeFile(String path) {
    return wasi.pathUnlinkFile(process, ROOT, FIRST_PATH, put(FIRST_PATH, path));
  }

  int rename(String from, int folder, String to) {
    int length = put(FIRST_PATH, from);
    int newLength = put(SECOND_PATH, to);
    return wasi.pathRename(process, ROOT, FIRST_PATH, length, folder, SECOND_PATH, newLength);
  }

  int link(String from, int lookup, String to) {
    int length = put(FIRST_PATH, from);
    int newLength = put(SECOND_PATH, to);
    return wasi.pathLink(process, ROOT, lookup, FIRST_PATH, length, ROOT, SECOND_PATH, newLength);
  }

  int symlink(String target, String path) {
    int length = put(FIRST_PATH, target);
    int newLength = put(SECOND_PATH, path);
    return wasi.pathSymlink(process, FIRST_PATH, length, ROOT, SECOND_PATH, newLength);
  }

  String readLink(String path, int room) {
    int length = put(FIRST_PATH, path);
    int errno = wasi.pathReadlink(process, ROOT, FIRST_PATH, length, DATA, room, RESULT);
    return errno == 0 ? memory.readText(DATA, result()) : "errno " + errno;
  }

  int setTimes(String path, int lookup, long accessed, long modified, int flags) {
    int length = put(FIRST_PATH, path);
    return wasi.pathFilestatSetTimes(
        process, ROOT, lookup, FIRST_PATH, length, accessed, modified, flags);
  }

  /** Names in a folder, without the two dots, read with a buffer of this many bytes. */
  List<String> list(int fd, int room) {
    List<String> names = new ArrayList<>();
    long cookie = 0;
    while (true) {
      int errno = wasi.fdReaddir(process, fd, DATA, room, cookie, RESULT);
      if (errno != 0) {
        throw new AssertionError("errno " + errno);
      }
      int used = result();
      int at = 0;
      while (at + FolderListing.HEADER <= used) {
        int length = memory.getInt(DATA + at + 16);
        if (at + FolderListing.HEADER + length > used) {
          break;
        }
        cookie = memory.getLong(DATA + at);
        String name = memory.readText(DATA + at + FolderListing.HEADER, length);
        if (!name.equals(".") && !name.equals("..")) {
          names.add(name);
        }
        at += FolderListing.HEADER + length;
      }
      if (used < room) {
        return names;
      }
    }
  }
}
