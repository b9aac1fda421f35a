package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Extensions.Sent;
import dev.selene.host.HostTrap;
import dev.selene.host.LimitedResource;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import dev.selene.host.NamedProcess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.SpawnExtras;
import dev.selene.host.SpawnRequest;
import dev.selene.host.TrapKind;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spawning in one step, names, groups, timers, failures and limits of {@code selene::*}. */
class ExtensionsTest {
  private final ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(4));

  @AfterEach
  void close() {
    guests.close();
  }

  private static ExitReason end(ProcessHandle process) throws Exception {
    return process.exit().get(60, TimeUnit.SECONDS);
  }

  private void run(ScriptedGuests.Script script) throws Exception {
    assertEquals(ExitReason.NORMAL, end(guests.spawn(script)));
    guests.assertNothingIsCharged();
  }

  private static SpawnExtras named(String name) {
    return new SpawnExtras(name, "", LinkMode.NOTHING, LinkMode.NOTHING, 0, false);
  }

  // Spawning

  @Test
  void spawn_hasNameLabelLinkAndMessageBeforeTheFirstInstruction() throws Exception {
    CompletableFuture<Void> checked = new CompletableFuture<>();
    int child =
        guests.add(
            context -> {
              assertEquals(context.id(), context.lookup("child").process());
              assertEquals("the child", context.extensions().label());
              assertEquals(1, context.process().linkCount());
              assertEquals(5, context.receive(null, 0).tag());
              checked.complete(null);
            });
    run(
        context -> {
          context.setScratch(new DataMessage(5));
          SpawnExtras extras =
              new SpawnExtras("child", "the child", LinkMode.TOLD, LinkMode.DIES, 6, true);
          SpawnRequest.Result.Spawned spawned =
              (SpawnRequest.Result.Spawned)
                  context.extensions().spawn(ScriptedGuests.request(child, null), extras);
          assertNull(context.scratch());
          assertEquals(
              new Message.ProcessDied(6, spawned.reference(), spawned.process(), ExitReason.NORMAL),
              context.receive(null, -1));
          checked.get(60, TimeUnit.SECONDS);
          assertNull(context.lookup("child"));
        });
  }

  @Test
  void spawnThatFails_keepsTheMessageAndLeavesNothing() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    ProcessConfig noMail = ProcessConfig.builder().maxMailboxMessages(0).build();
    run(
        context -> {
          context.setScratch(new DataMessage(5, new byte[100]));
          SpawnExtras extras =
              new SpawnExtras("name", "label", LinkMode.TOLD, LinkMode.DIES, 6, true);
          SpawnRequest.Result result =
              context.extensions().spawn(ScriptedGuests.request(child, noMail), extras);
          assertTrue(result instanceof SpawnRequest.Result.Failed, result.toString());
          assertEquals(5, context.scratch().tag());
          assertNull(context.lookup("name"));
          assertEquals(0, context.process().linkCount());
          context.setScratch(null);
          assertThrows(
              HostTrap.class,
              () -> context.extensions().spawn(ScriptedGuests.request(child, null), extras));
        });
  }

  @Test
  void nameIsClaimedByOne_whoeverSpawnsAtTheSameTime() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    for (int round = 0; round < 200; round++) {
      String name = "round " + round;
      AtomicInteger spawned = new AtomicInteger();
      List<ProcessHandle> spawners = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        spawners.add(
            guests.spawn(
                context -> {
                  SpawnRequest.Result result =
                      context.extensions().spawn(ScriptedGuests.request(child, null), named(name));
                  if (result instanceof SpawnRequest.Result.Spawned) {
                    spawned.incrementAndGet();
                  }
                }));
      }
      for (ProcessHandle spawner : spawners) {
        assertEquals(ExitReason.NORMAL, end(spawner));
      }
      assertEquals(1, spawned.get(), name);
      assertEquals(
          ExitReason.NORMAL,
          end(guests.spawn(context -> context.kill(context.lookup(name).process()))));
    }
    guests.assertNothingIsCharged();
  }

  @Test
  void claimedName_isNotClaimedAgain_whileItsProcessIsBeingMade() throws Exception {
    run(
        context -> {
          ProcessEnvironment names = context.process().environment();
          ProcessSystem system = context.process().system();
          NamedProcess coming = new NamedProcess(0, 4711);
          Account payer = context.process().account();
          assertTrue(
              names.claim("n", coming, payer, system) instanceof ProcessEnvironment.Claim.Granted);
          assertEquals(
              new ProcessEnvironment.Claim.Taken(coming),
              names.claim("n", new NamedProcess(0, context.id()), payer, system));
          context.unregister("n");
        });
  }

  // Names

  @Test
  void register_doesNotOverwrite() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    run(
        context -> {
          long other = ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
          assertEquals(Sent.SENT, context.extensions().registerNew("a", other));
          assertEquals(Sent.FULL, context.extensions().registerNew("a", context.id()));
          assertEquals(other, context.lookup("a").process());
          assertEquals(Sent.NO_PROCESS, context.extensions().registerNew("b", 4711));
          assertNull(context.lookup("b"));
          context.kill(other);
          while (context.exists(other)) {
            context.yieldNow();
          }
          assertEquals(Sent.SENT, context.extensions().registerNew("a", context.id()));
        });
  }

  @Test
  void awaitName_waitsForSpawnPutAndRegister_andTimesOut() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    for (int round = 0; round < 300; round++) {
      int way = round % 3;
      String name = "name " + round;
      CompletableFuture<NamedProcess> found = new CompletableFuture<>();
      ProcessHandle waiting =
          guests.spawn(context -> found.complete(context.extensions().awaitName(name, -1)));
      ProcessHandle giver =
          guests.spawn(
              context -> {
                switch (way) {
                  case 0 -> context.register(name, new NamedProcess(0, context.id()));
                  case 1 -> context.extensions().registerNew(name, context.id());
                  default ->
                      context.extensions().spawn(ScriptedGuests.request(child, null), named(name));
                }
                context.await(found);
                context.kill(found.get().process());
              });
      NamedProcess named = found.get(60, TimeUnit.SECONDS);
      assertEquals(way == 2, named.process() != giver.id());
      end(waiting);
      end(giver);
    }
    run(context -> assertNull(context.extensions().awaitName("nobody", 20)));
    ProcessHandle killed =
        guests.spawn(context -> context.extensions().awaitName("never given", -1));
    killed.kill();
    end(killed);
    guests.assertNothingIsCharged();
  }

  // Groups

  private static String news(DataMessage message) {
    ByteBuffer bytes = ByteBuffer.wrap(message.content()).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(17, bytes.remaining());
    return (bytes.get() == 0 ? "joined " : "left ") + bytes.getLong() + " " + bytes.getLong();
  }

  @Test
  void groups_knowTheirMembers_andTellWhoWatches() throws Exception {
    int child = guests.add(context -> context.receive(null, -1));
    run(
        context -> {
          GuestExtensions groups = context.extensions();
          long other = ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
          long watch = groups.watchGroup("g", 3);
          long second = groups.watchGroup("g", 4);
          assertNotEquals(watch, second);
          groups.unwatchGroup(second);
          assertEquals(Sent.SENT, groups.join("g", context.id()));
          assertEquals(Sent.SENT, groups.join("g", other));
          assertEquals(Sent.FULL, groups.join("g", other));
          assertEquals(Sent.NO_PROCESS, groups.join("g", 4711));
          assertEquals(Sent.SENT, groups.join("h", other));
          assertArrayEquals(new long[] {context.id(), other}, groups.members("g"));
          assertTrue(groups.leave("g", context.id()));
          assertFalse(groups.leave("g", context.id()));
          assertFalse(groups.leave("nobody", context.id()));
          context.kill(other);
          List<String> told = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            told.add(news((DataMessage) context.receive(new long[] {3}, -1)));
          }
          assertEquals(
              List.of(
                  "joined " + context.id() + " " + watch,
                  "joined " + other + " " + watch,
                  "left " + context.id() + " " + watch,
                  "left " + other + " " + watch),
              told);
          assertArrayEquals(new long[0], groups.members("g"));
          assertNull(context.receive(null, 0));
          groups.unwatchGroup(watch);
          groups.unwatchGroup(watch);
          context.setScratch(null);
          assertEquals(0, context.process().environment().groups().members("h").length);
        });
  }

  @Test
  void groupsAndWatches_goWithTheirProcess_whoeverJoinsThemAtTheSameTime() throws Exception {
    List<ProcessHandle> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      CompletableFuture<Long> id = new CompletableFuture<>();
      all.add(
          guests.spawn(
              context -> {
                context.extensions().watchGroup("race", 1);
                id.complete(context.id());
              }));
      all.add(
          guests.spawn(
              context -> {
                context.await(id);
                for (int j = 0; j < 20; j++) {
                  context.extensions().join("race", id.get());
                  context.extensions().join("race", context.id());
                  context.extensions().leave("race", context.id());
                }
              }));
    }
    for (ProcessHandle process : all) {
      assertEquals(ExitReason.NORMAL, end(process));
    }
    run(context -> assertEquals(0, context.process().environment().groups().size()));
  }

  // Timers

  @Test
  void periodicTimer_firesUntilItIsStopped() throws Exception {
    run(
        context -> {
          context.setScratch(new DataMessage(8, new byte[] {1, 2}));
          DataMessage message = (DataMessage) context.takeScratch();
          long timer = context.extensions().sendEvery(context.id(), 0, 1, message);
          for (int i = 0; i < 5; i++) {
            DataMessage copy = (DataMessage) context.receive(null, -1);
            assertArrayEquals(new byte[] {1, 2}, copy.content());
          }
          assertTrue(context.extensions().stopTimer(timer) >= 0);
          assertEquals(-1, context.extensions().stopTimer(timer));
          while (context.receive(null, 0) != null) {}
          assertNull(context.receive(null, 20));
          context.setScratch(new DataMessage(8));
          long once = context.sendAfter(context.id(), 3_600_000, context.takeScratch());
          long left = context.extensions().stopTimer(once);
          assertTrue(left > 3_500_000_000_000L && left <= 3_600_000_000_000L, "" + left);
          assertEquals(0, context.extensions().usage(LimitedResource.HANDLES));
        });
  }

  @Test
  void periodicTimer_endsWithItsTargetAndWithItsCreator() throws Exception {
    CompletableFuture<Long> id = new CompletableFuture<>();
    ProcessHandle target =
        guests.spawn(
            context -> {
              id.complete(context.id());
              context.receive(new long[] {99}, -1);
            });
    long to = id.get(60, TimeUnit.SECONDS);
    ProcessHandle creator =
        guests.spawn(
            context -> {
              context.setScratch(new DataMessage(1));
              context.extensions().sendEvery(to, 0, 1, (DataMessage) context.takeScratch());
            });
    assertEquals(ExitReason.NORMAL, end(creator));
    assertEquals(0, belongings(to).timers().size());
    ProcessHandle second =
        guests.spawn(
            context -> {
              context.setScratch(new DataMessage(1));
              context.extensions().sendEvery(to, 0, 1, (DataMessage) context.takeScratch());
              context.receive(null, -1);
            });
    target.kill();
    end(target);
    second.kill();
    end(second);
    guests.assertNothingIsCharged();
  }

  private Belongings belongings(long id) throws Exception {
    CompletableFuture<Belongings> found = new CompletableFuture<>();
    end(guests.spawn(context -> found.complete(context.process().system().guest(id).belongings())));
    return found.get();
  }

  // Failures, labels, limits

  @Test
  void panicMessage_becomesTheReasonOfTheNextTrap() throws Exception {
    ProcessHandle process =
        guests.spawn(
            context -> {
              context.extensions().setPanicMessage("first");
              context.extensions().setPanicMessage("index 9\nout of range");
              throw new HostTrap("whatever");
            });
    ExitReason.Trapped reason = (ExitReason.Trapped) end(process);
    assertEquals(TrapKind.PANIC, reason.kind());
    assertEquals("index 9 out of range", reason.message());
    ProcessHandle failed =
        guests.spawn(
            context -> {
              context.extensions().setPanicMessage("not this");
              throw new HostTrap(TrapKind.PANIC, "but this");
            });
    assertEquals("but this", ((ExitReason.Trapped) end(failed)).message());
    guests.assertNothingIsCharged();
  }

  @Test
  void usageAndLimits_tellTheProcessAboutItself() throws Exception {
    ProcessConfig config =
        ProcessConfig.builder().allPermissions(true).maxFuel(10).maxProcesses(3).build();
    int child = guests.add(context -> context.receive(null, -1));
    ProcessHandle process =
        guests.spawn(
            config,
            context -> {
              GuestExtensions own = context.extensions();
              assertEquals(1_000_000, LimitedResource.FUEL.limit(context.config()));
              long left = own.fuelLeft();
              assertTrue(left > 0 && left <= 1_000_000, "" + left);
              assertEquals(1_000_000, left + own.usage(LimitedResource.FUEL));
              assertEquals(1, own.usage(LimitedResource.PROCESSES));
              long id = ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null)));
              assertEquals(2, own.usage(LimitedResource.PROCESSES));
              context.kill(id);
              assertTrue(own.usage(LimitedResource.MEMORY) > 0);
              context.setScratch(new DataMessage(1));
              own.trySend(context.id());
              assertEquals(1, own.usage(LimitedResource.MAILBOX_MESSAGES));
              assertTrue(own.usage(LimitedResource.MAILBOX_BYTES) > 0);
              own.setLabel("me");
              own.setLabel("still me");
              assertEquals("still me", own.label());
              own.log(1, "test", "a line\nof two");
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }

  @Test
  void childInTheLastPlace_isFreeWhenItsParentIsTold() throws Exception {
    ProcessConfig config = ProcessConfig.builder().allPermissions(true).maxProcesses(2).build();
    int child = guests.add(context -> {});
    ProcessHandle process =
        guests.spawn(
            config,
            context -> {
              for (int i = 0; i < 500; i++) {
                SpawnExtras extras =
                    new SpawnExtras("n", "", LinkMode.TOLD, LinkMode.DIES, 1, false);
                ScriptedGuests.spawned(
                    context.extensions().spawn(ScriptedGuests.request(child, null), extras));
                context.receive(null, -1);
              }
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }
}
