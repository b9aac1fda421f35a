package dev.selene.vm.internal.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HostTrap;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedPagesTest {
  private static final int PAGE = 1 << 16;

  private final RecordingOwner owner = new RecordingOwner();

  private PagedMemory newMemory() {
    return EngineFixture.start(EngineMode.INTERPRETER, MemoryTest.accessors().build(), owner)
        .memory();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatWasWritten_matchesAnArrayAfterPacking(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int packings = 0;
    for (int run = 0; run < 60; run++) {
      GuestInstance instance =
          EngineFixture.start(EngineMode.INTERPRETER, MemoryTest.accessors().build(), owner);
      PagedMemory memory = instance.memory();
      byte[] model = memory.read(0, (int) memory.size());
      int near = random.nextInt(model.length);
      for (int step = 0; step < 40; step++) {
        switch (random.nextInt(8)) {
          case 0 -> {
            if (model.length < 5 * PAGE && memory.grow(1) >= 0) {
              model = Arrays.copyOf(model, model.length + PAGE);
            }
          }
          case 1, 2, 3 -> {
            int address = random.nextInt(model.length - 8);
            if (random.nextInt(4) > 0) {
              address = Math.clamp(near + random.nextInt(-3_000, 3_000), 0, model.length - 8);
            }
            byte[] bytes = new byte[random.nextInt(8) + 1];
            random.nextBytes(bytes);
            memory.write(address, bytes, 0, bytes.length);
            System.arraycopy(bytes, 0, model, address, bytes.length);
          }
          case 4 -> {
            // whole granules, also back to what the image has
            int from = random.nextInt(model.length);
            int length = random.nextInt(Math.min(6_000, model.length - from) + 1);
            byte value = (byte) (random.nextBoolean() ? 0 : random.nextInt());
            memory.fill(value, from, from + length);
            Arrays.fill(model, from, from + length, value);
          }
          default -> {
            long ledger = owner.ledger;
            packings += memory.pack() ? 1 : 0;
            assertEquals(ledger, owner.ledger);
            memory.unpack();
          }
        }
        assertEquals(model.length, memory.size());
      }
      assertArrayEquals(model, memory.read(0, model.length));
      instance.release();
      assertEquals(0, owner.ledger);
    }
    assertTrue(packings > 100, "packed " + packings + " times");
  }

  @Test
  void eachWordOfAGranule_comesBack() {
    PagedMemory memory = newMemory();
    for (int word = 0; word < PagedMemory.GRANULE; word += 8) {
      memory.fill((byte) 0, PagedMemory.GRANULE, 2 * PagedMemory.GRANULE);
      memory.putLong(PagedMemory.GRANULE + word, 0x8000_0000_0000_0001L + word);
      byte[] before = memory.read(0, (int) memory.size());
      assertTrue(memory.pack());
      memory.unpack();
      assertArrayEquals(before, memory.read(0, before.length));
    }
  }

  @Test
  void packedMemory_cannotBeTouched() {
    PagedMemory memory = newMemory();
    memory.putInt(8, 77);
    assertTrue(memory.pack());
    assertFalse(memory.pack(), "packed already");
    assertThrows(HostTrap.class, () -> memory.getInt(8));
    assertThrows(HostTrap.class, () -> memory.putInt(8, 1));
    memory.unpack();
    memory.unpack();
    assertEquals(77, memory.getInt(8));
  }

  @Test
  void unpackedGranules_areNotSharedWithOthers() throws InstantiationFailed {
    EngineModule module =
        EngineFixture.load(EngineMode.INTERPRETER, MemoryTest.accessors().build());
    PagedMemory first = module.instantiate(owner).memory();
    PagedMemory second = module.instantiate(new RecordingOwner()).memory();
    PagedMemory third = module.instantiate(new RecordingOwner()).memory();
    first.putByte(70_001, (byte) 50);
    assertTrue(first.pack());
    first.unpack();
    first.putByte(70_002, (byte) 60);
    assertArrayEquals(new byte[] {1, 50, 60, 4}, first.read(70_000, 4));
    assertArrayEquals(new byte[] {1, 2, 3, 4}, second.read(70_000, 4));
    assertArrayEquals(new byte[] {1, 2, 3, 4}, third.read(70_000, 4));
  }

  @Test
  void whatSavesNothing_isLeftAlone() {
    assertFalse(newMemory().pack(), "nothing was written");
    PagedMemory noise = newMemory();
    byte[] random = new byte[2 * PagedMemory.GRANULE];
    new SplittableRandom(5).nextBytes(random);
    noise.write(0, random, 0, random.length);
    assertFalse(noise.pack(), "cannot be made smaller");
    assertArrayEquals(random, noise.read(0, random.length));
    PagedMemory wide = newMemory();
    for (int i = 0; i <= PackedPages.MOST_GRANULES; i++) {
      wide.putByte(i * PagedMemory.GRANULE, (byte) 1);
    }
    assertFalse(wide.pack(), "too much work");
  }

  @Test
  void instanceReleasedWhilePacked_isCleanAndPaidFor() throws InstantiationFailed {
    EngineModule module =
        EngineFixture.load(EngineMode.INTERPRETER, MemoryTest.accessors().build());
    GuestInstance instance = module.instantiate(owner);
    instance.memory().putInt(70_000, -1);
    assertTrue(instance.memory().pack());
    instance.release();
    assertEquals(0, owner.ledger);
    PagedMemory next = module.instantiate(owner).memory();
    assertEquals(2 * PAGE, next.size());
    assertArrayEquals(new byte[] {1, 2, 3, 4}, next.read(70_000, 4));
  }
}
