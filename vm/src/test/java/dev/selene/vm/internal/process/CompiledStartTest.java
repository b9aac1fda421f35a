package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selene.host.ExitReason;
import dev.selene.vm.EngineMode;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What a guest spawns while its module is being compiled begins in compiled code: the loop of a
 * server that began in the interpreter would stay there.
 */
class CompiledStartTest {
  private static final int MACHINES = 20;

  @Test
  void spawnedProcess_waitsForTheCompiler() throws Exception {
    AtomicInteger compiled = new AtomicInteger();
    for (int i = 0; i < MACHINES; i++) {
      try (ScriptedGuests guests =
          new ScriptedGuests(Vm.builder().engine(EngineMode.AUTO).workers(1))) {
        int child =
            guests.add(
                context -> {
                  if (context.process().module().engineModule().compilation().isDone()) {
                    compiled.incrementAndGet();
                  }
                });
        ProcessHandle parent =
            guests.spawn(
                context ->
                    ScriptedGuests.spawned(context.spawn(ScriptedGuests.request(child, null))));
        assertEquals(ExitReason.NORMAL, parent.exit().get(60, TimeUnit.SECONDS));
        guests.assertNothingIsCharged();
      }
    }
    assertEquals(MACHINES, compiled.get());
  }
}
