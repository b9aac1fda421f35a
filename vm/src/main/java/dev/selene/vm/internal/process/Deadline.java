package dev.selene.vm.internal.process;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a waiting process gives up, from a timeout of the ABI. Its timer starts with it.
 *
 * <p>Ownership: the process's own thread.
 */
final class Deadline implements AutoCloseable, Actor.Condition {
  private final @Nullable Alarm alarm;

  /** The timeout is unsigned milliseconds; -1 is for ever. */
  Deadline(GuestProcess process, long timeoutMillis) {
    alarm =
        timeoutMillis == -1 ? null : Alarm.start(process, process.system(), nanos(timeoutMillis));
  }

  /** Unsigned milliseconds in nanoseconds; what does not fit is some hundred years. */
  static long nanos(long millis) {
    return millis < 0 || millis > Long.MAX_VALUE / 1_000_000
        ? Long.MAX_VALUE / 2
        : TimeUnit.MILLISECONDS.toNanos(millis);
  }

  boolean isOver() {
    return alarm != null && alarm.holds();
  }

  @Override
  public boolean holds() {
    return isOver();
  }

  @Override
  public void close() {
    if (alarm != null) {
      alarm.stop();
    }
  }
}
