package dev.selene.vm.internal.process;

import dev.selene.host.wasi.RandomBytes;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Unguessable process ids: a keyed permutation of node (16 bits) and counter (48 bits). Never 0 or
 * -1, never reused. The permutation is a balanced Feistel network of six rounds over 32-bit halves;
 * the round function is the finalizer of SplitMix64 with a key of its own each round.
 *
 * <p>Source: Luby and Rackoff, "How to construct pseudorandom permutations from pseudorandom
 * functions", SIAM J. Comput. 17 (1988); Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014.
 *
 * <p>Thread-safety: any thread.
 */
final class PidSequence {
  private static final int ROUNDS = 6;
  private final long[] keys = new long[ROUNDS];
  private final long node;
  private final AtomicLong counter = new AtomicLong();

  /** With keys from the system's randomness. */
  PidSequence(int node) {
    this(node, randomKeys());
  }

  private static long[] randomKeys() {
    byte[] bytes = new byte[ROUNDS * Long.BYTES];
    RandomBytes.fill(bytes);
    long[] keys = new long[ROUNDS];
    ByteBuffer.wrap(bytes).asLongBuffer().get(keys);
    return keys;
  }

  /** With keys from a seed: the same seed gives the same ids, for tests and simulation. */
  static PidSequence seeded(int node, long seed) {
    return new PidSequence(node, new SplittableRandom(seed).longs(ROUNDS).toArray());
  }

  private PidSequence(int node, long[] keys) {
    if (node < 0 || node > 0xFFFF) {
      throw new IllegalArgumentException("node must be 0 to 65535, but is " + node);
    }
    this.node = (long) node << 48;
    System.arraycopy(keys, 0, this.keys, 0, ROUNDS);
  }

  long next() {
    while (true) {
      long id = permute(node | (counter.incrementAndGet() & 0xFFFF_FFFF_FFFFL));
      if (id != 0 && id != -1) {
        return id;
      }
    }
  }

  private long permute(long value) {
    int left = (int) (value >>> 32);
    int right = (int) value;
    for (long key : keys) {
      int mixed = left ^ mix(right, key);
      left = right;
      right = mixed;
    }
    return ((long) left << 32) | (right & 0xFFFF_FFFFL);
  }

  private static int mix(int half, long key) {
    long z = (half & 0xFFFF_FFFFL) + key;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) ((z ^ (z >>> 31)) >>> 32);
  }
}
