package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.BlockingPool;
import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.HandleKind;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.NamedProcess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.Resource;
import dev.selene.host.SpawnRequest;
import dev.selene.vm.Mailbox;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a guest leaves behind on the heap, and whether the ledger knows of it. */
class LeakTest {
  private static final int MANY = 1_000;

  /** Records that it was closed. */
  private static final class Thing implements Resource {
    @Override
    public HandleKind<?> kind() {
      return HandleKind.UDP_SOCKET;
    }

    final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public void close() {
      closed.set(true);
    }
  }

  private final ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1));

  @AfterEach
  void close() {
    guests.close();
  }

  private static ExitReason end(ProcessHandle process) throws Exception {
    return process.exit().get(60, TimeUnit.SECONDS);
  }

  private static DataMessage messageWith(Thing thing) {
    DataMessage message = new DataMessage(1);
    message.attach(thing);
    return message;
  }

  private long charged() {
    return guests.vm().information().chargedBytes();
  }

  @Test
  void nameThatWasRemoved_isForgottenByItsHolder() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              NamedProcess self = new NamedProcess(0, context.id());
              for (int i = 0; i < MANY; i++) {
                context.register("name " + i, self);
                context.unregister("name " + i);
                context.register("same", self);
              }
              assertEquals(1, context.process().belongings().nameCount());
            });
    assertEquals(ExitReason.NORMAL, end(process));
    assertEquals(0, charged());
  }

  @Test
  void firedTimer_doesNotKeepItsMessage() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              List<WeakReference<Message>> sent = new ArrayList<>();
              for (int i = 0; i < 10; i++) {
                context.setScratch(new DataMessage(7));
                sent.add(new WeakReference<>(context.takeScratch()));
                context.sendAfter(context.id(), 0, sent.getLast().get());
                context.receive(null, -1);
                context.setScratch(null);
              }
              for (int i = 0; i < 100 && sent.stream().anyMatch(m -> m.get() != null); i++) {
                System.gc();
              }
              // the last ones may still be on this very stack
              assertTrue(sent.stream().filter(m -> m.get() != null).count() <= 2);
            });
    assertEquals(ExitReason.NORMAL, end(process));
    assertEquals(0, charged());
  }

  @Test
  void refusedTimer_closesWhatItsMessageCarries() throws Exception {
    Thing thing = new Thing();
    ProcessHandle process =
        guests.spawn(
            ProcessConfig.builder().maxHandles(0).build(),
            context -> {
              context.setScratch(messageWith(thing));
              Message message = context.takeScratch();
              assertThrows(HostTrap.class, () -> context.sendAfter(context.id(), 5, message));
            });
    assertEquals(ExitReason.NORMAL, end(process));
    assertTrue(thing.closed.get());
  }

  @Test
  void killedBeforeSendAndReceive_closesWhatTheMessageCarries() throws Exception {
    Thing thing = new Thing();
    ProcessHandle process =
        guests.spawn(
            context -> {
              context.setScratch(messageWith(thing));
              context.process().kill(0);
              context.sendAndReceive(context.id(), context.takeScratch(), 1, -1);
            });
    assertEquals(new ExitReason.Killed(0), end(process));
    assertTrue(thing.closed.get());
  }

  @Test
  void processThatHasNotRunYet_isOnTheLedger() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    ProcessHandle process =
        guests.spawn(
            context -> {
              long before = charged();
              for (int i = 0; i < MANY; i++) {
                ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
              }
              assertTrue(charged() - before >= MANY * GuestProcess.FIXED_CHARGE);
            });
    assertEquals(ExitReason.NORMAL, end(process));
  }

  @Test
  void unrunProcesses_endAtTheMemoryLimit() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    ProcessHandle process =
        guests.spawn(
            ProcessConfig.builder().allPermissions(true).maxMemoryBytes(4 << 20).build(),
            context -> {
              int count = 0;
              while (context.spawn(ScriptedGuests.request(child, null))
                  instanceof SpawnRequest.Result.Spawned) {
                count++;
                assertTrue(count < MANY);
              }
            });
    assertEquals(ExitReason.NORMAL, end(process));
  }

  @Test
  void textsOfAConfiguration_areChargedToTheProcessThatHasIt() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    ProcessConfig heavy = ProcessConfig.builder().argument("a".repeat(1 << 20)).build();
    ProcessHandle process =
        guests.spawn(
            context -> {
              long before = charged();
              ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, heavy)));
              assertTrue(charged() - before >= 2 << 20);
            });
    assertEquals(ExitReason.NORMAL, end(process));
  }

  @Test
  void linksAndMonitors_areChargedToWhoAsksForThem() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    ProcessHandle process =
        guests.spawn(
            context -> {
              List<Long> others = new ArrayList<>();
              for (int i = 0; i < MANY; i++) {
                others.add(
                    ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null))));
              }
              context.yieldNow();
              long before = charged();
              for (long other : others) {
                context.link(1, other);
                context.monitor(other);
              }
              assertTrue(charged() - before >= 2L * MANY * 96, "charged " + (charged() - before));
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.vm().processes().forEach(ProcessHandle::kill);
    for (ProcessHandle rest : guests.vm().processes()) {
      end(rest);
    }
    while (guests.vm().information().liveProcesses() > 0) {
      Thread.onSpinWait();
    }
    assertEquals(0, charged());
  }

  @Test
  void deadWatchers_areForgotten() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              long watched = context.id();
              int child = guests.add(other -> other.monitor(watched));
              for (int i = 0; i < MANY; i++) {
                long id =
                    ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
                while (context.exists(id)) {
                  context.yieldNow();
                }
              }
              // the signal of the last one's end comes a little after it left the table
              while (guests.vm().information().liveProcesses() > 1) {
                context.yieldNow();
              }
              context.yieldNow();
              assertEquals(0, context.process().monitorCount());
            });
    assertEquals(ExitReason.NORMAL, end(process));
  }

  @Test
  void monitorTwice_stopOnce_isNotTold() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    ProcessHandle process =
        guests.spawn(
            context -> {
              long id = ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
              context.monitor(id);
              context.monitor(id);
              context.stopMonitoring(id);
              context.kill(id);
              assertNull(context.receive(null, 50));
              long again =
                  ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
              context.monitor(again);
              context.monitor(again);
              context.kill(again);
              assertTrue(context.receive(null, -1) instanceof Message.ProcessDied);
              assertNull(context.receive(null, 50));
            });
    assertEquals(ExitReason.NORMAL, end(process));
    assertEquals(0, charged());
  }

  @Test
  void reasonOfAnEnd_isShort() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              SpawnRequest request =
                  new SpawnRequest(null, null, "\n".repeat(60_000), List.of(), null);
              long id = ScriptedGuests.spawned(context.spawn(request));
              context.monitor(id);
              Message.ProcessDied died = (Message.ProcessDied) context.receive(null, -1);
              assertTrue(died.reason().describe().length() < 5_000);
              assertTrue(died.footprint() > 2L * died.reason().describe().length());
            });
    assertEquals(ExitReason.NORMAL, end(process));
  }

  @Test
  void fullPool_makesCallsWait() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Void> isFull = new CompletableFuture<>();
    ProcessHandle process =
        guests.spawn(
            context -> {
              Executor pool = context.process().system().pool(BlockingPool.FILES);
              boolean full = false;
              while (!full) {
                try {
                  pool.execute(
                      () -> {
                        try {
                          release.await();
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                      });
                } catch (java.util.concurrent.RejectedExecutionException e) {
                  full = true;
                }
              }
              isFull.complete(null);
              assertEquals(5, context.runBlocking(BlockingPool.FILES, () -> 5, five -> {}));
            });
    isFull.get(60, TimeUnit.SECONDS);
    assertFalse(process.exit().isDone());
    release.countDown();
    assertEquals(ExitReason.NORMAL, end(process));
  }

  @Test
  void signalsToAMailboxThatNobodyReads_doNotPileUp() throws Exception {
    try (Mailbox mailbox = guests.vm().newMailbox(null)) {
      ProcessHandle process =
          guests.spawn(
              context -> {
                for (int i = 0; i < MANY; i++) {
                  context.monitor(mailbox.id());
                  context.stopMonitoring(mailbox.id());
                }
                Actor actor = context.process().system().find(mailbox.id());
                assertFalse(actor.hasSignals());
              });
      assertEquals(ExitReason.NORMAL, end(process));
    }
  }

  @Test
  void mailboxIsClosed_whileAnotherThreadReceives() throws Exception {
    Mailbox mailbox = guests.vm().newMailbox(null);
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread receiver =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    mailbox.receive(Duration.ofDays(1));
                    ended.complete(new AssertionError("received"));
                  } catch (Throwable e) {
                    ended.complete(e);
                  }
                });
    while (receiver.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    CompletableFuture<Void> closed = CompletableFuture.runAsync(mailbox::close);
    assertTrue(ended.get(60, TimeUnit.SECONDS) instanceof IllegalStateException);
    closed.get(60, TimeUnit.SECONDS);
  }

  @Test
  void linkAcrossEnvironments_isALinkToNobody() throws Exception {
    try (Mailbox elsewhere = guests.vm().newMailbox(guests.vm().newEnvironment())) {
      ProcessHandle process =
          guests.spawn(
              context -> {
                context.setDieWhenLinkDies(false);
                context.link(3, elsewhere.id());
                assertEquals(
                    new Message.LinkDied(3, elsewhere.id(), ExitReason.NO_PROCESS),
                    context.receive(null, 0));
              });
      assertEquals(ExitReason.NORMAL, end(process));
    }
  }

  @Test
  void spawnWhileClosing_alwaysEnds() throws Exception {
    for (int i = 0; i < 30; i++) {
      ScriptedGuests closing = new ScriptedGuests(Vm.builder().workers(1));
      List<ProcessHandle> all = new ArrayList<>();
      CompletableFuture<Void> spawner =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (true) {
                    all.add(closing.spawn(context -> context.receive(null, -1)));
                  }
                } catch (IllegalStateException e) {
                  // closed: what this test waits for
                }
              });
      TimeUnit.MILLISECONDS.sleep(5);
      closing.vm().close();
      spawner.get(60, TimeUnit.SECONDS);
      for (ProcessHandle process : all) {
        end(process);
      }
    }
  }
}
