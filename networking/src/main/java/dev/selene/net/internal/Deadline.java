package dev.selene.net.internal;

/** Points of time until which a process waits, in nanoseconds of {@link System#nanoTime}. */
final class Deadline {
  /** No end. */
  static final long NEVER = Long.MIN_VALUE;

  private static final long FURTHEST = Long.MAX_VALUE / 4;

  private Deadline() {}

  /**
   * A time from now.
   *
   * @param nanos negative for {@link #NEVER}
   */
  static long in(long nanos) {
    if (nanos < 0) {
      return NEVER;
    }
    long deadline = System.nanoTime() + Math.min(nanos, FURTHEST);
    return deadline == NEVER ? NEVER + 1 : deadline;
  }

  /** Nanoseconds left, 0 when over; not for {@link #NEVER}. */
  static long left(long deadline) {
    return Math.max(0, deadline - System.nanoTime());
  }
}
