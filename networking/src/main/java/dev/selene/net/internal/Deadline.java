package dev.selene.net.internal;

/** Points of time until which a process waits, in nanoseconds of {@link System#nanoTime}. */
public final class Deadline {
  /** No end. */
  public static final long NEVER = Long.MIN_VALUE;

  private static final long FURTHEST = Long.MAX_VALUE / 4;

  private Deadline() {}

  /**
   * A time from now.
   *
   * @param nanos negative for {@link #NEVER}
   * @return the deadline
   */
  public static long in(long nanos) {
    if (nanos < 0) {
      return NEVER;
    }
    long deadline = System.nanoTime() + Math.min(nanos, FURTHEST);
    return deadline == NEVER ? NEVER + 1 : deadline;
  }

  /**
   * What is left of it.
   *
   * @param deadline not {@link #NEVER}
   * @return nanoseconds, 0 when over
   */
  public static long left(long deadline) {
    return Math.max(0, deadline - System.nanoTime());
  }

  /**
   * What is left of it, as {@link Transport} takes it.
   *
   * @param deadline any
   * @return nanoseconds, 0 when over, negative for ever
   */
  public static long timeout(long deadline) {
    return deadline == NEVER ? -1 : left(deadline);
  }

  /**
   * The earlier of two.
   *
   * @param one any
   * @param other any
   * @return one of them
   */
  public static long earlier(long one, long other) {
    if (one == NEVER || other == NEVER) {
      return one == NEVER ? other : one;
    }
    return one - other <= 0 ? one : other;
  }
}
