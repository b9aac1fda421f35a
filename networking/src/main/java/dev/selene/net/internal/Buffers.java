package dev.selene.net.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers for one read or write. A worker finds its own in its slot, so a system call
 * allocates nothing and copies once; the JDK would copy through a buffer of its own otherwise.
 *
 * <p>Thread-safety: any thread. A buffer is taken out while it is used, so it does not matter
 * whether the process is moved to another worker meanwhile.
 */
final class Buffers {
  /** Bytes in a buffer: any UDP datagram fits. */
  static final int SIZE = 64 * 1024;

  private static final int SLOTS = 64;

  /** Neighbours do not share a cache line. */
  private static final int STRIDE = 16;

  private static final int MOST_SPARE = 64;

  private final AtomicReferenceArray<@Nullable ByteBuffer> slots =
      new AtomicReferenceArray<>(SLOTS * STRIDE);
  private final ConcurrentLinkedQueue<ByteBuffer> spare = new ConcurrentLinkedQueue<>();
  private final AtomicInteger spareCount = new AtomicInteger();

  private static int slot(int worker) {
    return (worker & SLOTS - 1) * STRIDE;
  }

  /**
   * A buffer of {@link #SIZE} bytes, cleared.
   *
   * @param worker any number
   */
  ByteBuffer take(int worker) {
    ByteBuffer buffer = slots.getAndSet(slot(worker), null);
    if (buffer == null) {
      buffer = spare.poll();
      if (buffer == null) {
        return ByteBuffer.allocateDirect(SIZE);
      }
      spareCount.decrementAndGet();
    }
    return buffer.clear();
  }

  /** Takes a buffer back. */
  void give(int worker, ByteBuffer buffer) {
    if (!slots.compareAndSet(slot(worker), null, buffer) && spareCount.get() < MOST_SPARE) {
      spareCount.incrementAndGet();
      spare.add(buffer);
    }
  }
}
