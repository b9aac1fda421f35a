package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PidSequenceTest {
  @Test
  void ids_areDistinctAndNeverZeroOrMinusOne() {
    PidSequence sequence = new PidSequence(0);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 200_000; i++) {
      long id = sequence.next();
      assertTrue(id != 0 && id != -1);
      assertTrue(seen.add(id));
    }
  }

  @Test
  void sameSeed_sameIds_otherSeed_otherIds() {
    PidSequence first = PidSequence.seeded(0, 7);
    PidSequence second = PidSequence.seeded(0, 7);
    PidSequence other = PidSequence.seeded(0, 8);
    for (int i = 0; i < 100; i++) {
      long id = first.next();
      assertEquals(id, second.next());
      assertNotEquals(id, other.next());
    }
  }

  /** A neighbour's id differs in about half of the bits: it cannot be guessed from one's own. */
  @Test
  void neighbours_differInHalfOfTheBits() {
    PidSequence sequence = PidSequence.seeded(3, 42);
    long previous = sequence.next();
    long bits = 0;
    for (int i = 0; i < 10_000; i++) {
      long id = sequence.next();
      bits += Long.bitCount(previous ^ id);
      previous = id;
    }
    assertEquals(32.0, bits / 10_000.0, 0.5);
  }
}
