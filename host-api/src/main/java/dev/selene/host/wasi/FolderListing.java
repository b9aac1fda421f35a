package dev.selene.host.wasi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads a folder's entries in order for {@code fd_readdir}.
 *
 * <p>Cookies are the kernel's own positions. A guest that goes on where it stopped is served from
 * the last batch and then from where the kernel stands, without seeking; so entries that are
 * removed meanwhile (as {@code remove_dir_all} does) make no other be skipped, on every file
 * system.
 *
 * <pre>
 * WASI "dirent", little-endian, 24 bytes, then the name without NUL:
 *   0             8        16            20     21      24
 *   | next cookie | inode  | name length | type | unused | name...
 * </pre>
 *
 * <p>Thread-safety: none; used by one blocking call at a time, handed over by the pool.
 */
final class FolderListing implements AutoCloseable {
  /** What a listing costs on the heap. */
  static final int FOOTPRINT = 8192 + 256;

  /** Bytes before the name. */
  static final int HEADER = 24;

  /** Longest entry: Linux's names have at most 255 bytes. */
  static final int LONGEST_ENTRY = HEADER + 255;

  private final HostFile folder;
  private final byte[] bytes = new byte[8192];
  private final ByteBuffer batch = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  private int end;
  private int position;
  private long cookie;

  /** Takes over the handle. */
  FolderListing(HostFile folder) {
    this.folder = folder;
  }

  /**
   * A part of the listing.
   *
   * @param bytes whole entries, but for the last where the room was too small for it
   * @param next cookie after the last whole entry
   * @param end whether there are no more entries
   */
  record Part(byte[] bytes, long next, boolean end) {}

  /**
   * Reads entries.
   *
   * @param from 0 for the first, or an entry's next cookie
   * @param room most bytes to give
   * @param cutLast whether the last entry is cut where the room ends; else it is left out
   * @return what fits
   */
  Part read(long from, int room, boolean cutLast) throws WasiFailure {
    return folder.use(number -> read(number, from, room, cutLast));
  }

  private Part read(int number, long from, int room, boolean cutLast) throws WasiFailure {
    goTo(number, from);
    ByteBuffer out = ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN);
    while (true) {
      if (position == end) {
        end = 0;
        position = 0;
        end = Linux.entries(number, bytes);
        if (end == 0) {
          return part(out, true);
        }
      }
      byte[] entry = encode();
      if (entry.length > out.remaining()) {
        if (cutLast) {
          out.put(entry, 0, out.remaining());
        }
        return part(out, false);
      }
      out.put(entry);
      cookie = batch.getLong(position + 8);
      position += Short.toUnsignedInt(batch.getShort(position + 16));
    }
  }

  private Part part(ByteBuffer out, boolean atEnd) {
    return new Part(Arrays.copyOf(out.array(), out.position()), cookie, atEnd);
  }

  private void goTo(int number, long from) throws WasiFailure {
    if (from == cookie && from != 0) {
      return;
    }
    for (int at = 0; from != 0 && at < end; ) {
      int next = at + Short.toUnsignedInt(batch.getShort(at + 16));
      if (batch.getLong(at + 8) == from) {
        position = next;
        cookie = from;
        return;
      }
      at = next;
    }
    if (from < 0) {
      throw new WasiFailure(Errno.INVAL);
    }
    end = 0;
    position = 0;
    Linux.seek(number, from, 0);
    cookie = from;
  }

  /** One entry: the kernel's is inode 8, next 8, size 2, type 1, name up to a NUL. */
  private byte[] encode() {
    int nameStart = position + 19;
    int nameEnd = nameStart;
    while (bytes[nameEnd] != 0) {
      nameEnd++;
    }
    ByteBuffer entry =
        ByteBuffer.allocate(HEADER + nameEnd - nameStart).order(ByteOrder.LITTLE_ENDIAN);
    entry.putLong(batch.getLong(position + 8));
    entry.putLong(batch.getLong(position));
    entry.putInt(nameEnd - nameStart);
    entry.putInt(FileType.ofEntry(bytes[position + 18]));
    entry.put(bytes, nameStart, nameEnd - nameStart);
    return entry.array();
  }

  @Override
  public void close() {
    folder.close();
  }
}
