package dev.selene.vm.internal.engine;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A small page table and the process's own granules in a form that takes a tenth of their room: the
 * words that differ from the module's image. Most of what a process has written when it waits for a
 * message is a piece of its stack; the rest of the granule, and all other entries of the table, are
 * still the image's.
 *
 * <p>Layout, little endian: the number of table entries (4 bytes), then for each own granule
 *
 * <pre>
 *   0        4        6        8            8 + ceil(words / 8)
 *   | index  | first  | words  | bit map    | the words with a bit, 8 bytes each |
 * </pre>
 *
 * where {@code first} is the first word that differs, {@code words} how many there are up to the
 * last one, and the bit map tells which of them differ, lowest bit first.
 */
final class PackedPages {
  /** More own granules than this are left alone: packing them costs more than a few wake-ups. */
  static final int MOST_GRANULES = 8;

  /** Longer tables are left alone; finding the own granules means looking at every entry. */
  static final int MOST_ENTRIES = 1024;

  /** The most that the granules of such a table may take when they are packed. */
  static final int MOST_BYTES = (MOST_GRANULES * PagedMemory.GRANULE + MOST_ENTRIES * 4) / 2;

  private static final int WORD_SHIFT = 3;
  private static final int WORDS = PagedMemory.GRANULE >>> WORD_SHIFT;
  private static final int TABLE_HEADER = 4;
  private static final int GRANULE_HEADER = 8;

  private PackedPages() {}

  /**
   * Packs a process's own table.
   *
   * @param pages not changed
   * @param image what the entries were when the process began; entries beyond are zeros
   * @param spares has room to work in; null where there is none
   * @return null where that would not save at least half of the room
   */
  static byte @Nullable [] pack(byte[][] pages, byte[][] image, @Nullable SpareGranules spares) {
    if (pages.length > MOST_ENTRIES) {
      return null;
    }
    int[] own = new int[MOST_GRANULES];
    int count = 0;
    for (int i = 0; i < pages.length; i++) {
      if (pages[i] != original(image, i)) {
        if (count == MOST_GRANULES) {
          return null;
        }
        own[count++] = i;
      }
    }
    int most = (count * PagedMemory.GRANULE + pages.length * 4) / 2;
    byte[] packed = spares == null ? new byte[most] : spares.scratch;
    PagedMemory.INTS.set(packed, 0, pages.length);
    int end = TABLE_HEADER;
    for (int i = 0; i < count && end >= 0; i++) {
      end = pack(own[i], pages[own[i]], original(image, own[i]), packed, end, most);
    }
    return end < 0 ? null : Arrays.copyOf(packed, end);
  }

  private static byte[] original(byte[][] image, int index) {
    return index < image.length ? image[index] : MemoryImage.ZERO;
  }

  /** Where the granule's part ends; negative when there is no room for it. */
  private static int pack(
      int index, byte[] page, byte[] original, byte[] packed, int at, int most) {
    int first = Arrays.mismatch(page, 0, PagedMemory.GRANULE, original, 0, PagedMemory.GRANULE);
    int last = first < 0 ? -1 : WORDS - 1;
    first = first < 0 ? 0 : first >>> WORD_SHIFT;
    while (last > first && word(page, last) == word(original, last)) {
      last--;
    }
    int words = last < 0 ? 0 : last - first + 1;
    int map = at + GRANULE_HEADER;
    int end = map + (words + 7 >>> 3);
    if (end > most) {
      return -1;
    }
    Arrays.fill(packed, map, end, (byte) 0);
    PagedMemory.INTS.set(packed, at, index);
    PagedMemory.SHORTS.set(packed, at + 4, (short) first);
    PagedMemory.SHORTS.set(packed, at + 6, (short) words);
    for (int i = 0; i < words; i++) {
      long word = word(page, first + i);
      if (word != word(original, first + i)) {
        if (end > most - 8) {
          return -1;
        }
        packed[map + (i >>> 3)] |= (byte) (1 << (i & 7));
        PagedMemory.LONGS.set(packed, end, word);
        end += 8;
      }
    }
    return end;
  }

  private static long word(byte[] page, int index) {
    return (long) PagedMemory.LONGS.get(page, index << WORD_SHIFT);
  }

  /**
   * The table that was packed.
   *
   * @param image the same as for {@link #pack}
   * @param spares where granules come from; null for new ones
   * @param own told the index of each granule that is not the image's
   */
  static byte[][] unpack(
      byte[] packed, byte[][] image, @Nullable SpareGranules spares, IntConsumer own) {
    int entries = (int) PagedMemory.INTS.get(packed, 0);
    byte[][] pages = Arrays.copyOf(image, entries);
    if (entries > image.length) {
      Arrays.fill(pages, image.length, entries, MemoryImage.ZERO);
    }
    int at = TABLE_HEADER;
    while (at < packed.length) {
      int index = (int) PagedMemory.INTS.get(packed, at);
      int first = (short) PagedMemory.SHORTS.get(packed, at + 4);
      int words = (short) PagedMemory.SHORTS.get(packed, at + 6);
      int map = at + GRANULE_HEADER;
      at = map + (words + 7 >>> 3);
      byte[] page = SpareGranules.copyOf(original(image, index), spares);
      for (int i = 0; i < words; i++) {
        if ((packed[map + (i >>> 3)] & 1 << (i & 7)) != 0) {
          System.arraycopy(packed, at, page, first + i << WORD_SHIFT, 8);
          at += 8;
        }
      }
      pages[index] = page;
      own.accept(index);
    }
    return pages;
  }
}
