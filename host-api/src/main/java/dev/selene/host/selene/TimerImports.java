package dev.selene.host.selene;

import dev.selene.host.DataMessage;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.ProcessContext;
import dev.selene.host.lunatic.GuestArguments;

/**
 * {@code selene::timer}: periodic messages, and a clock that never goes back.
 *
 * <p>Thread-safety: stateless.
 */
public final class TimerImports implements HostModule {
  private static final long NANOS_A_MILLISECOND = 1_000_000;

  /** Where {@code now} starts to count: no guest learns how long the machine has been up. */
  private static final long START = System.nanoTime();

  @Override
  public String name() {
    return "selene::timer";
  }

  @Import(
      value = "send_every",
      summary =
          "Takes the scratch message, data without resources, and sends copies of it after a delay"
              + " and then once a period, both in milliseconds, until the timer is cancelled or the"
              + " target or the caller ends. Returns the timer's id. Traps when the period is 0.")
  @Handle("timer")
  public long sendEvery(
      ProcessContext process, @Handle("process") long target, long delayMillis, long periodMillis) {
    GroupImports.plainData(process);
    if (periodMillis == 0) {
      throw new HostTrap("the period is 0 milliseconds, but must be 1 or more");
    }
    return process
        .extensions()
        .sendEvery(
            target,
            GuestArguments.saturate(delayMillis),
            GuestArguments.saturate(periodMillis),
            (DataMessage) process.takeScratch());
  }

  @Import(
      value = "cancel",
      summary =
          "Stops a timer of `send_every` or `lunatic::timer::send_after`. Returns the milliseconds"
              + " that were left, or -1 when it is unknown, has fired or was stopped.")
  public long cancel(ProcessContext process, @Handle("timer") long timer) {
    long nanos = process.extensions().stopTimer(timer);
    return nanos < 0 ? -1 : nanos / NANOS_A_MILLISECOND;
  }

  @Import(value = "now", summary = "Nanoseconds since some moment; never goes back.")
  public long now(ProcessContext process) {
    return System.nanoTime() - START;
  }
}
