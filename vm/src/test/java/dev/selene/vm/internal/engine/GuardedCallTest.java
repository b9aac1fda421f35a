package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.TrapKind;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuardedCallTest {
  /**
   * {@code guarded(f, n)}: 0 returns n, 1 traps with operands on the stack, 2 recurses for ever.
   */
  private static byte[] guest() {
    WasmBuilder wasm = new WasmBuilder();
    int guard = wasm.importFunction("test", "catch", "ii", "i");
    int recurse = wasm.nextFunction();
    wasm.function("i", "i", "", code().get(0).i32(1).add().call(recurse).i32(1).add());
    wasm.exported(
        "guarded",
        "ii",
        "i",
        "",
        code()
            .get(0)
            .op(0x04, 0x7F)
            .get(0)
            .i32(1)
            .op(0x46)
            .op(0x04, 0x7F)
            .i32(5)
            .i32(6)
            .i32(7)
            .op(0x00)
            .op(0x05)
            .get(1)
            .call(recurse)
            .end()
            .op(0x05)
            .get(1)
            .end());
    int add = wasm.nextFunction();
    wasm.function("ii", "i", "", code().loop().end().get(0).get(1).add());
    wasm.exported("run", "ii", "i", "", code().i32(10).get(0).get(1).call(guard).call(add));
    return wasm.build();
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void trapInside_leavesNothingBehind(EngineMode mode) {
    RecordingOwner owner = new RecordingOwner();
    owner.maxStack = 20_000;
    GuestInstance instance = EngineFixture.start(mode, guest(), owner);
    owner.instance = instance;
    for (int i = 0; i < 300; i++) {
      assertEquals(14, instance.call("run", 0, 4)[0]);
      assertEquals(10, instance.call("run", 1, 4)[0]);
      assertEquals(TrapKind.UNREACHABLE, caught(owner.lastCaught).kind());
      assertEquals(10, instance.call("run", 2, 4)[0]);
      assertEquals(TrapKind.STACK_OVERFLOW, caught(owner.lastCaught).kind());
      assertEquals(0, instance.memory().depth());
    }
    assertTrue(caught(owner.lastCaught).wasmStack().size() > 20);
    instance.release();
    assertEquals(0, owner.ledger);
  }

  /**
   * Interpreted code needs kilobytes of the real stack for a modelled frame of some bytes, so it
   * may meet the real end first, wherever that happens to be. To the guest it is the same trap, and
   * as little is left behind.
   */
  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void realEndOfTheStack_isTheSameTrap_andLeavesNothingBehind(EngineMode mode) throws Exception {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              recurseToTheRealEnd(mode);
              return null;
            });
    new Thread(null, task, "small stack", 400 << 10).start();
    task.get(120, TimeUnit.SECONDS);
  }

  private static void recurseToTheRealEnd(EngineMode mode) {
    RecordingOwner owner = new RecordingOwner();
    owner.maxStack = 1 << 30;
    GuestInstance instance = EngineFixture.start(mode, guest(), owner);
    owner.instance = instance;
    for (int i = 0; i < 30; i++) {
      assertEquals(14, instance.call("run", 0, 4)[0]);
      assertEquals(10, instance.call("run", 2, 4)[0]);
      GuestTrap trap = caught(owner.lastCaught);
      assertEquals(TrapKind.STACK_OVERFLOW, trap.kind());
      assertTrue(trap.getMessage().startsWith("call stack exhausted"), trap.getMessage());
      assertEquals(0, instance.memory().depth());
      assertEquals(10, instance.call("run", 1, 4)[0]);
      assertEquals(TrapKind.UNREACHABLE, caught(owner.lastCaught).kind());
    }
    instance.release();
    assertEquals(0, owner.ledger);
  }

  private static GuestTrap caught(GuestTrap trap) {
    assertNotNull(trap);
    return trap;
  }

  /** A function far over 64 KiB of JVM code, called from and calling functions of normal size. */
  @Test
  void functionTooLargeForTheJvm_isInterpretedAndMetered() {
    WasmBuilder wasm = new WasmBuilder();
    int small = wasm.function("i", "i", "", code().loop().end().get(0).i32(1).op(0x6A));
    WasmBuilder.Code large = code();
    for (int i = 0; i < 9000; i++) {
      large.get(0).i32(i).op(0x73).tee(0).i32(3).op(0x6C).set(0);
    }
    large.get(0).call(small);
    int big = wasm.function("i", "i", "", large);
    WasmBuilder.Code medium = code();
    for (int i = 0; i < 1500; i++) {
      medium.get(0).i32(i).op(0x73).set(0);
    }
    wasm.exported("medium", "i", "i", "", medium.get(0).call(big).call(small));
    long[] costs = new long[2];
    long[] results = new long[2];
    for (EngineMode mode : List.of(EngineMode.INTERPRETER, EngineMode.COMPILED)) {
      EngineModule module = EngineFixture.load(mode, wasm.build());
      RecordingOwner owner = new RecordingOwner();
      GuestInstance instance;
      try {
        instance = module.instantiate(owner);
      } catch (InstantiationFailed e) {
        throw new AssertionError(e);
      }
      results[mode.ordinal()] = instance.call("medium", 3)[0];
      costs[mode.ordinal()] = owner.used(instance.memory());
      if (mode == EngineMode.COMPILED) {
        assertEquals(List.of("func[1]"), module.inspect().interpretedFunctions());
        assertEquals(List.of("func[2]"), module.inspect().hugeFunctions());
      }
    }
    assertEquals(results[0], results[1]);
    assertEquals(costs[0], costs[1]);
    assertTrue(costs[0] > 60_000, "cost " + costs[0]);
  }
}
