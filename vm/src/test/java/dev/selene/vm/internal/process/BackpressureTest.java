package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Extensions.Sent;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import dev.selene.host.ProcessConfig;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sends with an outcome, mailboxes with bounds, requests: nothing is lost, nobody waits for ever.
 */
class BackpressureTest {
  private final ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(4));

  @AfterEach
  void close() {
    guests.close();
  }

  private static ExitReason end(ProcessHandle process) throws Exception {
    return process.exit().get(60, TimeUnit.SECONDS);
  }

  private static Sent trySend(GuestContext context, long target, long tag) {
    context.setScratch(new DataMessage(tag));
    return context.extensions().trySend(target);
  }

  @Test
  void trySend_tellsWhatHappened_andKeepsWhatWasNotSent() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              context.extensions().boundMailbox(2, -1, false);
              assertEquals(Sent.SENT, trySend(context, context.id(), 1));
              assertNull(context.scratch());
              assertEquals(Sent.SENT, trySend(context, context.id(), 2));
              assertEquals(Sent.FULL, trySend(context, context.id(), 3));
              assertEquals(3, context.scratch().tag());
              assertEquals(Sent.NO_PROCESS, trySend(context, 4711, 4));
              assertEquals(4, context.scratch().tag());
              assertEquals(0, context.extensions().droppedMessages());
              context.send(context.id(), context.takeScratch());
              assertEquals(1, context.extensions().droppedMessages());
              assertEquals(1, context.receive(null, 0).tag());
              assertEquals(2, context.receive(null, 0).tag());
              assertNull(context.receive(null, 0));
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }

  @Test
  void boundsInBytes_countWhatWaits_andNeverExceedTheConfiguration() throws Exception {
    ProcessConfig config =
        ProcessConfig.builder().allPermissions(true).maxMailboxMessages(5).build();
    ProcessHandle process =
        guests.spawn(
            config,
            context -> {
              context.extensions().boundMailbox(1_000, 1_000, false);
              context.setScratch(new DataMessage(1, new byte[2_000]));
              assertEquals(Sent.FULL, context.extensions().sendWaiting(context.id(), -1));
              context.extensions().boundMailbox(1_000, -1, false);
              assertEquals(Sent.SENT, context.extensions().trySend(context.id()));
              for (int i = 0; i < 4; i++) {
                assertEquals(Sent.SENT, trySend(context, context.id(), 2));
              }
              assertEquals(Sent.FULL, trySend(context, context.id(), 3));
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }

  @Test
  void oldestIsDropped_whereThatIsThePolicy_andDeathsAreKept() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              context.extensions().boundMailbox(3, -1, true);
              context.extensions().link(99, LinkMode.TOLD, LinkMode.NOTHING, 50);
              for (int tag = 1; tag <= 10; tag++) {
                assertEquals(Sent.SENT, trySend(context, context.id(), tag));
              }
              List<Long> tags = new ArrayList<>();
              for (Message m = context.receive(null, 0); m != null; m = context.receive(null, 0)) {
                tags.add(m.tag());
              }
              assertEquals(List.of(50L, 9L, 10L), tags);
              assertEquals(8, context.extensions().droppedMessages());
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }

  @Test
  void whoWaitsForRoom_isServedInOrder() throws Exception {
    int senders = 20;
    CompletableFuture<Long> receiverId = new CompletableFuture<>();
    CompletableFuture<Boolean> go = new CompletableFuture<>();
    List<Long> order = new ArrayList<>();
    ProcessHandle receiver =
        guests.spawn(
            context -> {
              context.extensions().boundMailbox(1, -1, false);
              assertEquals(Sent.SENT, trySend(context, context.id(), 100));
              receiverId.complete(context.id());
              context.await(go);
              for (int i = 0; i <= senders; i++) {
                order.add(context.receive(null, -1).tag());
              }
            });
    long target = receiverId.get(60, TimeUnit.SECONDS);
    Actor actor = actor(target);
    List<ProcessHandle> all = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      long tag = i + 1;
      all.add(
          guests.spawn(
              context -> {
                context.setScratch(new DataMessage(tag));
                assertEquals(Sent.SENT, context.extensions().sendWaiting(target, -1));
              }));
      while (actor.room().length() <= i) {
        Thread.onSpinWait();
      }
    }
    go.complete(true);
    assertEquals(ExitReason.NORMAL, end(receiver));
    for (ProcessHandle sender : all) {
      assertEquals(ExitReason.NORMAL, end(sender));
    }
    List<Long> expected = new ArrayList<>(List.of(100L));
    for (long tag = 1; tag <= senders; tag++) {
      expected.add(tag);
    }
    assertEquals(expected, order);
    guests.assertNothingIsCharged();
  }

  private Actor actor(long id) throws Exception {
    CompletableFuture<Actor> found = new CompletableFuture<>();
    end(guests.spawn(context -> found.complete(context.process().system().find(id))));
    return found.get();
  }

  @Test
  void waitingForRoom_endsWithTheReceiverAndWithTheTimeout() throws Exception {
    CompletableFuture<Long> id = new CompletableFuture<>();
    ProcessHandle receiver =
        guests.spawn(
            context -> {
              context.extensions().boundMailbox(0, -1, false);
              id.complete(context.id());
              context.await(new CompletableFuture<>());
            });
    CompletableFuture<Boolean> timedOut = new CompletableFuture<>();
    long target = id.get(60, TimeUnit.SECONDS);
    ProcessHandle never =
        guests.spawn(
            context -> {
              context.setScratch(new DataMessage(1));
              assertEquals(Sent.FULL, context.extensions().sendWaiting(target, -1));
            });
    assertEquals(ExitReason.NORMAL, end(never));
    CompletableFuture<Long> fullId = new CompletableFuture<>();
    ProcessHandle full =
        guests.spawn(
            context -> {
              context.extensions().boundMailbox(1, -1, false);
              trySend(context, context.id(), 1);
              fullId.complete(context.id());
              context.await(new CompletableFuture<>());
            });
    long fullTarget = fullId.get(60, TimeUnit.SECONDS);
    ProcessHandle waiting =
        guests.spawn(
            context -> {
              context.setScratch(new DataMessage(1));
              assertEquals(Sent.TIMED_OUT, context.extensions().sendWaiting(fullTarget, 30));
              assertEquals(Sent.TIMED_OUT, context.extensions().sendWaiting(fullTarget, 0));
              assertNotNull(context.scratch());
              timedOut.complete(true);
              assertEquals(Sent.NO_PROCESS, context.extensions().sendWaiting(fullTarget, -1));
            });
    timedOut.get(60, TimeUnit.SECONDS);
    full.kill();
    assertEquals(ExitReason.NORMAL, end(waiting));
    receiver.kill();
    end(receiver);
    end(full);
    guests.assertNothingIsCharged();
  }

  /**
   * Histories: senders with random kinds of sends and timeouts, killed at random; a receiver that
   * receives at random speed and changes its bounds. What was reported as sent arrives once and in
   * order; nobody who lives stays waiting.
   */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void histories_loseNothingAndNobody(long seed) throws Exception {
    int senders = 12;
    int messages = 300;
    Map<Integer, List<Integer>> received = new HashMap<>();
    CompletableFuture<Long> id = new CompletableFuture<>();
    ProcessHandle receiver =
        guests.spawn(
            context -> {
              Random random = new Random(seed);
              context.extensions().boundMailbox(4, -1, false);
              id.complete(context.id());
              while (true) {
                if (random.nextInt(50) == 0) {
                  context.extensions().boundMailbox(1 + random.nextInt(8), -1, false);
                }
                if (random.nextInt(40) == 0) {
                  context.yieldNow();
                }
                Message message = context.receive(null, -1);
                if (message.tag() == 1L << 40) {
                  return;
                }
                received
                    .computeIfAbsent((int) (message.tag() >> 20), key -> new ArrayList<>())
                    .add((int) message.tag() & 0xFFFFF);
              }
            });
    long target = id.get(60, TimeUnit.SECONDS);
    Map<Integer, List<Integer>> reported = new ConcurrentHashMap<>();
    List<ProcessHandle> all = new ArrayList<>();
    for (int s = 1; s <= senders; s++) {
      int sender = s;
      List<Integer> sent = new CopyOnWriteArrayList<>();
      reported.put(sender, sent);
      all.add(
          guests.spawn(
              context -> {
                Random random = new Random(seed * 31 + sender);
                for (int m = 1; m <= messages; m++) {
                  context.setScratch(new DataMessage((long) sender << 20 | m));
                  long timeout = random.nextInt(3) == 0 ? random.nextInt(3) : -1;
                  Sent outcome =
                      random.nextInt(3) == 0
                          ? context.extensions().trySend(target)
                          : context.extensions().sendWaiting(target, timeout);
                  if (outcome == Sent.SENT) {
                    sent.add(m);
                  } else {
                    assertTrue(outcome == Sent.FULL || outcome == Sent.TIMED_OUT);
                    assertNotNull(context.scratch());
                  }
                }
              }));
    }
    Random kills = new Random(seed);
    for (int i = 0; i < senders / 3; i++) {
      TimeUnit.MICROSECONDS.sleep(kills.nextInt(2_000));
      all.get(kills.nextInt(senders)).kill();
    }
    for (ProcessHandle sender : all) {
      end(sender);
    }
    ProcessHandle last =
        guests.spawn(
            context -> {
              context.setScratch(new DataMessage(1L << 40));
              assertEquals(Sent.SENT, context.extensions().sendWaiting(target, -1));
            });
    assertEquals(ExitReason.NORMAL, end(last));
    assertEquals(ExitReason.NORMAL, end(receiver));
    for (int s = 1; s <= senders; s++) {
      List<Integer> got = received.getOrDefault(s, List.of());
      List<Integer> told = reported.get(s);
      boolean killed = !all.get(s - 1).exit().get().equals(ExitReason.NORMAL);
      if (killed && got.size() == told.size() + 1) {
        // killed after the send and before it could note so
        got = got.subList(0, told.size());
      }
      assertEquals(told, got, "seed " + seed + " sender " + s);
    }
    guests.assertNothingIsCharged();
  }

  @Test
  void request_getsTheAnswer_theDeath_orTheTimeout() throws Exception {
    int server =
        guests.add(
            context -> {
              for (int i = 0; i < 3; i++) {
                Message question = context.receive(null, -1);
                long asker = ((DataMessage) question).content()[0];
                assertEquals(1, asker);
                context.setScratch(new DataMessage(question.tag()));
                context.send(replyTo.get(), context.takeScratch());
              }
              // ends without answering the fourth
              context.receive(null, -1);
            });
    int waiting = guests.add(context -> context.receive(new long[] {77}, -1));
    ProcessHandle client =
        guests.spawn(
            context -> {
              replyTo.complete(context.id());
              long id = ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(server, null)));
              for (long tag = 1; tag <= 3; tag++) {
                assertEquals(Sent.SENT, request(context, id, tag, -1));
                assertEquals(tag, context.scratch().tag());
              }
              assertEquals(Sent.NO_PROCESS, request(context, id, 4, -1));
              assertEquals(new Message.ProcessDied(4, 0, id, ExitReason.NORMAL), context.scratch());
              assertEquals(Sent.NO_PROCESS, request(context, id, 5, -1));
              Message.ProcessDied died = (Message.ProcessDied) context.scratch();
              assertEquals(id, died.process());
              long silent =
                  ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(waiting, null)));
              assertEquals(Sent.TIMED_OUT, request(context, silent, 6, 10));
              assertNull(context.scratch());
              context.kill(silent);
              context.extensions().boundMailbox(0, -1, false);
              assertEquals(Sent.FULL, request(context, context.id(), 7, -1));
              assertEquals(7, context.scratch().tag());
              assertEquals(0, context.process().monitorCount());
            });
    assertEquals(ExitReason.NORMAL, end(client));
    guests.assertNothingIsCharged();
  }

  private final CompletableFuture<Long> replyTo = new CompletableFuture<>();

  private static Sent request(GuestContext context, long target, long tag, long timeout) {
    context.setScratch(new DataMessage(tag, new byte[] {1}));
    return context.extensions().request(target, tag, timeout);
  }

  /** Servers that answer and end at once: the answer wins over the end, every time. */
  @Test
  void answerBeforeTheEnd_alwaysWins() throws Exception {
    int server =
        guests.add(
            context -> {
              Message question = context.receive(null, -1);
              context.setScratch(new DataMessage(question.tag()));
              context.send(replyTo.get(), context.takeScratch());
            });
    ProcessHandle client =
        guests.spawn(
            context -> {
              replyTo.complete(context.id());
              for (int i = 0; i < 2_000; i++) {
                long id =
                    ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(server, null)));
                assertEquals(Sent.SENT, request(context, id, 8, -1));
                assertTrue(context.scratch() instanceof DataMessage);
              }
              assertNull(context.receive(null, 0));
            });
    assertEquals(ExitReason.NORMAL, end(client));
    guests.assertNothingIsCharged();
  }

  /** Servers that are killed while clients ask them: every client hears of it. */
  @Test
  void killedServer_isHeardOfByAllWhoAsk() throws Exception {
    for (int round = 0; round < 50; round++) {
      CompletableFuture<Long> id = new CompletableFuture<>();
      ProcessHandle server =
          guests.spawn(
              context -> {
                id.complete(context.id());
                while (true) {
                  context.receive(null, -1);
                }
              });
      long target = id.get(60, TimeUnit.SECONDS);
      List<ProcessHandle> clients = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        clients.add(
            guests.spawn(
                context -> assertEquals(Sent.NO_PROCESS, request(context, target, 1, -1))));
      }
      server.kill();
      for (ProcessHandle client : clients) {
        assertEquals(ExitReason.NORMAL, end(client));
      }
    }
    guests.assertNothingIsCharged();
  }
}
