package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.Pid;
import dev.selene.host.SpawnRequest;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** A failure that nobody hears of is a warning; one that a link or a monitor tells of is not. */
class EndsAreLoggedTest {
  private static final ScriptedGuests.Script FAILS =
      context -> {
        context.receive(null, -1);
        throw new HostTrap("on purpose");
      };

  private static SpawnRequest linked(int script) {
    return new SpawnRequest(
        null, null, "run", List.of(new SpawnRequest.Parameter((byte) 0x7F, script, 0)), 7L);
  }

  private static void poke(GuestContext context, long process) {
    context.send(process, new dev.selene.host.DataMessage(0, new byte[1]));
  }

  private static ExitReason end(ProcessHandle process) throws Exception {
    return process.exit().get(60, TimeUnit.SECONDS);
  }

  @Test
  void unwatchedFailure_isAWarning() throws Exception {
    try (LogEntries log = new LogEntries();
        ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      int failing = guests.add(FAILS);
      CompletableFuture<Long> child = new CompletableFuture<>();
      ProcessHandle parent =
          guests.spawn(
              context -> {
                long id =
                    ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(failing, null)));
                child.complete(id);
                poke(context, id);
                while (context.exists(id)) {
                  context.yieldNow();
                }
              });
      assertEquals(ExitReason.NORMAL, end(parent));
      guests.close();
      String failed = "process " + Pid.format(child.get()) + " failed: ";
      assertEquals(1, log.at(Level.WARNING, failed).size());
      assertEquals(List.of(), log.at(Level.INFO, failed));
    }
  }

  @Test
  void failureThatALinkHears_isInformation() throws Exception {
    try (LogEntries log = new LogEntries();
        ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      int failing = guests.add(FAILS);
      ProcessHandle parent =
          guests.spawn(
              context -> {
                context.setDieWhenLinkDies(false);
                poke(context, ScriptedGuests.spawned(context.spawn(linked(failing))));
                assertInstanceOf(Message.LinkDied.class, context.receive(null, -1));
              });
      assertEquals(ExitReason.NORMAL, end(parent));
      guests.close();
      assertEquals(1, log.at(Level.INFO, "on purpose").size());
      assertEquals(List.of(), log.at(Level.WARNING, ""));
    }
  }

  @Test
  void failureThatAMonitorHears_isInformation() throws Exception {
    try (LogEntries log = new LogEntries();
        ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      int failing = guests.add(FAILS);
      ProcessHandle parent =
          guests.spawn(
              context -> {
                long id =
                    ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(failing, null)));
                context.monitor(id);
                poke(context, id);
                assertInstanceOf(Message.ProcessDied.class, context.receive(null, -1));
              });
      assertEquals(ExitReason.NORMAL, end(parent));
      guests.close();
      assertEquals(1, log.at(Level.INFO, "on purpose").size());
      assertEquals(List.of(), log.at(Level.WARNING, ""));
    }
  }

  /** Who dies of a link takes the failure along, up to where nobody is told any more. */
  @Test
  void failureThatTakesALinkAlong_isAWarningAtTheEndOfTheChain() throws Exception {
    try (LogEntries log = new LogEntries();
        ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      int failing = guests.add(FAILS);
      CompletableFuture<Long> child = new CompletableFuture<>();
      int middle =
          guests.add(
              context -> {
                child.complete(ScriptedGuests.spawned(context.spawn(linked(failing))));
                poke(context, child.get());
                context.receive(null, -1);
              });
      CompletableFuture<Long> top = new CompletableFuture<>();
      ProcessHandle parent =
          guests.spawn(
              context -> {
                long id =
                    ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(middle, null)));
                top.complete(id);
                while (context.exists(id)) {
                  context.yieldNow();
                }
              });
      assertEquals(ExitReason.NORMAL, end(parent));
      guests.close();
      String ofChild = "process " + Pid.format(child.get()) + " failed: ";
      String ofTop = "process " + Pid.format(top.get()) + " failed: ";
      assertEquals(1, log.at(Level.INFO, ofChild).size());
      assertEquals(List.of(), log.at(Level.WARNING, ofChild));
      assertEquals(1, log.at(Level.WARNING, ofTop).size());
      assertTrue(log.at(Level.WARNING, ofTop).getFirst().contains("on purpose"), "cause is named");
    }
  }
}
