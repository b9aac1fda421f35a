package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import dev.selene.host.ProcessExit;
import dev.selene.host.SpawnExtras;
import dev.selene.host.SpawnRequest;
import dev.selene.vm.Mailbox;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links of {@code selene::process}: each mode, and exactly one consequence, whatever races. */
class LinkModeTest {
  private static final int ROUNDS = 2_000;

  private final ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(4));

  @AfterEach
  void close() {
    guests.close();
  }

  private static ExitReason end(ProcessHandle process) throws Exception {
    return process.exit().get(60, TimeUnit.SECONDS);
  }

  private static SpawnExtras extras(LinkMode own, LinkMode other, long tag) {
    return new SpawnExtras(null, "", own, other, tag, false);
  }

  /** The ways to end that the histories choose from. */
  private enum Ending {
    NORMAL,
    EXITED,
    KILLED;

    ExitReason reason(long killer) {
      return switch (this) {
        case NORMAL -> ExitReason.NORMAL;
        case EXITED -> new ExitReason.Exited(7);
        case KILLED -> new ExitReason.Killed(killer);
      };
    }
  }

  @Test
  void everyMode_doesWhatItSays() throws Exception {
    for (LinkMode own : LinkMode.values()) {
      for (Ending ending : Ending.values()) {
        int child = guests.add(context -> endAs(context, ending));
        CompletableFuture<Long> id = new CompletableFuture<>();
        CompletableFuture<Message> told = new CompletableFuture<>();
        ProcessHandle parent =
            guests.spawn(
                context -> {
                  SpawnRequest.Result result =
                      context
                          .extensions()
                          .spawn(
                              ScriptedGuests.request(child, null),
                              extras(own, LinkMode.NOTHING, 9));
                  long spawned = ScriptedGuests.spawned(result);
                  id.complete(spawned);
                  if (ending == Ending.KILLED) {
                    context.kill(spawned);
                  }
                  // the news of a second link is the proof that the first one's has come, or never
                  // will
                  context.extensions().link(spawned, LinkMode.TOLD, LinkMode.NOTHING, 10);
                  context.receive(new long[] {10}, -1);
                  told.complete(context.receive(null, 0));
                });
        ExitReason reason = ending.reason(parent.id());
        ExitReason parentEnd = end(parent);
        if (own.dies(reason)) {
          assertEquals(new ExitReason.LinkDied(id.get(), reason), parentEnd, own + " " + ending);
        } else {
          assertEquals(ExitReason.NORMAL, parentEnd, own + " " + ending);
          Message expected =
              own.isTold(reason) ? new Message.ProcessDied(9, 1, id.get(), reason) : null;
          assertEquals(expected, told.get(), own + " " + ending);
        }
      }
    }
    guests.assertNothingIsCharged();
  }

  private static void endAs(GuestContext context, Ending ending) {
    switch (ending) {
      case NORMAL -> {}
      case EXITED -> throw new ProcessExit(new ExitReason.Exited(7), true);
      case KILLED -> context.receive(null, -1);
    }
  }

  @Test
  void childThatDiesWithItsParent_endsAfterANormalEndToo() throws Exception {
    CompletableFuture<Long> id = new CompletableFuture<>();
    int child = guests.add(context -> context.receive(null, -1));
    try (Mailbox mailbox = guests.vm().newMailbox(null)) {
      ProcessHandle parent =
          guests.spawn(
              context -> {
                id.complete(
                    ScriptedGuests.spawned(
                        context
                            .extensions()
                            .spawn(
                                ScriptedGuests.request(child, null),
                                extras(LinkMode.TOLD, LinkMode.DIES, 1))));
                context.receive(null, -1);
              });
      mailbox.monitor(id.get());
      mailbox.send(parent.id(), 0, new byte[0]);
      assertEquals(ExitReason.NORMAL, end(parent));
      Message.ProcessDied died = (Message.ProcessDied) mailbox.receive(Duration.ofSeconds(60));
      assertEquals(new ExitReason.LinkDied(parent.id(), ExitReason.NORMAL), died.reason());
    }
    guests.assertNothingIsCharged();
  }

  @Test
  void deadTarget_isNoProcessAtOnce() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              long told = context.extensions().link(12345, LinkMode.TOLD, LinkMode.DIES, 3);
              assertEquals(
                  new Message.ProcessDied(3, told, 12345, ExitReason.NO_PROCESS),
                  context.receive(null, 0));
              context.extensions().link(12345, LinkMode.NOTHING, LinkMode.DIES, 3);
              assertNull(context.receive(null, 0));
              context.extensions().link(12345, LinkMode.DIES_OF_FAILURES, LinkMode.NOTHING, 3);
            });
    assertEquals(new ExitReason.LinkDied(12345, ExitReason.NO_PROCESS), end(process));
    guests.assertNothingIsCharged();
  }

  @Test
  void linksToTheSameProcess_doNotTouchEachOther() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    ProcessHandle process =
        guests.spawn(
            context -> {
              context.setDieWhenLinkDies(false);
              long id = ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
              Extensions links = new Extensions(context);
              long first = links.told(id, 1);
              long second = links.told(id, 2);
              long third = links.told(id, 3);
              context.link(4, id);
              context.monitor(id);
              context.extensions().unlink(second);
              context.kill(id);
              List<Long> tags = new ArrayList<>();
              for (int i = 0; i < 4; i++) {
                tags.add(context.receive(null, -1).tag());
              }
              tags.sort(null);
              assertEquals(List.of(0L, 1L, 3L, 4L), tags);
              context.extensions().unlink(first);
              context.extensions().unlink(third);
              context.extensions().unlink(third);
              assertNull(context.receive(null, 20));
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }

  private record Extensions(GuestContext context) {
    long told(long target, long tag) {
      return context.extensions().link(target, LinkMode.TOLD, LinkMode.NOTHING, tag);
    }
  }

  @Test
  void unlink_takesItsNewsOutOfTheMailboxAndNothingElse() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              Extensions links = new Extensions(context);
              List<Long> references = new ArrayList<>();
              for (int i = 0; i < 100; i++) {
                references.add(links.told(54321, 5));
              }
              for (int i = 0; i < 100; i += 2) {
                context.extensions().unlink(references.get(i));
              }
              for (int i = 1; i < 100; i += 2) {
                Message.ProcessDied died = (Message.ProcessDied) context.receive(new long[] {5}, 0);
                assertEquals(references.get(i), died.reference());
              }
              assertNull(context.receive(null, 0));
              context.setScratch(null);
              assertEquals(0, context.process().pendingBytes());
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }

  @Test
  void unlinkAndDeath_race_andNoNewsComesAfterwards() throws Exception {
    int child = guests.add(context -> {});
    ProcessHandle process =
        guests.spawn(
            context -> {
              for (int i = 0; i < ROUNDS; i++) {
                SpawnRequest.Result result =
                    context
                        .extensions()
                        .spawn(
                            ScriptedGuests.request(child, null),
                            extras(LinkMode.TOLD, LinkMode.NOTHING, 6));
                SpawnRequest.Result.Spawned spawned = (SpawnRequest.Result.Spawned) result;
                if (i % 3 == 0) {
                  context.yieldNow();
                }
                context.extensions().unlink(spawned.reference());
                assertNull(context.receive(null, 0));
              }
              assertNull(context.receive(null, 50));
              assertEquals(0, context.process().linkCount());
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }

  /**
   * Histories: a parent spawns children with random modes; they end in random ways, some killed by
   * the parent at once, while other processes link to them. Everything each link promises happens
   * once.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void histories_haveExactlyOneConsequenceEach(long seed) throws Exception {
    Random random = new Random(seed);
    List<Ending> endings = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      endings.add(Ending.values()[random.nextInt(Ending.values().length)]);
    }
    Map<Ending, Integer> scripts = new EnumMap<>(Ending.class);
    for (Ending ending : Ending.values()) {
      scripts.put(ending, guests.add(context -> endAs(context, ending)));
    }
    ProcessHandle parent =
        guests.spawn(
            context -> {
              Random choices = new Random(seed);
              Map<Long, Integer> news = new java.util.HashMap<>();
              Map<Long, Integer> expected = new java.util.HashMap<>();
              for (Ending ending : endings) {
                LinkMode own = choices.nextBoolean() ? LinkMode.TOLD : LinkMode.TOLD_OF_FAILURES;
                SpawnRequest.Result.Spawned child =
                    (SpawnRequest.Result.Spawned)
                        context
                            .extensions()
                            .spawn(
                                ScriptedGuests.request(scripts.get(ending), null),
                                extras(own, LinkMode.DIES, 1));
                if (own == LinkMode.TOLD || ending != Ending.NORMAL) {
                  expected.put(child.reference(), 1);
                }
                if (choices.nextInt(4) == 0) {
                  // always exactly one: alive, ending, or dead already
                  expected.put(new Extensions(context).told(child.process(), 2), 1);
                }
                if (ending == Ending.KILLED) {
                  context.kill(child.process());
                }
              }
              for (int i = 0; i < expected.size(); i++) {
                Message.ProcessDied died = (Message.ProcessDied) context.receive(null, 30_000);
                assertTrue(died != null, "news are missing, seed " + seed);
                news.merge(died.reference(), 1, Integer::sum);
              }
              assertEquals(expected, news, "seed " + seed);
              assertNull(context.receive(null, 20));
              assertEquals(0, context.process().linkCount());
            });
    assertEquals(ExitReason.NORMAL, end(parent), "seed " + seed);
    guests.assertNothingIsCharged();
  }

  @Test
  void peers_dieTogether_whoeverDiesFirst() throws Exception {
    for (int i = 0; i < 200; i++) {
      CompletableFuture<Long> first = new CompletableFuture<>();
      CompletableFuture<Boolean> linked = new CompletableFuture<>();
      ProcessHandle one =
          guests.spawn(
              context -> {
                first.complete(context.id());
                context.receive(null, -1);
              });
      long oneId = first.get(60, TimeUnit.SECONDS);
      ProcessHandle two =
          guests.spawn(
              context -> {
                context
                    .extensions()
                    .link(oneId, LinkMode.DIES_OF_FAILURES, LinkMode.DIES_OF_FAILURES, 0);
                linked.complete(true);
                context.receive(null, -1);
              });
      if (i % 2 == 0) {
        linked.get(60, TimeUnit.SECONDS);
      }
      // without waiting, the kill meets the link on its way
      (i % 4 < 2 ? one : two).kill();
      if (i % 2 == 0 || i % 4 < 2) {
        ExitReason killed = new ExitReason.Killed(0);
        ExitReason endOfOne = end(i % 4 < 2 ? one : two);
        assertEquals(killed, endOfOne);
        ExitReason.LinkDied died = (ExitReason.LinkDied) end(i % 4 < 2 ? two : one);
        assertTrue(
            died.cause().equals(killed) || died.cause().equals(ExitReason.NO_PROCESS),
            died.toString());
      } else {
        end(two);
        one.kill();
        end(one);
      }
    }
    guests.assertNothingIsCharged();
  }
}
