package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ModuleRejected;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RefusalTest {
  private static String refused(byte[] bytes) {
    String message =
        assertThrows(ModuleRejected.class, () -> EngineFixture.load(EngineMode.INTERPRETER, bytes))
            .getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private static void refused(byte[] bytes, String part) {
    String message = refused(bytes);
    assertTrue(message.contains(part), message);
  }

  @Test
  void wrongInput_isNamed() {
    refused(new byte[0], "not a WebAssembly module");
    refused("#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "not a Web");
    refused(new byte[] {0, 'a', 's', 'm', 0x0D, 0, 1, 0}, "component");
    refused(new byte[] {0, 'a', 's', 'm', 1}, "truncated");
    refused(new byte[] {0, 'a', 's', 'm', 2, 0, 0, 0}, "version");
    byte[] good = MeteringTest.mixture();
    for (int length = 9; length < good.length; length += 3) {
      byte[] cut = Arrays.copyOf(good, length);
      try {
        EngineFixture.load(EngineMode.INTERPRETER, cut);
      } catch (ModuleRejected e) {
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
      }
    }
  }

  @Test
  void randomDamage_neverBreaksTheEngine() {
    byte[] good = MeteringTest.mixture();
    Random random = new Random(11);
    int loaded = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bad = good.clone();
      for (int k = 0; k <= random.nextInt(3); k++) {
        bad[8 + random.nextInt(bad.length - 8)] = (byte) random.nextInt(256);
      }
      try {
        EngineModule module = EngineFixture.load(EngineMode.INTERPRETER, bad);
        loaded++;
        RecordingOwner owner = new RecordingOwner();
        module.instantiate(owner).release();
        assertEquals(0, owner.ledger);
      } catch (ModuleRejected | InstantiationFailed e) {
        assertFalse(String.valueOf(e.getMessage()).contains("\n"), e.getMessage());
      }
    }
    assertTrue(loaded > 10, "loaded " + loaded);
  }

  @Test
  void absurdNumbers_areRefusedBeforeAnythingIsAllocated() {
    int[] huge = {0xFF, 0xFF, 0xFF, 0xFF, 0x0F};
    for (int section : new int[] {1, 2, 3, 4, 5, 6, 7, 9, 10, 11}) {
      byte[] bytes = {0, 'a', 's', 'm', 1, 0, 0, 0, (byte) section, 5, 0, 0, 0, 0, 0};
      for (int i = 0; i < 5; i++) {
        bytes[10 + i] = (byte) huge[i];
      }
      refused(bytes, "absurd number");
    }
    WasmBuilder locals = new WasmBuilder();
    locals.rawFunction(
        locals.type("", ""),
        new byte[] {1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0x7F, 0x0B});
    refused(locals.build(), "locals");
    WasmBuilder table = new WasmBuilder();
    table.table(-1, -1);
    refused(table.build(), "entries");
    WasmBuilder deep = new WasmBuilder();
    WasmBuilder.Code blocks = code();
    for (int i = 0; i < 20_000; i++) {
      blocks.block();
    }
    for (int i = 0; i < 20_000; i++) {
      blocks.end();
    }
    deep.function("", "", "", blocks);
    refused(deep.build(), "nested deeper");
    WasmBuilder targets = new WasmBuilder();
    targets.function("", "", "", code().i32(0).op(0x0E, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F));
    refused(targets.build(), "branch targets");
  }

  @Test
  void proposalsThatDoNotRun_areNamed() {
    refusedCode(code().op(0xFD, 12, 0), "SIMD");
    refusedCode(code().op(0xFE, 3, 0), "atomics");
    refusedCode(code().op(0xFB, 0, 0), "garbage-collected");
    refusedCode(code().op(0x08, 0), "exceptions");
    refusedCode(code().op(0x14, 0), "typed function references");
    refusedCode(code().op(0x27), "unknown instruction");
    refusedCode(code().i32(0).memory(0x28, 0).op(0x1A), "no memory");
    refusedCode(code().i64(1), "invalid module");
    WasmBuilder imports = new WasmBuilder();
    imports.importRaw("env", "memory", 2, 0, 1);
    imports.importRaw("env", "stack", 3, 0x7F, 1);
    refused(imports.build(), "memory env.memory, global env.stack");
    WasmBuilder shared = new WasmBuilder();
    shared.importRaw("env", "memory", 2, 3, 1, 1);
    refused(shared.build(), "shared memory");
  }

  private static void refusedCode(WasmBuilder.Code code, String part) {
    WasmBuilder wasm = new WasmBuilder();
    wasm.function("", "", "", code);
    refused(wasm.build(), part);
  }

  @Test
  void imports_areAllNamedInOneError() {
    WasmBuilder wasm = new WasmBuilder();
    wasm.importFunction("test", "twice", "l", "i");
    wasm.importFunction("test", "thrice", "i", "i");
    wasm.importFunction("other", "thing", "", "d");
    wasm.importFunction("test", "half", "f", "f");
    assertEquals(
        "missing imports: test.thrice (i32) -> (i32), other.thing () -> (f64); "
            + "imports of the wrong type: test.twice (the module wants (i64) -> (i32),"
            + " the host has (i32) -> (i32))",
        refused(wasm.build()));
  }

  @Test
  void segmentsThatDoNotFit_failInstantiation() {
    WasmBuilder data = new WasmBuilder();
    data.memory(1, 1).data(65_535, new byte[] {1, 2});
    WasmBuilder negative = new WasmBuilder();
    negative.memory(1, 1).data(-1, new byte[] {1});
    WasmBuilder element = new WasmBuilder();
    element.table(1, 1);
    int function = element.function("", "", "", code());
    element.element(1, function);
    for (WasmBuilder wasm : new WasmBuilder[] {data, negative, element}) {
      EngineModule module = EngineFixture.load(EngineMode.COMPILED, wasm.build());
      RecordingOwner owner = new RecordingOwner();
      InstantiationFailed failed =
          assertThrows(InstantiationFailed.class, () -> module.instantiate(owner));
      assertTrue(failed.getMessage().contains("out of bounds"), failed.getMessage());
      assertEquals(0, owner.ledger);
    }
  }
}
