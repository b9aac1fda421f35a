package dev.selene.net.internal.tls;

/**
 * A point in time up to which calls may park.
 *
 * <p>Thread-safety: immutable.
 *
 * @param end in {@link System#nanoTime}; means nothing where {@code never}
 * @param never whether it does not come
 */
record Deadline(long end, boolean never) {
  private static final Deadline NEVER = new Deadline(0, true);

  /** Longer waits are waits for ever: nanoTime's differences have 63 bits. */
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

  /**
   * A deadline from now.
   *
   * @param nanos negative for never
   */
  static Deadline in(long nanos) {
    return nanos < 0 || nanos > LONGEST_NANOS
        ? NEVER
        : new Deadline(System.nanoTime() + nanos, false);
  }

  /**
   * A deadline from now.
   *
   * @param millis unsigned, -1 for never
   */
  static Deadline inMillis(long millis) {
    return millis < 0 || millis > LONGEST_NANOS / 1_000_000 ? NEVER : in(millis * 1_000_000);
  }

  /** The earlier of two. */
  Deadline orEarlier(Deadline other) {
    if (never) {
      return other;
    }
    return other.never || end - other.end <= 0 ? this : other;
  }

  /** What is left, as {@code Transport} takes it: 0 when it is over, negative for ever. */
  long left() {
    return never ? -1 : Math.max(0, end - System.nanoTime());
  }

  /** Whether it has come. */
  boolean isOver() {
    return left() == 0;
  }
}
