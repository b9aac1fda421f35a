package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.scheduler.SchedulerMode;
import dev.selene.vm.Mailbox;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What wakes a process from outside gets through, however busy the others keep the workers. */
class FromOutsideTest {
  private static final int BUSY = 4 * Runtime.getRuntime().availableProcessors();
  private static final Duration LIVENESS = Duration.ofSeconds(30);

  private static long spawn(GuestContext context, int script) {
    return ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(script, null)));
  }

  private static void assertHears(SchedulerMode mode, ScriptedGuests.Script busy, boolean pairs)
      throws Exception {
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(2).scheduler(mode));
        Mailbox mailbox = guests.vm().newMailbox(null)) {
      ProcessHandle echo =
          guests.spawn(
              context -> {
                while (context.receive(null, -1) instanceof DataMessage question) {
                  ScriptedGuests.send(context, mailbox.id(), question.tag());
                }
              });
      AtomicBoolean stop = new AtomicBoolean();
      int script =
          guests.add(
              context -> {
                while (!stop.get()) {
                  busy.run(context);
                }
              });
      ProcessHandle parent =
          guests.spawn(
              context -> {
                for (int i = 0; i < BUSY; i++) {
                  long first = spawn(context, script);
                  long second = spawn(context, script);
                  if (pairs) {
                    ScriptedGuests.send(context, first, second);
                  }
                }
              });
      assertEquals(ExitReason.NORMAL, parent.exit().get(60, TimeUnit.SECONDS));
      try {
        for (int i = 0; i < 10; i++) {
          assertTrue(echo.send(7, new byte[1]));
          assertNotNull(mailbox.receive(LIVENESS), "question " + i + " starves");
        }
      } finally {
        stop.set(true);
      }
      echo.kill();
      guests.assertNothingIsCharged();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"WORK_STEALING", "JDK"})
  void besideLoops(SchedulerMode mode) throws Exception {
    assertHears(mode, context -> context.chargeInstructions(5_000), false);
  }

  /** Each round parks, so that no slice is ever used up. */
  @ParameterizedTest
  @EnumSource(names = {"WORK_STEALING", "JDK"})
  void besidePairsThatWakeEachOther(SchedulerMode mode) throws Exception {
    assertHears(
        mode,
        context -> {
          if (context.receive(null, 1_000) instanceof DataMessage ball) {
            context.chargeInstructions(1_000);
            ScriptedGuests.send(context, ball.tag(), context.id());
          }
        },
        true);
  }
}
