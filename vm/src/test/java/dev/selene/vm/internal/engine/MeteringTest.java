package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeteringTest {
  /** A bit of everything: loops, branches, leaves, recursion, indirect calls, bulk memory. */
  static byte[] mixture() {
    WasmBuilder wasm = new WasmBuilder();
    wasm.memory(3, 10).table(4, 4);
    int unary = wasm.type("i", "i");
    int leaf = wasm.function(unary, "", code().get(0).i32(3).op(0x6C).i32(1).add());
    int fib = wasm.nextFunction();
    wasm.function(
        unary,
        "",
        code()
            .get(0)
            .i32(2)
            .op(0x48)
            .op(0x04, 0x7F)
            .get(0)
            .op(0x05)
            .get(0)
            .i32(1)
            .sub()
            .call(fib)
            .get(0)
            .i32(2)
            .sub()
            .call(fib)
            .add()
            .end());
    wasm.export("fib", fib);
    wasm.element(0, leaf, fib);
    wasm.exported(
        "run",
        "i",
        "i",
        "ii",
        code()
            .loop()
            .get(1)
            .get(2)
            .call(leaf)
            .add()
            .set(1)
            .get(2)
            .i32(3)
            .op(0x71)
            .op(0x45)
            .ifThen()
            .get(1)
            .i32(10)
            .get(2)
            .i32(1)
            .op(0x71)
            .callIndirect(unary)
            .add()
            .set(1)
            .op(0x05)
            .get(1)
            .i32(7)
            .add()
            .set(1)
            .end()
            .get(2)
            .i32(1)
            .add()
            .tee(2)
            .get(0)
            .op(0x48)
            .brIf(0)
            .end()
            .i32(100)
            .i32(7)
            .i32(150_000)
            .op(0xFC, 11, 0)
            .i32(5)
            .i32(90)
            .i32(70_000)
            .op(0xFC, 10, 0, 0)
            .get(1)
            .i32(60_000)
            .memory(0x28, 0)
            .add());
    return wasm.build();
  }

  @Test
  void cost_isTheSameInBothEngines() {
    byte[] wasm = mixture();
    long[] costs = new long[2];
    long[][] results = new long[2][];
    for (EngineMode mode : List.of(EngineMode.INTERPRETER, EngineMode.COMPILED)) {
      RecordingOwner owner = new RecordingOwner();
      GuestInstance instance = EngineFixture.start(mode, wasm, owner);
      results[mode.ordinal()] = instance.call("run", 500);
      costs[mode.ordinal()] = owner.used(instance.memory());
      assertTrue(owner.polls > 5, "polled " + owner.polls);
      assertEquals(mode == EngineMode.INTERPRETER, owner.lastInterpreted);
      assertEquals(0, instance.memory().depth());
    }
    assertArrayEquals(results[0], results[1]);
    assertEquals(costs[0], costs[1]);
    assertTrue(costs[0] > 20_000, "cost " + costs[0]);
  }

  @Test
  void cost_isWhatTheModelSays() {
    WasmBuilder wasm = new WasmBuilder();
    // 3 instructions at entry, then per round: get, const, sub, tee, br_if
    wasm.exported(
        "count",
        "i",
        "",
        "",
        code().i32(1).op(0x1A).op(0x01).loop().get(0).i32(1).sub().tee(0).brIf(0).end());
    for (EngineMode mode : EngineMode.values()) {
      RecordingOwner owner = new RecordingOwner();
      GuestInstance instance = EngineFixture.start(mode, wasm.build(), owner);
      instance.call("count", 1000);
      assertEquals(2 + 5 * 1000, owner.used(instance.memory()), mode.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void endlessCode_diesOfFuel(EngineMode mode) {
    WasmBuilder wasm = new WasmBuilder();
    wasm.memory(40, 40).table(2, 2);
    wasm.exported("loop", "", "", "", code().loop().br(0).end());
    wasm.exported("branchIf", "", "", "", code().loop().i32(1).brIf(0).end());
    wasm.exported("table", "", "", "", code().loop().i32(0).op(0x0E, 1, 0, 0).end());
    int tail = wasm.nextFunction();
    wasm.exported("tail", "", "", "", code().tailCall(tail));
    int withLocals = wasm.nextFunction();
    wasm.exported("tailLocals", "i", "", "ill", code().get(0).tailCall(withLocals));
    int nothing = wasm.type("", "");
    int indirect = wasm.function(nothing, "il", code().i32(0).op(0x13, nothing, 0));
    wasm.export("tailIndirect", indirect);
    wasm.element(0, indirect);
    wasm.exported(
        "bulk", "", "", "", code().loop().i32(0).i32(1).i32(2_600_000).op(0xFC, 11, 0).br(0).end());
    int a = wasm.nextFunction();
    wasm.exported("pingPong", "i", "i", "", code().get(0).tailCall(a + 1));
    wasm.function("i", "i", "l", code().get(0).tailCall(a));
    byte[] bytes = wasm.build();
    for (String export : List.of("loop", "branchIf", "table", "tail", "tailIndirect", "bulk")) {
      dies(mode, bytes, export);
    }
    dies(mode, bytes, "tailLocals", 5);
    dies(mode, bytes, "pingPong", 5);
  }

  private static void dies(EngineMode mode, byte[] bytes, String export, long... arguments) {
    RecordingOwner owner = new RecordingOwner();
    owner.fuelLimit = 1_000_000;
    GuestInstance instance = EngineFixture.start(mode, bytes, owner);
    ProcessExit exit =
        assertThrows(ProcessExit.class, () -> instance.call(export, arguments), export);
    assertEquals(new ExitReason.OutOfFuel(1_000_000), exit.reason());
    assertEquals(0, instance.memory().depth());
    assertTrue(owner.polls > 100, export + " polled " + owner.polls);
    instance.release();
    assertEquals(0, owner.ledger);
  }

  /** On a stack like a worker's: the interpreter needs kilobytes of it for a modelled frame. */
  @Test
  void depthLimit_isTheSameInBothEngines() throws Exception {
    FutureTask<Void> task = new FutureTask<>(MeteringTest::compareDepthLimits, null);
    new Thread(null, task, "large stack", 64 << 20).start();
    task.get();
  }

  private static void compareDepthLimits() {
    WasmBuilder wasm = new WasmBuilder();
    int down = wasm.nextFunction();
    wasm.memory(1, 1);
    wasm.exported(
        "down",
        "i",
        "",
        "l",
        code().i32(0).get(0).memory(0x36, 0).get(0).i32(1).add().call(down).i32(0).op(0x1A));
    int[] depths = new int[2];
    for (EngineMode mode : List.of(EngineMode.INTERPRETER, EngineMode.COMPILED)) {
      RecordingOwner owner = new RecordingOwner();
      owner.maxStack = 64 << 10;
      owner.slice = 50;
      GuestInstance instance = EngineFixture.start(mode, wasm.build(), owner);
      GuestTrap trap = assertThrows(GuestTrap.class, () -> instance.call("down", 0));
      assertEquals(TrapKind.STACK_OVERFLOW, trap.kind());
      depths[mode.ordinal()] = instance.memory().getInt(0);
      assertEquals(0, instance.memory().depth());
    }
    assertEquals(
        ((64 << 10) - CostModel.ENTRY_BYTES) / (CostModel.FRAME_BYTES + 16) - 1, depths[0]);
    assertEquals(depths[0], depths[1]);
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void forgedMarker_isAConstant(EngineMode mode) {
    long forged = Marker.of(0x5E1E4E00, Marker.CHARGE, 100_000_000);
    WasmBuilder wasm = new WasmBuilder();
    wasm.exported("forged", "", "l", "", code().i64(forged).op(0x1A).i64(forged));
    RecordingOwner owner = new RecordingOwner();
    GuestInstance instance = EngineFixture.start(mode, wasm.build(), owner);
    assertArrayEquals(new long[] {forged}, instance.call("forged"));
    assertTrue(owner.used(instance.memory()) < 10);
  }
}
