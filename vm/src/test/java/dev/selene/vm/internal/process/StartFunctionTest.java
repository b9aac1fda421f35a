package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.selene.host.ExitReason;
import dev.selene.host.GuestModule;
import dev.selene.host.HostTrap;
import dev.selene.host.SpawnRequest;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A start function that fails: its spawn fails, and that is all its parent hears. */
class StartFunctionTest {
  private static final int TIMES = 3_000;

  @Test
  void failedStart_freesTheNameAndKillsNoLinkedParent() throws Exception {
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(2))) {
      guests.add(
          context -> {
            throw new HostTrap("no start");
          });
      ProcessHandle parent =
          guests.spawn(
              context -> {
                GuestModule module = context.loadModule(ScriptedGuests.WITH_START);
                SpawnRequest request =
                    new SpawnRequest(
                        module,
                        null,
                        "run",
                        List.of(new SpawnRequest.Parameter((byte) 0x7F, 1, 0)),
                        5L);
                for (int i = 0; i < TIMES; i++) {
                  assertInstanceOf(
                      SpawnRequest.Result.Failed.class, context.spawnNamed("name", request));
                  assertNull(context.lookup("name"));
                }
                assertNull(context.receive(null, 20));
                module.close();
              });
      assertEquals(ExitReason.NORMAL, parent.exit().get(60, TimeUnit.SECONDS));
      while (guests.vm().information().liveProcesses() > 0) {
        Thread.onSpinWait();
      }
      assertEquals(0, guests.vm().information().chargedBytes());
    }
  }
}
