package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** So many processes that those who wait pack their memory. */
class CrowdTest {
  private static final int CROWD = ProcessSystem.CROWD + 500;

  private final ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(2));

  @AfterEach
  void close() {
    guests.close();
  }

  private ExitReason end(ProcessHandle process) throws Exception {
    return process.exit().get(120, TimeUnit.SECONDS);
  }

  private static void write(GuestContext context, int seed) {
    for (int i = 0; i < 20; i++) {
      context.memory().putInt(Math.floorMod(seed + i * 7919, 12_000), seed * 31 + i);
    }
  }

  /** Of the whole memory: keeping that itself would take more room than the crowd. */
  private static int hash(GuestContext context) {
    return Arrays.hashCode(context.memory().read(0, (int) context.memory().size()));
  }

  private static List<Long> spawnCrowd(GuestContext parent, int child) {
    List<Long> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(ScriptedGuests.spawned(parent.spawn(ScriptedGuests.request(child, null))));
    }
    return crowd;
  }

  @Test
  void memory_isTheSameAfterEachWait() throws Exception {
    int[] packed = new int[1];
    long[] parent = new long[1];
    int child =
        guests.add(
            context -> {
              for (int round = 0; round < 3; round++) {
                write(context, (int) context.id() + round);
                int before = hash(context);
                context.receive(null, -1);
                ScriptedGuests.send(context, parent[0], before == hash(context) ? 1 : 2);
              }
            });
    ProcessHandle process =
        guests.spawn(
            context -> {
              parent[0] = context.id();
              List<Long> crowd = spawnCrowd(context, child);
              for (int round = 0; round < 3; round++) {
                context.sleep(50_000_000);
                for (long id : crowd) {
                  packed[0] += isPacked(context, id) ? 1 : 0;
                }
                for (long id : crowd) {
                  ScriptedGuests.send(context, id, 1);
                }
                for (int i = 0; i < CROWD; i++) {
                  assertEquals(1, context.receive(null, -1).tag());
                }
              }
            });
    assertEquals(ExitReason.NORMAL, end(process));
    // the sleep is a chance to come to the wait, not a promise
    assertTrue(packed[0] > 100, "packed " + packed[0] + " times");
    guests.assertNothingIsCharged();
  }

  /** A look from outside, a little old or early. */
  private static boolean isPacked(GuestContext context, long id) {
    return context.find(id) instanceof GuestProcess process
        && process.hasInstance()
        && process.instance().memory().size() == 0;
  }

  @Test
  void killedWhilePacked_everythingIsGivenBack() throws Exception {
    int child =
        guests.add(
            context -> {
              write(context, (int) context.id());
              context.receive(null, -1);
            });
    ProcessHandle process =
        guests.spawn(
            context -> {
              List<Long> crowd = spawnCrowd(context, child);
              context.sleep(50_000_000);
              crowd.forEach(context::kill);
            });
    assertEquals(ExitReason.NORMAL, end(process));
    guests.assertNothingIsCharged();
  }
}
