package dev.selene.sqlite.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds out whether a connection's running statement takes more than was paid for. Nobody counts
 * what SQLite takes, so what the whole JVM takes from the C library is compared to what all
 * statements that run, or are on a row, have paid for.
 *
 * <p>Ownership: the thread that uses the connection; {@link #end} may come from another once nobody
 * uses it any more.
 */
final class MemoryWatch {
  /** Between two measures: as long as some megabytes take. */
  private static final long NANOS_PER_MEASURE = 2_000_000;

  /** What the rest of the JVM may take meanwhile without being mistaken for a statement. */
  private static final long NOISE_BYTES = 32 << 20;

  /** What all statements of the JVM that run or are on a row have paid for. */
  private static final AtomicLong PAID = new AtomicLong();

  /** The part of {@link #PAID} that goes with this connection. */
  private final AtomicLong paid = new AtomicLong();

  private boolean watched;
  private long inUseBefore;
  private long measuredNanos;
  private boolean exceeded;

  /** Forgets what was. */
  void begin() {
    exceeded = false;
  }

  /** Measures from the next look on. */
  void watch() {
    watched = true;
    inUseBefore = -1;
  }

  /** Measures no more. */
  void ignore() {
    watched = false;
  }

  /** Whether too much was taken since {@link #begin}. */
  boolean isExceeded() {
    return exceeded;
  }

  /**
   * Takes a look.
   *
   * @return whether too much was taken since the first look
   */
  boolean hasTakenTooMuch() {
    // Short statements end before the first look, and pay nothing for being watched.
    if (!watched || inUseBefore >= 0 && System.nanoTime() - measuredNanos < NANOS_PER_MEASURE) {
      return false;
    }
    long now = NativeMemory.inUse();
    measuredNanos = System.nanoTime();
    if (inUseBefore < 0) {
      inUseBefore = now;
    }
    exceeded |= now - inUseBefore > PAID.get() + NOISE_BYTES;
    return exceeded;
  }

  /**
   * Counts what was paid for a statement while it runs or is on a row.
   *
   * @param bytes 0 when it is over
   * @param before what it was
   */
  void paid(long bytes, long before) {
    PAID.addAndGet(bytes - before);
    paid.addAndGet(bytes - before);
  }

  /** The connection is closed, its statements with it. */
  void end() {
    PAID.addAndGet(-paid.getAndSet(0));
  }
}
