package dev.selene.host.wasi;

import dev.selene.host.GuestMemory;

/**
 * Buffers of a guest that are read or written in one call.
 *
 * <pre>
 * WASI "iovec", little-endian, 8 bytes:
 *   0         4        8
 *   | address | length |
 * </pre>
 *
 * The list is copied first, since a read may overwrite it. No length in it decides how much is
 * allocated: a call moves at most {@link Blocking#MOST_BYTES}.
 */
final class Iovecs {
  private static final int BYTES = 8;
  private static final int MOST = 1024;

  private final GuestMemory memory;
  private final int[] addresses;
  private final int[] lengths;
  private final int total;

  private Iovecs(GuestMemory memory, int[] addresses, int[] lengths, int total) {
    this.memory = memory;
    this.addresses = addresses;
    this.lengths = lengths;
    this.total = total;
  }

  /**
   * Copies and checks the list and every buffer in it.
   *
   * @throws WasiFailure {@link Errno#INVAL} for more than 1,024 buffers
   */
  static Iovecs read(GuestMemory memory, int address, int count) throws WasiFailure {
    if (count < 0 || count > MOST) {
      throw new WasiFailure(Errno.INVAL);
    }
    memory.check(address, count * BYTES);
    int[] addresses = new int[count];
    int[] lengths = new int[count];
    long total = 0;
    for (int i = 0; i < count; i++) {
      addresses[i] = memory.getInt(address + i * BYTES);
      lengths[i] = memory.getInt(address + i * BYTES + 4);
      memory.check(addresses[i], lengths[i]);
      total += Integer.toUnsignedLong(lengths[i]);
    }
    return new Iovecs(memory, addresses, lengths, (int) Math.min(total, Blocking.MOST_BYTES));
  }

  /** Bytes this call may move. */
  int total() {
    return total;
  }

  /** Copies the first {@link #total} bytes out of the guest's memory. */
  byte[] gather() {
    byte[] bytes = new byte[total];
    int done = 0;
    for (int i = 0; i < addresses.length && done < total; i++) {
      int part = part(i, total - done);
      memory.read(addresses[i], bytes, done, part);
      done += part;
    }
    return bytes;
  }

  /** Copies bytes into the guest's memory. */
  void scatter(byte[] bytes) {
    int done = 0;
    for (int i = 0; i < addresses.length && done < bytes.length; i++) {
      int part = part(i, bytes.length - done);
      memory.write(addresses[i], bytes, done, part);
      done += part;
    }
  }

  private int part(int index, int most) {
    return (int) Math.min(Integer.toUnsignedLong(lengths[index]), most);
  }
}
