package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryTest {
  /** Loads, stores and bulk operations with all operands from outside. */
  static WasmBuilder accessors() {
    WasmBuilder wasm = new WasmBuilder();
    wasm.memory(2, 40);
    wasm.data(70_000, new byte[] {1, 2, 3, 4});
    wasm.passiveData(new byte[] {9, 8, 7, 6, 5});
    wasm.exported("load8", "i", "i", "", code().get(0).memory(0x2D, 0));
    wasm.exported("load32", "i", "i", "", code().get(0).memory(0x28, 0));
    wasm.exported("load64", "i", "l", "", code().get(0).memory(0x29, 0));
    wasm.exported("loadFar", "i", "i", "", code().get(0).memory(0x28, -1));
    wasm.exported("loadHalf", "i", "i", "", code().get(0).memory(0x28, 0x7FFFFFFE));
    wasm.exported("store8", "ii", "", "", code().get(0).get(1).memory(0x3A, 0));
    wasm.exported("store16", "ii", "", "", code().get(0).get(1).memory(0x3B, 0));
    wasm.exported("store32", "ii", "", "", code().get(0).get(1).memory(0x36, 0));
    wasm.exported("store64", "il", "", "", code().get(0).get(1).memory(0x37, 0));
    wasm.exported("fill", "iii", "", "", code().get(0).get(1).get(2).op(0xFC, 11, 0));
    wasm.exported("copy", "iii", "", "", code().get(0).get(1).get(2).op(0xFC, 10, 0, 0));
    wasm.exported("init", "iii", "", "", code().get(0).get(1).get(2).op(0xFC, 8, 1, 0));
    wasm.exported("drop", "", "", "", code().op(0xFC, 9, 1));
    wasm.exported("grow", "i", "i", "", code().get(0).op(0x40, 0));
    wasm.exported("size", "", "i", "", code().op(0x3F, 0));
    return wasm;
  }

  private static void outOfBounds(GuestInstance instance, String export, long... arguments) {
    GuestTrap trap =
        assertThrows(
            GuestTrap.class,
            () -> instance.call(export, arguments),
            export + Arrays.toString(arguments));
    assertEquals(TrapKind.MEMORY_OUT_OF_BOUNDS, trap.kind());
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void edges_trap(EngineMode mode) {
    RecordingOwner owner = new RecordingOwner();
    GuestInstance instance = EngineFixture.start(mode, accessors().build(), owner);
    int size = 2 << 16;
    for (long base : new long[] {size, size - 3, -1, -4, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      outOfBounds(instance, "load32", base);
      outOfBounds(instance, "store32", base, 1);
    }
    for (long base : new long[] {0, 1, 2, 3, -1, size, Integer.MAX_VALUE}) {
      outOfBounds(instance, "loadFar", base);
      outOfBounds(instance, "loadHalf", base);
    }
    outOfBounds(instance, "load64", size - 7);
    outOfBounds(instance, "store64", size - 1, -1);
    outOfBounds(instance, "store16", size - 1, -1);
    outOfBounds(instance, "store8", size, 1);
    outOfBounds(instance, "load8", -1);
    for (long[] range :
        new long[][] {{0, 0, -1}, {-1, 0, 1}, {1, 0, -1}, {size - 1, 0, 2}, {size + 1, 0, 0}}) {
      outOfBounds(instance, "fill", range);
      outOfBounds(instance, "copy", range);
      outOfBounds(instance, "copy", range[1], range[0], range[2]);
    }
    outOfBounds(instance, "init", 0, 0, 6);
    outOfBounds(instance, "init", 0, -1, 2);
    outOfBounds(instance, "init", size - 1, 0, 2);
    assertArrayEquals(new byte[size - 70_004], instance.memory().read(70_004, size - 70_004));
    instance.call("store64", size - 8, 0x0102030405060708L);
    assertArrayEquals(new long[] {0x0102030405060708L}, instance.call("load64", size - 8));
    instance.call("fill", size, 1, 0);
    instance.call("init", 10, 0, 5);
    instance.call("drop");
    outOfBounds(instance, "init", 10, 0, 1);
    instance.call("init", 10, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void operations_matchAnArray(EngineMode mode) {
    RecordingOwner owner = new RecordingOwner();
    GuestInstance instance = EngineFixture.start(mode, accessors().build(), owner);
    int size = 2 << 16;
    byte[] model = new byte[size];
    System.arraycopy(new byte[] {1, 2, 3, 4}, 0, model, 70_000, 4);
    Random random = new Random(7);
    for (int i = 0; i < 1500; i++) {
      int at = random.nextInt(size - 8);
      if (random.nextBoolean()) {
        at = (at & ~4095) + 4090 + random.nextInt(6);
        at = Math.min(at, size - 8);
      }
      int length = random.nextInt(Math.min(20_000, size - at));
      int from = random.nextInt(size - length);
      long value = random.nextLong();
      switch (random.nextInt(6)) {
        case 0 -> {
          instance.call("store64", at, value);
          for (int b = 0; b < 8; b++) {
            model[at + b] = (byte) (value >>> 8 * b);
          }
        }
        case 1 -> {
          instance.call("store16", at, value & 0x7FFF);
          model[at] = (byte) value;
          model[at + 1] = (byte) ((value & 0x7FFF) >>> 8);
        }
        case 2 -> {
          instance.call("fill", at, value & 0xFF, length);
          Arrays.fill(model, at, at + length, (byte) value);
        }
        case 3 -> {
          instance.call("copy", at, from, length);
          System.arraycopy(model, from, model, at, length);
        }
        case 4 -> {
          instance.call("copy", from, Math.min(from + 5, size - length), length);
          System.arraycopy(model, Math.min(from + 5, size - length), model, from, length);
        }
        default -> {
          long expected = 0;
          for (int b = 7; b >= 0; b--) {
            expected = expected << 8 | model[at + b] & 0xFF;
          }
          assertArrayEquals(new long[] {expected}, instance.call("load64", at));
        }
      }
    }
    assertArrayEquals(model, instance.memory().read(0, size));
  }

  @Test
  void instances_doNotSeeEachOther() throws InstantiationFailed {
    EngineModule module = EngineFixture.load(EngineMode.COMPILED, accessors().build());
    RecordingOwner one = new RecordingOwner();
    RecordingOwner two = new RecordingOwner();
    GuestInstance first = module.instantiate(one);
    GuestInstance second = module.instantiate(two);
    assertEquals(0, one.ledger);
    first.call("store32", 70_000, -1);
    first.call("store8", 0, 42);
    assertArrayEquals(new byte[] {1, 2, 3, 4}, second.memory().read(70_000, 4));
    assertEquals(0, second.memory().getByte(0));
    assertEquals(0, two.ledger);
    assertTrue(one.ledger >= 2 * 4096 && one.ledger < 2 * 4096 + 1000, "ledger " + one.ledger);
    assertArrayEquals(new long[] {2}, first.call("grow", 3));
    assertArrayEquals(new long[] {5}, first.call("size"));
    assertArrayEquals(new long[] {2}, second.call("size"));
    GuestInstance third = module.instantiate(new RecordingOwner());
    assertNotNull(module.template(), "the third one is a copy");
    assertArrayEquals(new byte[] {1, 2, 3, 4}, third.memory().read(70_000, 4));
    third.call("store32", 70_000, -2);
    assertArrayEquals(new byte[] {1, 2, 3, 4}, second.memory().read(70_000, 4));
    assertArrayEquals(new long[] {2}, third.call("size"));
    third.release();
    first.release();
    second.release();
    assertEquals(0, one.ledger);
    assertArrayEquals(new long[] {2}, module.instantiate(one).call("size"));
  }

  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void grow_stopsAtEveryLimit(EngineMode mode) throws InstantiationFailed {
    EngineModule module = EngineFixture.load(mode, accessors().build());
    RecordingOwner owner = new RecordingOwner();
    owner.maxMemory = 10 << 16;
    GuestInstance instance = module.instantiate(owner);
    assertArrayEquals(new long[] {-1}, instance.call("grow", -1));
    assertArrayEquals(new long[] {-1}, instance.call("grow", 9));
    assertArrayEquals(new long[] {2}, instance.call("grow", 8));
    assertArrayEquals(new long[] {-1}, instance.call("grow", 1));
    instance.call("store32", (10 << 16) - 4, 77);
    assertArrayEquals(new long[] {77}, instance.call("load32", (10 << 16) - 4));
    owner.maxMemory = 1L << 40;
    assertArrayEquals(new long[] {-1}, instance.call("grow", 31));
    owner.ledgerLimit = owner.ledger + 10;
    assertArrayEquals(new long[] {-1}, instance.call("grow", 1));
    owner.ledgerLimit = owner.ledger + 4200;
    instance.call("store8", 0, 1);
    ProcessExit exit = assertThrows(ProcessExit.class, () -> instance.call("store8", 300_000, 1));
    assertEquals(new ExitReason.OutOfMemory(1L << 40), exit.reason());
    instance.release();
    assertEquals(0, owner.ledger);
    owner.maxMemory = 1 << 16;
    InstantiationFailed failed =
        assertThrows(InstantiationFailed.class, () -> module.instantiate(owner));
    assertEquals("memory minimum size of 2 pages exceeds memory limits", failed.getMessage());
  }

  /** Grows by its first parameter, runs a loop so often as its second says, and gives up. */
  private static WasmBuilder givesUp() {
    WasmBuilder wasm = new WasmBuilder();
    wasm.memory(1, 100);
    wasm.exported(
        "giveUp",
        "ii",
        "",
        "",
        code()
            .get(0)
            .op(0x40, 0, 0x1A, 0x03, 0x40)
            .get(1)
            .op(0x41, 1, 0x6B, 0x22, 1, 0x0D, 0, 0x0B, 0));
    wasm.exported("divide", "i", "i", "", code().get(0).op(0x40, 0).get(0).get(0).op(0x6B, 0x6D));
    return wasm;
  }

  private static String trapOf(GuestInstance instance, String export, long... arguments) {
    return String.valueOf(
        assertThrows(GuestTrap.class, () -> instance.call(export, arguments)).getMessage());
  }

  /** What a compiler makes of a failed allocation says nothing by itself. */
  @ParameterizedTest
  @EnumSource(EngineMode.class)
  void trapAfterARefusedGrow_namesTheLimit(EngineMode mode) throws InstantiationFailed {
    EngineModule module = EngineFixture.load(mode, givesUp().build());
    RecordingOwner owner = new RecordingOwner();
    owner.maxMemory = 10 << 16;
    GuestInstance instance = module.instantiate(owner);
    String plain = "unreachable instruction executed";
    assertEquals(plain, trapOf(instance, "giveUp", 1, 1));
    assertEquals(
        plain + " (the memory limit of 640 KiB was reached)", trapOf(instance, "giveUp", 9, 1));
    assertEquals(plain, trapOf(instance, "giveUp", 0, 1), "told once");
    assertEquals(plain, trapOf(instance, "giveUp", 9, 100_000), "long before");
    assertEquals("integer divide by zero", trapOf(instance, "divide", 9));
    assertEquals(plain, trapOf(instance, "giveUp", 0, 1), "of another trap");
    owner.maxMemory = 1L << 40;
    assertEquals(
        plain + " (the memory limit of 6400 KiB was reached)", trapOf(instance, "giveUp", 99, 1));
    owner.maxMemory = 65_537;
    assertEquals(
        plain + " (the memory limit of 65537 bytes was reached)", trapOf(instance, "giveUp", 1, 1));
    instance.release();
    assertEquals(plain, trapOf(module.instantiate(new RecordingOwner()), "giveUp", 0, 1));
  }

  @Test
  void hostAccess_isChecked() {
    RecordingOwner owner = new RecordingOwner();
    PagedMemory memory =
        EngineFixture.start(EngineMode.INTERPRETER, accessors().build(), owner).memory();
    byte[] buffer = new byte[8];
    int size = 2 << 16;
    for (int address : new int[] {size - 7, size, -1, -8, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      HostTrap trap = assertThrows(HostTrap.class, () -> memory.read(address, buffer, 0, 8));
      assertEquals(TrapKind.MEMORY_OUT_OF_BOUNDS, trap.kind());
      assertThrows(HostTrap.class, () -> memory.write(address, buffer, 0, 8));
      assertThrows(HostTrap.class, () -> memory.getLong(address));
      assertThrows(HostTrap.class, () -> memory.putLong(address, 1));
    }
    assertThrows(HostTrap.class, () -> memory.read(0, -1));
    assertThrows(HostTrap.class, () -> memory.check(1, -1));
    memory.check(size, 0);
    memory.write(4092, "hällo wörld".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, 13);
    assertEquals("hällo wörld", memory.readText(4092, 13));
    memory.putByte(10, (byte) 0xFF);
    assertThrows(HostTrap.class, () -> memory.readText(10, 1));
  }
}
