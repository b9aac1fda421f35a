package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.fail;

import dev.selene.host.ExitReason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** What the tests of a virtual machine have in common. */
final class VmCheck {
  private static final Duration LIVENESS = Duration.ofSeconds(120);

  private VmCheck() {}

  static ExitReason end(ProcessHandle process) throws Exception {
    try {
      return process.exit().get(LIVENESS.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return fail("process " + process.id() + " has not ended; usage " + process.usage(), e);
    }
  }

  static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LIVENESS.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail(what + " has not come true in " + LIVENESS);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** After all processes have ended nothing is left on the ledger. */
  static void assertNothingLeft(Vm vm) throws InterruptedException {
    eventually("no live process", () -> vm.information().liveProcesses() == 0);
    // charges of background compilations go when these are over
    eventually(
        "nothing on the ledger; last seen " + vm.information().chargedBytes() + " bytes",
        () -> vm.information().chargedBytes() == 0);
  }
}
