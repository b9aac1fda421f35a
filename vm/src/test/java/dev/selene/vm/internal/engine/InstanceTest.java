package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InstanceTest {
  /** Everything an instance can change, and functions that tell. */
  private static byte[] stateful() {
    WasmBuilder wasm = new WasmBuilder();
    int unary = wasm.type("", "i");
    wasm.memory(1, 4).table(3, 10);
    wasm.global('i', code().i32(5));
    wasm.global('l', code().i64(6));
    int one = wasm.function(unary, "", code().i32(1));
    int two = wasm.function(unary, "", code().i32(2));
    wasm.element(0, one, two);
    wasm.passiveElement(two, two);
    wasm.data(8, new byte[] {1, 2, 3});
    wasm.passiveData(new byte[] {4, 5});
    wasm.exported(
        "change",
        "",
        "",
        "",
        code()
            .i32(50)
            .indexed(0x24, 0)
            .i64(60)
            .indexed(0x24, 1)
            .i32(8)
            .i32(99)
            .memory(0x36, 0)
            .i32(0)
            .i32(0)
            .i32(1)
            .op(0xFC, 12, 1, 0)
            .i32(2)
            .indexed(0xD2, one)
            .indexed(0x26, 0)
            .op(0xFC, 13, 1)
            .op(0xFC, 9, 1)
            .i32(1)
            .op(0x40, 0)
            .op(0x1A));
    wasm.exported("growTable", "", "i", "", code().indexed(0xD2, one).i32(4).op(0xFC, 15, 0));
    wasm.exported("tableSize", "", "i", "", code().op(0xFC, 16, 0));
    wasm.exported("global0", "", "i", "", code().indexed(0x23, 0));
    wasm.exported("global1", "", "l", "", code().indexed(0x23, 1));
    wasm.exported("word", "", "i", "", code().i32(8).memory(0x28, 0));
    wasm.exported("pages", "", "i", "", code().op(0x3F, 0));
    wasm.exported("entry", "i", "i", "", code().get(0).callIndirect(unary));
    wasm.exported("initTable", "", "", "", code().i32(0).i32(0).i32(2).op(0xFC, 12, 1, 0));
    wasm.exported("initData", "", "", "", code().i32(0).i32(0).i32(2).op(0xFC, 8, 1, 0));
    wasm.exported("trap", "", "", "", code().i32(7).i32(8).op(0x00));
    wasm.exported("divide", "ii", "i", "", code().get(0).get(1).op(0x6D));
    wasm.exported("truncate", "d", "i", "", code().get(0).op(0xAA));
    return wasm.build();
  }

  private static void assertPristine(GuestInstance instance) {
    assertEquals(5, instance.call("global0")[0]);
    assertEquals(6, instance.call("global1")[0]);
    assertEquals(0x030201, instance.call("word")[0]);
    assertEquals(1, instance.call("pages")[0]);
    assertEquals(3, instance.call("tableSize")[0]);
    assertEquals(1, instance.call("entry", 0)[0]);
    assertEquals(2, instance.call("entry", 1)[0]);
    assertEquals(
        TrapKind.UNINITIALIZED_ELEMENT,
        assertThrows(GuestTrap.class, () -> instance.call("entry", 2)).kind());
    instance.call("initTable");
    instance.call("initData");
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void reset_restoresEverything(EngineMode mode) throws InstantiationFailed {
    EngineModule module = EngineFixture.load(mode, stateful());
    RecordingOwner owner = new RecordingOwner();
    GuestInstance used = module.instantiate(owner);
    used.call("change");
    assertEquals(50, used.call("global0")[0]);
    assertEquals(2, used.call("entry", 0)[0]);
    assertThrows(GuestTrap.class, () -> used.callGuarded("initTable", 0, 0));
    used.release();
    assertEquals(0, owner.ledger);
    GuestInstance again = module.instantiate(new RecordingOwner());
    assertPristine(again);
    again.release();
    RecordingOwner grower = new RecordingOwner();
    GuestInstance grown = module.instantiate(grower);
    assertEquals(3, grown.call("growTable")[0]);
    assertEquals(7, grown.call("tableSize")[0]);
    assertTrue(grower.ledger > 0);
    grown.release();
    assertEquals(0, grower.ledger);
    GuestInstance fresh = module.instantiate(new RecordingOwner());
    assertNotSame(grown, fresh);
    assertPristine(fresh);
    assertNotNull(module.template(), "further ones are copies");
    GuestInstance copy = module.instantiate(new RecordingOwner());
    assertNotSame(fresh, copy);
    assertPristine(copy);
    copy.call("change");
    assertPristine(module.instantiate(new RecordingOwner()));
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void growingASharedTable_isChargedForItsCopy(EngineMode mode) {
    int entries = 50_000;
    WasmBuilder wasm = new WasmBuilder();
    wasm.memory(1, 1).table(entries, entries + 1);
    wasm.exported("grow", "i", "i", "", code().op(0xD0, 0x70).get(0).op(0xFC, 15, 0));
    RecordingOwner owner = new RecordingOwner();
    GuestInstance instance = EngineFixture.start(mode, wasm.build(), owner);
    long before = owner.ledger;
    assertEquals(entries, instance.call("grow", 0)[0]);
    assertEquals(before, owner.ledger);
    assertEquals(entries, instance.call("grow", 1)[0]);
    assertTrue(owner.ledger - before >= 4L * entries, "charged " + (owner.ledger - before));
    instance.release();
    assertEquals(0, owner.ledger);
  }

  @Test
  void finishedInstance_isReused() throws InstantiationFailed {
    EngineModule module = EngineFixture.load(EngineMode.COMPILED, stateful());
    GuestInstance first = module.instantiate(new RecordingOwner());
    first.call("change");
    first.release();
    RecordingOwner owner = new RecordingOwner();
    GuestInstance second = module.instantiate(owner);
    assertSame(first, second);
    assertSame(owner.context(), second.memory().process);
    assertPristine(second);
    module.close();
    second.release();
    assertNotSame(second, module.instantiate(owner));
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void traps_haveKindsAndBacktraces(EngineMode mode) {
    GuestInstance instance = EngineFixture.start(mode, stateful(), new RecordingOwner());
    GuestTrap trap = assertThrows(GuestTrap.class, () -> instance.call("trap"));
    assertEquals(TrapKind.UNREACHABLE, trap.kind());
    assertEquals(List.of("func[12]"), trap.wasmStack());
    assertKind(TrapKind.INTEGER_DIVIDE_BY_ZERO, instance, "divide", 1, 0);
    assertKind(TrapKind.INTEGER_OVERFLOW, instance, "divide", Integer.MIN_VALUE, -1);
    assertKind(
        TrapKind.INVALID_CONVERSION, instance, "truncate", Double.doubleToRawLongBits(Double.NaN));
    assertKind(TrapKind.INTEGER_OVERFLOW, instance, "truncate", Double.doubleToRawLongBits(1e30));
    assertKind(TrapKind.TABLE_OUT_OF_BOUNDS, instance, "entry", 3);
    assertKind(TrapKind.TABLE_OUT_OF_BOUNDS, instance, "entry", -1);
    assertKind(TrapKind.BAD_ENTRY, instance, "nowhere");
    assertKind(TrapKind.BAD_ENTRY, instance, "entry");
    assertEquals(3, instance.call("divide", 6, 2)[0]);
  }

  private static void assertKind(
      TrapKind kind, GuestInstance instance, String export, long... arguments) {
    GuestTrap trap = assertThrows(GuestTrap.class, () -> instance.call(export, arguments), export);
    assertEquals(kind, trap.kind(), trap.getMessage());
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void hostFunctions_getPrimitives(EngineMode mode) {
    WasmBuilder wasm = new WasmBuilder();
    int mix = wasm.importFunction("test", "mix", "ilfd", "d");
    int twice = wasm.importFunction("test", "twice", "i", "i");
    int half = wasm.importFunction("test", "half", "f", "f");
    int refuse = wasm.importFunction("test", "refuse", "", "");
    int exit = wasm.importFunction("test", "exit", "i", "");
    int bug = wasm.importFunction("test", "bug", "", "l");
    wasm.exported("mix", "ilfd", "d", "", code().get(0).get(1).get(2).get(3).call(mix));
    wasm.exported("twice", "i", "i", "", code().get(0).call(twice));
    wasm.exported("half", "f", "f", "", code().get(0).call(half));
    wasm.exported("refuse", "", "", "", code().call(refuse));
    wasm.exported("exit", "", "", "", code().i32(3).call(exit));
    wasm.exported("bug", "", "l", "", code().call(bug));
    wasm.exported("tail", "i", "i", "i", code().get(0).tailCall(twice));
    wasm.export("imported", twice);
    GuestInstance instance = EngineFixture.start(mode, wasm.build(), new RecordingOwner());
    assertEquals(
        -1.25,
        Double.longBitsToDouble(
            instance
                .call(
                    "mix",
                    -2,
                    Long.MAX_VALUE - Long.MAX_VALUE,
                    Float.floatToRawIntBits(0.25f),
                    Double.doubleToRawLongBits(0.5))[0]));
    assertArrayEquals(new long[] {-14}, instance.call("twice", -7));
    assertArrayEquals(new long[] {-14}, instance.call("tail", -7));
    assertArrayEquals(new long[] {-14}, instance.call("imported", -7));
    assertEquals(
        1.5f, Float.intBitsToFloat((int) instance.call("half", Float.floatToRawIntBits(3f))[0]));
    GuestTrap trap = assertThrows(GuestTrap.class, () -> instance.call("refuse"));
    assertEquals(TrapKind.HOST, trap.kind());
    assertEquals("no such handle: 7", trap.getMessage());
    ProcessExit end = assertThrows(ProcessExit.class, () -> instance.call("exit"));
    assertEquals(new ExitReason.Exited(3), end.reason());
    HostFunctionFailed failed = assertThrows(HostFunctionFailed.class, () -> instance.call("bug"));
    assertEquals(IllegalStateException.class, failed.getCause().getClass());
    assertEquals(0, instance.memory().depth());
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void startFunction_runsAndMayFail(EngineMode mode) throws InstantiationFailed {
    WasmBuilder wasm = new WasmBuilder();
    wasm.memory(1, 1);
    int start = wasm.function("", "", "", code().i32(0).i32(42).memory(0x36, 0));
    wasm.start(start);
    EngineModule module = EngineFixture.load(mode, wasm.build());
    RecordingOwner owner = new RecordingOwner();
    GuestInstance instance = module.instantiate(owner);
    assertEquals(42, instance.memory().getInt(0));
    instance.release();
    assertNotSame(instance, module.instantiate(owner));

    WasmBuilder trapping = new WasmBuilder();
    trapping.memory(1, 1);
    trapping.start(trapping.function("", "", "", code().i32(0).i32(42).memory(0x36, 0).op(0x00)));
    RecordingOwner unlucky = new RecordingOwner();
    EngineModule traps = EngineFixture.load(mode, trapping.build());
    InstantiationFailed failed =
        assertThrows(InstantiationFailed.class, () -> traps.instantiate(unlucky));
    assertEquals("unreachable instruction executed", failed.getMessage());
    assertEquals(0, unlucky.ledger);

    WasmBuilder looping = new WasmBuilder();
    looping.start(looping.function("", "", "", code().loop().br(0).end()));
    RecordingOwner limited = new RecordingOwner();
    limited.fuelLimit = 100_000;
    EngineModule loops = EngineFixture.load(mode, looping.build());
    assertThrows(ProcessExit.class, () -> loops.instantiate(limited));
  }

  @Test
  void interpretedCalls_enterCompiledCodeWhenItIsThere() throws Exception {
    List<Runnable> tasks = new java.util.ArrayList<>();
    WasmBuilder wasm = new WasmBuilder();
    int twice = wasm.importFunction("test", "twice", "i", "i");
    int inner = wasm.function("i", "i", "", code().loop().end().get(0).call(twice).call(twice));
    wasm.exported("outer", "i", "i", "", code().get(0).call(inner).i32(1).add());
    try (Engine engine =
        new Engine(new EngineOptions(EngineMode.AUTO, null, 0, tasks::add, 4, 1 << 20, 1000))) {
      EngineModule module = engine.load("late", wasm.build(), TestHost.imports());
      RecordingOwner owner = new RecordingOwner();
      owner.slice = 1;
      GuestInstance instance = module.instantiate(owner);
      assertEquals(13, instance.call("outer", 3)[0]);
      assertTrue(owner.lastInterpreted);
      long before = owner.used(instance.memory());
      assertTrue(!module.compiled() && !module.compilation().isDone());
      tasks.removeFirst().run();
      assertTrue(module.compiled() && module.compilation().isDone() && module.codeBytes() > 0);
      assertEquals(13, instance.call("outer", 3)[0]);
      assertEquals(2 * before, owner.used(instance.memory()));
      assertTrue(!owner.lastInterpreted);
    }
  }
}
