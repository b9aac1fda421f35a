package dev.selene.vm.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Metering of modules that nobody wrote: see {@link RandomModule}. */
class RandomMeteringTest {
  private static final int MODULES = 100;
  private static final int ENDLESS = 60;
  private static final long FUEL = 30_000;

  private record Outcome(String result, int memory, long cost) {}

  @Test
  void results_andCosts_areTheSameInBothEngines_andResultsAsWithoutMetering() throws Exception {
    int[] calls = new int[1];
    onLargeStack(
        () -> {
          for (int seed = 0; seed < MODULES; seed++) {
            byte[] bytes = RandomModule.of(seed, false);
            Outcome interpreted = run(load(EngineMode.INTERPRETER, bytes), 1000);
            EngineModule compiled = load(EngineMode.COMPILED, bytes);
            assertEquals(interpreted, run(compiled, 1000), "module " + seed);
            assertEquals(interpreted, run(compiled, 7), "module " + seed + ", short slices");
            Outcome unmetered =
                run(EngineFixture.unmeteredEngine().load("test", bytes, TestHost.imports()), 1000);
            assertEquals(interpreted.result, unmetered.result, "module " + seed);
            assertEquals(interpreted.memory, unmetered.memory, "module " + seed);
            calls[0] += interpreted.cost > 500 ? 1 : 0;
          }
          return null;
        });
    assertTrue(calls[0] > MODULES / 4, "only " + calls[0] + " modules did much");
  }

  @Test
  void depthLimit_isMetAtTheSamePlaceInBothEngines() throws Exception {
    int[] overflows = new int[1];
    onLargeStack(
        () -> {
          for (int seed = 0; seed < ENDLESS; seed++) {
            byte[] bytes = RandomModule.of(seed, true);
            Outcome interpreted = runEndless(EngineMode.INTERPRETER, bytes);
            assertEquals(interpreted, runEndless(EngineMode.COMPILED, bytes), "module " + seed);
            overflows[0] += interpreted.result.equals(TrapKind.STACK_OVERFLOW.toString()) ? 1 : 0;
          }
          return null;
        });
    assertTrue(overflows[0] > 0, "no module recursed too deep");
  }

  @Test
  void endlessModules_areStoppedSoon() throws Exception {
    int[] stopped = new int[1];
    onLargeStack(
        () -> {
          for (int seed = 0; seed < ENDLESS; seed++) {
            RecordingOwner owner = new RecordingOwner();
            owner.slice = 100;
            owner.fuelLimit = FUEL;
            owner.maxStack = 128 << 10;
            GuestInstance instance =
                load(EngineMode.COMPILED, RandomModule.of(seed, true)).instantiate(owner);
            owner.instance = instance;
            try {
              instance.call("run", 3, 5);
            } catch (ProcessExit exit) {
              assertEquals(new ExitReason.OutOfFuel(FUEL), exit.reason());
              // a bulk operation is at most 9,000 bytes, an overflow unwinds at most the stack
              assertTrue(owner.used < FUEL + 20_000, "module " + seed + " used " + owner.used);
              stopped[0]++;
            } catch (GuestTrap trap) {
              // it trapped before
            }
            assertEquals(0, instance.memory().depth(), "module " + seed);
          }
          return null;
        });
    assertTrue(stopped[0] > 5, "only " + stopped[0] + " modules were endless");
  }

  private static Outcome runEndless(EngineMode mode, byte[] bytes) throws InstantiationFailed {
    RecordingOwner owner = new RecordingOwner();
    owner.slice = 100;
    owner.fuelLimit = FUEL;
    owner.maxStack = 6000;
    return run(load(mode, bytes), owner);
  }

  private static EngineModule load(EngineMode mode, byte[] bytes) {
    return EngineFixture.load(mode, bytes);
  }

  private static Outcome run(EngineModule module, long slice) throws InstantiationFailed {
    RecordingOwner owner = new RecordingOwner();
    owner.slice = slice;
    return run(module, owner);
  }

  private static Outcome run(EngineModule module, RecordingOwner owner) throws InstantiationFailed {
    GuestInstance instance = module.instantiate(owner);
    owner.instance = instance;
    String result;
    try {
      // the interpreter leaves more than an i32 in the upper half
      result = String.valueOf((int) instance.call("run", 3, 5)[0]);
    } catch (GuestTrap trap) {
      result = trap.kind().toString();
    } catch (ProcessExit exit) {
      result = exit.reason().toString();
    }
    assertEquals(0, instance.memory().depth());
    PagedMemory memory = instance.memory();
    return new Outcome(
        result, Arrays.hashCode(memory.read(0, (int) memory.size())), owner.used(memory));
  }

  /** The interpreter needs kilobytes of stack for a modelled frame. */
  private static void onLargeStack(Callable<Void> callable) throws Exception {
    FutureTask<Void> task = new FutureTask<>(callable);
    new Thread(null, task, "large stack", 64 << 20).start();
    task.get(300, TimeUnit.SECONDS);
  }
}
