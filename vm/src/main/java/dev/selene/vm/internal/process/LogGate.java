package dev.selene.vm.internal.process;

import java.util.function.LongSupplier;

/**
 * Lets so many log entries a second through that people can read them, and no more: a guest that
 * crashes for ever must not fill the disk.
 *
 * <p>Thread-safety: any thread.
 */
final class LogGate {
  static final int A_SECOND = 50;
  private static final long SECOND = 1_000_000_000;

  private final LongSupplier clock;
  private final int mostASecond;
  private long windowStart;
  private int passed;
  private long held;

  /** The clock counts nanoseconds. */
  LogGate(LongSupplier clock) {
    this(clock, A_SECOND);
  }

  /** The clock counts nanoseconds. */
  LogGate(LongSupplier clock, int mostASecond) {
    this.clock = clock;
    this.mostASecond = mostASecond;
    this.windowStart = clock.getAsLong();
  }

  /**
   * Asks for one entry.
   *
   * @return how many were held back before this one; -1 when this one is held back
   */
  synchronized long pass() {
    long now = clock.getAsLong();
    if (now - windowStart >= SECOND) {
      windowStart = now;
      passed = 0;
    }
    if (passed == mostASecond) {
      held++;
      return -1;
    }
    passed++;
    long before = held;
    held = 0;
    return before;
  }
}
