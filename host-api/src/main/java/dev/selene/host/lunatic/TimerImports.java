package dev.selene.host.lunatic;

import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::timer}: messages that are sent later.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-timer-api. Better than there:
 * a timer goes with its target, and cancelling one that has fired answers 0.
 */
public final class TimerImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::timer";
  }

  @Import(
      value = "send_after",
      summary =
          "Takes the scratch message and sends it after a delay in milliseconds. The target is"
              + " looked up now; to an unknown one nothing is ever delivered. Returns the timer's"
              + " id. Traps when the scratch area is empty.")
  @Handle("timer")
  public long sendAfter(ProcessContext process, @Handle("process") long target, long delayMillis) {
    return process.sendAfter(target, GuestArguments.saturate(delayMillis), process.takeScratch());
  }

  @Import(
      value = "cancel_timer",
      summary = "Stops a timer. 1 if it had not fired yet, else 0; an unknown id is 0 too.")
  public int cancelTimer(ProcessContext process, @Handle("timer") long timer) {
    return process.cancelTimer(timer) ? 1 : 0;
  }
}
