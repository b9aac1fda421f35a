package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.ProcessConfig;
import dev.selene.host.SpawnRequest;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Limits of a configuration whose effect takes several processes or host calls to see. */
class ConfiguredLimitsTest {
  private static ProcessConfig.Builder permitted() {
    return ProcessConfig.builder().allPermissions(true);
  }

  private static ExitReason end(ProcessHandle process) throws Exception {
    return process.exit().get(60, TimeUnit.SECONDS);
  }

  @Test
  void fullMailbox_dropsTheNewest_andCountsThem() throws Exception {
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      ProcessHandle process =
          guests.spawn(
              permitted().maxMailboxMessages(5).build(),
              context -> {
                for (int i = 0; i < 8; i++) {
                  context.setScratch(new DataMessage(i, new byte[1]));
                  context.send(context.id(), context.takeScratch());
                }
                for (int i = 0; i < 5; i++) {
                  Message message = context.receive(null, 0);
                  assertEquals(i, assertInstanceOf(DataMessage.class, message).tag());
                }
                assertEquals(null, context.receive(null, 0));
              });
      assertEquals(ExitReason.NORMAL, end(process));
      assertEquals(3, process.usage().droppedMessages());
    }
  }

  @Test
  void tooManyProcesses_failToSpawn_untilOneEnds() throws Exception {
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      int waits = guests.add(context -> context.receive(null, -1));
      ProcessHandle process =
          guests.spawn(
              permitted().maxProcesses(3).build(),
              context -> {
                SpawnRequest request = ScriptedGuests.request(waits, null);
                long first = ScriptedGuests.spawned(context.spawn(request));
                ScriptedGuests.spawned(context.spawn(request));
                SpawnRequest.Result.Failed failed =
                    assertInstanceOf(SpawnRequest.Result.Failed.class, context.spawn(request));
                assertTrue(failed.message().contains("too many processes"), failed.message());
                context.monitor(first);
                context.kill(first);
                assertInstanceOf(Message.ProcessDied.class, context.receive(null, -1));
                while (context.spawn(request) instanceof SpawnRequest.Result.Failed) {
                  context.yieldNow(); // it is counted out after the news of its end
                }
              });
      assertEquals(ExitReason.NORMAL, end(process));
    }
  }

  /** A process and its child with the same limit have the handles of one. */
  @Test
  void tooManyHandlesOfASubtree_areRefused_andGivenBackAtTheEnd() throws Exception {
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      CompletableFuture<Boolean> third = new CompletableFuture<>();
      int child =
          guests.add(
              context -> {
                boolean one = context.tryAddHandle();
                boolean two = context.tryAddHandle();
                third.complete(one && two);
                context.receive(null, -1);
              });
      ProcessHandle process =
          guests.spawn(
              permitted().maxHandles(2).build(),
              context -> {
                assertTrue(context.tryAddHandle());
                long id =
                    ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
                while (!third.isDone()) {
                  context.yieldNow();
                }
                assertFalse(third.join(), "one is the parent's, so the child may have one");
                assertFalse(context.tryAddHandle());
                context.setScratch(new DataMessage(0, new byte[1]));
                Message late = context.takeScratch();
                assertThrows(HostTrap.class, () -> context.sendAfter(id, 1_000_000, late));
                context.monitor(id);
                context.kill(id);
                assertInstanceOf(Message.ProcessDied.class, context.receive(null, -1));
                assertTrue(context.tryAddHandle(), "what the child had is free again");
              });
      assertEquals(ExitReason.NORMAL, end(process));
    }
  }
}
