package dev.selene.vm.internal.engine;

import org.jspecify.annotations.Nullable;

/**
 * Granules that the processes on one worker have given up, for those that write there next. Without
 * them each process's granules are new to the processor's cache, and most of what the JVM's
 * collector has to make room for.
 *
 * <p>Isolation: a granule that is taken holds what its last owner wrote, so it leaves here only
 * through {@link #copyOf}, which overwrites all of it. Whoever gives a granule up has no table with
 * it any more. Charges do not pass through here: who takes one pays for it as for a new one.
 *
 * <p>Thread-safety: none. One worker's threads use it, and none of them parks in here.
 */
public class SpareGranules {
  /** What a worker keeps: a quarter of a mebibyte, some of which is in its cache. */
  static final int MOST = 64;

  private final byte[] @Nullable [] spare = new byte[MOST][];
  private int count;

  /** Room to pack in; whoever uses it is done before anybody else on the worker runs. */
  final byte[] scratch = new byte[PackedPages.MOST_BYTES];

  /** No granules at first. */
  public SpareGranules() {}

  int count() {
    return count;
  }

  /** Takes a granule that nobody refers to. What is no granule, or too many, is left to the JVM. */
  void give(byte[] granule) {
    if (count < MOST && granule.length == PagedMemory.GRANULE) {
      spare[count++] = granule;
    }
  }

  /**
   * A granule of one's own.
   *
   * @param shared what is in it, of an image
   */
  static byte[] copyOf(byte[] shared, @Nullable SpareGranules spares) {
    byte[] granule = spares == null ? null : spares.take();
    if (granule == null) {
      granule = new byte[PagedMemory.GRANULE];
      if (shared == MemoryImage.ZERO) {
        return granule;
      }
    }
    System.arraycopy(shared, 0, granule, 0, PagedMemory.GRANULE);
    return granule;
  }

  byte @Nullable [] take() {
    if (count == 0) {
      return null;
    }
    byte[] granule = spare[--count];
    spare[count] = null;
    return granule;
  }
}
