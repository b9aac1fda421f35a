package dev.selene.vm.internal.engine;

import dev.selene.host.ModuleRejected;

/**
 * What the linear memory of a module looks like before its first instruction: made once, shared by
 * all its processes, never written after construction.
 *
 * <p>Pages that no data segment touches are one array of zeros.
 */
final class MemoryImage {
  /** Never written. */
  static final byte[] ZERO = new byte[PagedMemory.SHARED];

  /** Of a memory that is not initialised yet. */
  static final MemoryImage EMPTY = new MemoryImage(0);

  /** Arrays of {@link PagedMemory#SHARED} bytes. */
  final byte[][] pages;

  MemoryImage(int wasmPages) {
    int granules = wasmPages * PagedMemory.GRANULES_A_PAGE;
    pages = new byte[granules][];
    java.util.Arrays.fill(pages, ZERO);
  }

  /** Only while the image is made. */
  void write(int address, byte[] data) {
    long end = Integer.toUnsignedLong(address) + data.length;
    if (end > (long) pages.length << PagedMemory.SHIFT) {
      throw new ModuleRejected("out of bounds memory access: a data segment does not fit");
    }
    int done = 0;
    while (done < data.length) {
      int index = (address + done) >>> PagedMemory.SHIFT;
      int in = (address + done) & PagedMemory.MASK;
      int part = Math.min(data.length - done, PagedMemory.GRANULE - in);
      if (pages[index] == ZERO) {
        pages[index] = new byte[PagedMemory.SHARED];
      }
      System.arraycopy(data, done, pages[index], in, part);
      done += part;
    }
  }
}
