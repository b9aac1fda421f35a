package dev.selene.host.wasi;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file or folder that is open at the operating system.
 *
 * <p>The number of an open file is given to the next file as soon as it is closed. So a process
 * that ends while a blocking thread still writes must not close under it, or the write would land
 * in somebody else's file: users are counted, and the last one closes.
 *
 * <p>Thread-safety: all methods may be called from any thread. {@code users} starts at 1 for the
 * owner; it never rises again once it was 0. Proved by {@code HostFileTest}.
 */
final class HostFile implements AutoCloseable {
  /** Open files of all guests together; they leave half of the JVM's files to the host. */
  private static final AtomicLong OPEN = new AtomicLong();

  /** Whether the log has told that they are too many; again when they were half as many. */
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private static final Logger LOGGER = LoggerFactory.getLogger(HostFile.class);

  private final int number;
  private final AtomicInteger users = new AtomicInteger(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Work on the operating system's number of the file. */
  @FunctionalInterface
  interface Work<T> {
    T on(int number) throws WasiFailure;
  }

  /** The limit, read once; in its own class so that only file users load {@link Linux}. */
  private static final class Limit {
    static final long FILES = half();

    private static long half() {
      try {
        return Linux.maxOpenFiles() / 2;
      } catch (WasiFailure e) {
        return 0;
      }
    }
  }

  private HostFile(int number) {
    this.number = number;
  }

  /**
   * Opens something and keeps it.
   *
   * @param open returns the operating system's number
   * @return the caller closes it
   * @throws WasiFailure {@link Errno#NFILE} when all guests together have too many files open
   */
  static HostFile open(Opening open) throws WasiFailure {
    if (OPEN.incrementAndGet() > Limit.FILES) {
      OPEN.decrementAndGet();
      if (TOLD.compareAndSet(false, true)) {
        LOGGER.warn(
            "guests have {} files open together, half of what this JVM may (ulimit -n): further ones"
                + " fail with ENFILE; raise ulimit -n, or give guests a lower maxHandles",
            Limit.FILES);
      }
      throw new WasiFailure(Errno.NFILE);
    }
    boolean done = false;
    try {
      HostFile file = new HostFile(open.open());
      done = true;
      return file;
    } finally {
      if (!done) {
        OPEN.decrementAndGet();
      }
    }
  }

  /** How a file is opened. */
  @FunctionalInterface
  interface Opening {
    int open() throws WasiFailure;
  }

  /** Open files of all guests, for tests. */
  static long openCount() {
    return OPEN.get();
  }

  /**
   * Does something with the file, which stays open meanwhile.
   *
   * @throws WasiFailure {@link Errno#BADF} when it was closed before
   */
  <T> T use(Work<T> work) throws WasiFailure {
    int seen;
    do {
      seen = users.get();
      if (seen == 0 || closed.get()) {
        throw new WasiFailure(Errno.BADF);
      }
    } while (!users.compareAndSet(seen, seen + 1));
    try {
      return work.on(number);
    } finally {
      leave();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      leave();
    }
  }

  private void leave() {
    if (users.decrementAndGet() == 0) {
      Linux.close(number);
      if (OPEN.decrementAndGet() < Limit.FILES / 2 && TOLD.get()) {
        TOLD.set(false);
      }
    }
  }
}
