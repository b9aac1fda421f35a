package dev.selene.vm.internal.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpareGranulesTest {
  private static final int PAGE = 1 << 16;
  private static final int MOST_PROCESSES = 6;

  private final SpareGranules spares = new SpareGranules();

  /** One process, and what must be in its memory. */
  private static final class Modelled {
    final RecordingOwner owner;
    final GuestInstance instance;
    byte[] model;
    boolean packed;

    Modelled(EngineModule module, SpareGranules spares) throws InstantiationFailed {
      owner = new RecordingOwner(spares);
      instance = module.instantiate(owner);
      model = instance.memory().read(0, (int) instance.memory().size());
    }

    void write(SplittableRandom random) {
      int address = random.nextInt(model.length - 16);
      byte[] bytes = new byte[random.nextInt(16) + 1];
      random.nextBytes(bytes);
      instance.memory().write(address, bytes, 0, bytes.length);
      System.arraycopy(bytes, 0, model, address, bytes.length);
    }

    void grow() {
      if (model.length < 3 * PAGE && instance.memory().grow(1) >= 0) {
        model = Arrays.copyOf(model, model.length + PAGE);
      }
    }

    void check() {
      assertArrayEquals(model, instance.memory().read(0, model.length));
    }

    void end() {
      instance.release();
      assertEquals(0, owner.ledger);
    }
  }

  /**
   * Processes come, write, grow, wait, wake up and go, and pass their granules on: each finds the
   * image and what it wrote itself, and nothing else.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void processesThatPassGranulesOn_seeNothingOfEachOther(long seed) throws InstantiationFailed {
    SplittableRandom random = new SplittableRandom(seed);
    EngineModule module =
        EngineFixture.load(EngineMode.INTERPRETER, MemoryTest.accessors().build());
    byte[] image;
    Modelled first = new Modelled(module, spares);
    image = first.model.clone();
    first.end();
    List<Modelled> living = new ArrayList<>();
    int reused = 0;
    for (int step = 0; step < 4_000; step++) {
      if (living.isEmpty() || living.size() < MOST_PROCESSES && random.nextInt(8) == 0) {
        Modelled born = new Modelled(module, spares);
        assertArrayEquals(image, born.model);
        living.add(born);
        continue;
      }
      Modelled process = living.get(random.nextInt(living.size()));
      int before = spares.count();
      if (process.packed) {
        process.instance.memory().unpack();
        process.packed = false;
        process.check();
      } else {
        switch (random.nextInt(10)) {
          case 0 -> {
            process.check();
            process.end();
            living.remove(process);
          }
          case 1 -> process.packed = process.instance.memory().pack();
          case 2 -> process.grow();
          default -> process.write(random);
        }
      }
      reused += Math.max(0, before - spares.count());
    }
    for (Modelled process : living) {
      process.instance.memory().unpack();
      process.check();
      process.end();
    }
    assertTrue(reused > 500, "granules taken: " + reused);
  }

  @Test
  void whatIsTaken_isOverwrittenAndNobodyElses() {
    byte[] used = new byte[PagedMemory.GRANULE];
    Arrays.fill(used, (byte) 0x55);
    spares.give(used);
    byte[] zeros = SpareGranules.copyOf(MemoryImage.ZERO, spares);
    assertSame(used, zeros);
    assertArrayEquals(new byte[PagedMemory.GRANULE], zeros);
    assertNotSame(zeros, SpareGranules.copyOf(MemoryImage.ZERO, spares));
    assertEquals(0, spares.count());
  }

  /** A worker without memory for the third granule that is taken. */
  private static final class Exhausted extends SpareGranules {
    boolean exhausted;
    private int taken;

    @Override
    byte @Nullable [] take() {
      if (exhausted && ++taken == 3) {
        throw new OutOfMemoryError("for a test");
      }
      return super.take();
    }
  }

  @Test
  void heapThatIsExhaustedWhileMemoryIsUnpacked_handsNothingOutTwice() throws Exception {
    EngineModule module =
        EngineFixture.load(EngineMode.INTERPRETER, MemoryTest.accessors().build());
    Exhausted spares = new Exhausted();
    Modelled process = new Modelled(module, spares);
    PagedMemory memory = process.instance.memory();
    byte[] bytes = {1, 2, 3};
    for (int i = 0; i < 4; i++) {
      memory.write(i * 2 * PagedMemory.GRANULE, bytes, 0, bytes.length);
    }
    assertTrue(memory.pack());
    spares.exhausted = true;
    assertThrows(OutOfMemoryError.class, memory::unpack);
    assertEquals(-1, memory.grow(1));
    int before = spares.count();
    memory.unpack();
    assertArrayEquals(bytes, memory.read(6 * PagedMemory.GRANULE, 3));
    process.end();
    Set<byte[]> different = Collections.newSetFromMap(new IdentityHashMap<>());
    spares.exhausted = false;
    int count = spares.count();
    assertTrue(count > before - 4, "granules given back: " + count);
    for (int i = 0; i < count; i++) {
      different.add(Objects.requireNonNull(spares.take()));
    }
    assertEquals(count, different.size());
  }

  @Test
  void tooManyAndOthers_areNotKept() {
    spares.give(MemoryImage.ZERO);
    assertEquals(0, spares.count());
    for (int i = 0; i <= SpareGranules.MOST; i++) {
      spares.give(new byte[PagedMemory.GRANULE]);
    }
    assertEquals(SpareGranules.MOST, spares.count());
  }
}
