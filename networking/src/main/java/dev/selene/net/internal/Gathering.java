package dev.selene.net.internal;

import dev.selene.host.GuestMemory;
import dev.selene.host.ProcessContext;
import java.nio.ByteBuffer;

/** Collects what a vectored write names. */
public final class Gathering {
  private static final int ELEMENT_BYTES = 8;

  /** Elements after which the process pays, and may lose its slice. */
  private static final int STEP = 256;

  private Gathering() {}

  /**
   * Fills a buffer from an array of address and length. Stops where the buffer is full; every range
   * up to there is checked.
   *
   * @param process the calling process
   * @param ranges address of the array, which is inside the memory
   * @param count elements, unsigned
   * @param buffer where to
   */
  public static void gather(ProcessContext process, int ranges, int count, ByteBuffer buffer) {
    GuestMemory memory = process.memory();
    long elements = Integer.toUnsignedLong(count);
    for (long i = 0; i < elements && buffer.hasRemaining(); i++) {
      int element = ranges + (int) (i * ELEMENT_BYTES);
      int address = memory.getInt(element);
      int length = memory.getInt(element + 4);
      memory.check(address, length);
      int part =
          Integer.compareUnsigned(length, buffer.remaining()) > 0 ? buffer.remaining() : length;
      if (part > 0) {
        memory.read(address, buffer, part);
      }
      if (i % STEP == STEP - 1) {
        process.chargeBytes((long) STEP * ELEMENT_BYTES * 16);
      }
    }
  }
}
