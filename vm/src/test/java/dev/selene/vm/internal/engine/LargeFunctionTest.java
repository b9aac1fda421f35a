package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Functions whose jumps are longer than what an ordinary JVM jump reaches: a loop around a table of
 * cases, which is what Go's compiler makes of every function.
 */
class LargeFunctionTest {
  private static final int STATE = 0;
  private static final int SUM = 1;
  private static final int ROUNDS = 2;

  /** {@code run(state)}: each case leads to another one, back at the top, until none is left. */
  private static byte[] machine(int cases) {
    WasmBuilder wasm = new WasmBuilder();
    machine(wasm, cases);
    return wasm.build();
  }

  private static void machine(WasmBuilder wasm, int cases) {
    WasmBuilder.Code body = code();
    body.block().loop();
    for (int i = 0; i < cases; i++) {
      body.block();
    }
    body.get(STATE).op(0x0E);
    body.out.u32(cases);
    for (int i = 0; i < cases; i++) {
      body.out.u32(i);
    }
    body.out.u32(cases + 1);
    for (int i = 0; i < cases; i++) {
      body.end();
      int top = cases - 1 - i;
      body.get(SUM).i32(i).add().i32(7).op(0x6C).set(SUM);
      body.get(STATE).i32(i % 5 + 1).add().set(STATE);
      if (i % 3 == 0) {
        body.br(top);
      } else {
        body.get(ROUNDS).i32(1).add().tee(ROUNDS).i32(10_000).op(0x49).brIf(top).br(top + 1);
      }
    }
    body.end().end().get(SUM);
    wasm.exported("run", "i", "i", "ii", body);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 420, 440, 460, 500, 600, 700, 720, 740})
  void jumpsBackOverHalfOfTheLargestMethod_areCompiled(int cases) throws Exception {
    costsTheSameInBothEngines(cases, true);
  }

  /** Over 32 KiB for Endive's compiler, or over 64 KiB with metering. */
  @ParameterizedTest
  @ValueSource(ints = {880, 920, 1000, 1250})
  void whatCannotBeWritten_isInterpreted(int cases) throws Exception {
    costsTheSameInBothEngines(cases, false);
  }

  @Test
  void oneAmongManyThatCannotBeWritten_isFound() {
    WasmBuilder wasm = new WasmBuilder();
    for (int i = 0; i < 40; i++) {
      WasmBuilder.Code code = code();
      for (int j = 0; j < 600; j++) {
        code.get(0).i32(j).add().set(0);
      }
      wasm.function("i", "i", "", code.get(0));
      if (i == 20) {
        machine(wasm, 1000);
      }
    }
    EngineModule module = EngineFixture.load(EngineMode.COMPILED, wasm.build());
    assertEquals(List.of("func[21]"), module.inspect().interpretedFunctions());
  }

  private static void costsTheSameInBothEngines(int cases, boolean compiled) throws Exception {
    byte[] wasm = machine(cases);
    long[] results = new long[2];
    long[] costs = new long[2];
    for (EngineMode mode : List.of(EngineMode.INTERPRETER, EngineMode.COMPILED)) {
      EngineModule module = EngineFixture.load(mode, wasm);
      RecordingOwner owner = new RecordingOwner();
      GuestInstance instance = module.instantiate(owner);
      for (int start = 0; start < 5; start++) {
        results[mode.ordinal()] =
            results[mode.ordinal()] * 31 + (int) instance.call("run", start)[0];
      }
      costs[mode.ordinal()] = owner.used(instance.memory());
      if (mode == EngineMode.COMPILED) {
        List<String> inspected =
            compiled ? module.inspect().hugeFunctions() : module.inspect().interpretedFunctions();
        assertEquals(List.of("func[0]"), inspected);
      }
    }
    assertEquals(results[0], results[1]);
    assertEquals(costs[0], costs[1]);
    assertTrue(costs[0] > cases, "cost " + costs[0]);
  }
}
