package dev.selene.scheduler;

/** The scheduler's time: nanoseconds since it was loaded, so never negative and never wrapping. */
final class Clock {
  /** A time that never comes. */
  static final long NEVER = Long.MAX_VALUE;

  private static final long ORIGIN = System.nanoTime();

  private Clock() {}

  static long now() {
    return System.nanoTime() - ORIGIN;
  }

  /** The time that is {@code delayNanos} after now; at most the one before {@link #NEVER}. */
  static long after(long delayNanos) {
    long now = now();
    return delayNanos <= 0 ? now : delayNanos < NEVER - now ? now + delayNanos : NEVER - 1;
  }
}
