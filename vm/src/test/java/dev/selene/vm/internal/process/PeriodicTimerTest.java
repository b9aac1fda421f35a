package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Timers fire on the workers, and nobody's fuel pays for that. */
class PeriodicTimerTest {
  private static final int TIMERS = 64;
  private static final int BYTES = 1 << 20;
  private static final int ROUNDS = 20_000;

  @Test
  void largeMessagesToAFullMailbox_areNotCopied_soOthersRun() throws Exception {
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      CountDownLatch ready = new CountDownLatch(1);
      ProcessHandle hog =
          guests.spawn(
              context -> {
                context.extensions().boundMailbox(1, -1, false);
                for (int i = 0; i < TIMERS; i++) {
                  context.setScratch(new DataMessage(1, new byte[BYTES]));
                  DataMessage message = (DataMessage) context.takeScratch();
                  context.extensions().sendEvery(context.id(), 1, 1, message);
                }
                ready.countDown();
                context.receive(new long[] {99}, -1);
              });
      ready.await();
      ProcessHandle other =
          guests.spawn(
              context -> {
                for (int i = 0; i < ROUNDS; i++) {
                  ScriptedGuests.send(context, context.id(), 1);
                  context.receive(null, -1);
                  context.chargeInstructions(20_000);
                }
              });
      assertEquals(ExitReason.NORMAL, other.exit().get(60, TimeUnit.SECONDS));
      hog.kill();
      guests.assertNothingIsCharged();
    }
  }
}
