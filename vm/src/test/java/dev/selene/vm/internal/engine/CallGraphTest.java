package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What the call graph decides: leaves, who counts depth, and what an entry takes. */
class CallGraphTest {
  private static MeteredModule meter(WasmBuilder wasm) {
    return ModuleMeter.meter(wasm.build(), 1000);
  }

  @Test
  void leafOfLeaves_isPaidByItsCaller() {
    WasmBuilder wasm = new WasmBuilder();
    int inner = wasm.function("i", "i", "", code().get(0).i32(1).add());
    int outer = wasm.function("i", "i", "", code().get(0).call(inner).call(inner));
    wasm.exported("run", "i", "i", "", code().loop().end().get(0).call(outer).i32(7).op(0x6C));
    assertTrue(meter(wasm).leaves().get(outer));
    for (EngineMode mode : EngineMode.values()) {
      RecordingOwner owner = new RecordingOwner();
      GuestInstance instance = EngineFixture.start(mode, wasm.build(), owner);
      assertEquals(7 * 12, instance.call("run", 10)[0]);
      // get, call, const, mul; get and two calls in the outer one; twice get, const, add
      assertEquals(4 + 3 + 2 * 3, owner.used(instance.memory()), mode.toString());
    }
  }

  @Test
  void leaf_isNotWhatCallsTheHostOrCostsTooMuchInAll() {
    WasmBuilder wasm = new WasmBuilder();
    int twice = wasm.importFunction("test", "twice", "i", "i");
    int host = wasm.function("i", "i", "", code().get(0).call(twice));
    WasmBuilder.Code adds = code().get(0);
    for (int i = 0; i < 15; i++) {
      adds.i32(1).add();
    }
    int large = wasm.function("i", "i", "", adds);
    int both = wasm.function("i", "i", "", code().get(0).call(large).call(large).call(large));
    MeteredModule metered = meter(wasm);
    assertFalse(metered.leaves().get(host - 1));
    assertTrue(metered.leaves().get(large - 1));
    assertFalse(metered.leaves().get(both - 1));
    assertFalse(metered.counted().get(both - 1));
    int frame = CostModel.frameBytes(1);
    assertEquals(2 * frame, metered.reserve(both));
  }

  @Test
  void longChain_isCountedFromWhereItIsTooDeep() {
    WasmBuilder wasm = new WasmBuilder();
    for (int i = 0; i < 300; i++) {
      wasm.function("", "", "", i == 0 ? code() : code().loop().end().call(i - 1));
    }
    MeteredModule metered = meter(wasm);
    int uncounted = CostModel.RESERVE_LIMIT / CostModel.FRAME_BYTES;
    for (int i = 0; i < 300; i++) {
      assertEquals(i >= uncounted, metered.counted().get(i), "function " + i);
      assertTrue(metered.reserve(i) <= CostModel.RESERVE_LIMIT);
    }
  }

  @Test
  void recursionThroughTheTable_isCounted() throws Exception {
    WasmBuilder wasm = new WasmBuilder();
    wasm.memory(1, 1).table(1, 1);
    int type = wasm.type("i", "");
    int self =
        wasm.function(
            type,
            "",
            code()
                .i32(0)
                .get(0)
                .memory(0x36, 0)
                .get(0)
                .i32(1)
                .add()
                .i32(0)
                .callIndirect(wasm.type("i", "")));
    wasm.element(0, self);
    wasm.export("run", self);
    assertTrue(meter(wasm).counted().get(self));
    int[] depths = new int[2];
    onLargeStack(
        () -> {
          for (EngineMode mode : new EngineMode[] {EngineMode.INTERPRETER, EngineMode.COMPILED}) {
            RecordingOwner owner = new RecordingOwner();
            owner.maxStack = 32 << 10;
            GuestInstance instance = EngineFixture.start(mode, wasm.build(), owner);
            GuestTrap trap = assertThrows(GuestTrap.class, () -> instance.call("run", 0));
            assertEquals(TrapKind.STACK_OVERFLOW, trap.kind());
            depths[mode.ordinal()] = instance.memory().getInt(0);
          }
        });
    assertEquals(depths[0], depths[1]);
    assertTrue(depths[0] > 300, "depth " + depths[0]);
  }

  /** The host could pass any function, which the module then puts into its table. */
  @Test
  void exportThatTakesAFunction_makesAllFunctionsReachable() {
    WasmBuilder wasm = new WasmBuilder();
    wasm.table(1, 1);
    int type = wasm.type("", "");
    int recursive = wasm.function(type, "", code().i32(0).callIndirect(type));
    assertFalse(meter(wasm).counted().get(recursive));
    wasm.exported(
        "store", "F", "", "", code().i32(0).get(0).indexed(0x26, 0).i32(0).callIndirect(type));
    assertTrue(meter(wasm).counted().get(recursive));
  }

  @Test
  void recursionThroughTheHost_isCounted() throws Exception {
    WasmBuilder wasm = new WasmBuilder();
    int guard = wasm.importFunction("test", "catch", "ii", "i");
    wasm.exported("guarded", "ii", "i", "", code().get(0).get(1).call(guard).i32(1).add());
    onLargeStack(
        () -> {
          for (EngineMode mode : new EngineMode[] {EngineMode.INTERPRETER, EngineMode.COMPILED}) {
            RecordingOwner owner = new RecordingOwner();
            owner.maxStack = 32 << 10;
            GuestInstance instance = EngineFixture.start(mode, wasm.build(), owner);
            owner.instance = instance;
            int entry = CostModel.ENTRY_BYTES + CostModel.frameBytes(2);
            assertEquals((32 << 10) / entry, instance.callGuarded("guarded", 0, 0), "" + mode);
            assertEquals(0, instance.memory().depth());
          }
        });
  }

  /** Much code after each call of a deep recursion: polls must come on the way back, too. */
  @Test
  void wayBackFromRecursion_polls() throws Exception {
    WasmBuilder wasm = new WasmBuilder();
    int down = wasm.nextFunction();
    WasmBuilder.Code body = code().get(0).ifThen().get(0).i32(1).sub().call(down).end();
    for (int i = 0; i < 60; i++) {
      body.get(0).ifThen();
      for (int j = 0; j < 10; j++) {
        body.get(0).op(0x1A);
      }
      body.end();
    }
    wasm.exported("down", "i", "", "", body);
    int depth = 400;
    onLargeStack(
        () -> {
          for (EngineMode mode : new EngineMode[] {EngineMode.INTERPRETER, EngineMode.COMPILED}) {
            RecordingOwner owner = new RecordingOwner();
            owner.slice = 10;
            owner.fuelLimit = 100_000;
            GuestInstance instance = EngineFixture.start(mode, wasm.build(), owner);
            ProcessExit exit = assertThrows(ProcessExit.class, () -> instance.call("down", depth));
            assertEquals(new ExitReason.OutOfFuel(100_000), exit.reason());
            long most = owner.fuelLimit + (long) depth * CostModel.POLL_DISTANCE;
            assertTrue(owner.used <= most, mode + " used " + owner.used);
          }
        });
  }

  /** The interpreter needs kilobytes of stack for a modelled frame. */
  private static void onLargeStack(Runnable runnable) throws Exception {
    FutureTask<Void> task = new FutureTask<>(runnable, null);
    new Thread(null, task, "large stack", 64 << 20).start();
    task.get();
  }
}
