package dev.selene.host.wasi;

import dev.selene.host.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Attributes of a file.
 *
 * <pre>
 * WASI "filestat", little-endian, 64 bytes:
 *   0        8        16    17      24       32       40       48       56       64
 *   | device | inode  | type| unused| links  | size   | atime  | mtime  | ctime  |
 * </pre>
 *
 * @param device of the file system
 * @param inode unique in the device
 * @param type one of {@link FileType}
 * @param links how many names it has
 * @param size in bytes
 * @param accessed nanoseconds since 1970
 * @param modified nanoseconds since 1970
 * @param changed nanoseconds since 1970
 */
record FileStatus(
    long device,
    long inode,
    int type,
    long links,
    long size,
    long accessed,
    long modified,
    long changed) {
  static final int BYTES = 64;

  /** From Linux's {@code struct statx}; its layout is the same on every architecture. */
  static FileStatus ofStatx(MemorySegment statx) {
    long major = Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 136));
    long minor = Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 140));
    return new FileStatus(
        major << 32 | minor,
        statx.get(ValueLayout.JAVA_LONG, 32),
        FileType.ofMode(Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, 28))),
        Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 16)),
        statx.get(ValueLayout.JAVA_LONG, 40),
        time(statx, 64),
        time(statx, 112),
        time(statx, 96));
  }

  private static long time(MemorySegment statx, long offset) {
    long seconds = statx.get(ValueLayout.JAVA_LONG, offset);
    return Math.max(0, seconds) * 1_000_000_000L + statx.get(ValueLayout.JAVA_INT, offset + 8);
  }

  /** Of a standard stream: nothing but the type. */
  static FileStatus ofStream(int type) {
    return new FileStatus(0, 0, type, 0, 0, 0, 0, 0);
  }

  void store(GuestMemory memory, int address) {
    memory.check(address, BYTES);
    memory.putLong(address, device);
    memory.putLong(address + 8, inode);
    memory.putLong(address + 16, type);
    memory.putLong(address + 24, links);
    memory.putLong(address + 32, size);
    memory.putLong(address + 40, accessed);
    memory.putLong(address + 48, modified);
    memory.putLong(address + 56, changed);
  }
}
