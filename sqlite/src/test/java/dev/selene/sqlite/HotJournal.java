package dev.selene.sqlite;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A rollback journal that belongs to a transaction over several files. */
final class HotJournal {
  private static final long MAGIC = 0xD9D505F920A163D7L;
  private static final int SECTOR = 512;

  private HotJournal() {}

  /** A journal whose transaction ends when this file is deleted. */
  static byte[] naming(Path superJournal) {
    byte[] name = superJournal.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(SECTOR + 4 + name.length + 16);
    // Header: magic, no checksum seed, 1 page in it, 2 pages before, sector, page size.
    out.putLong(MAGIC).putInt(0).putInt(1).putInt(2).putInt(SECTOR).putInt(4096);
    out.position(SECTOR).putInt(0x4000_0000 / 4096 + 1).put(name).putInt(name.length);
    int sum = 0;
    for (byte b : name) {
      sum += b;
    }
    return out.putInt(sum).putLong(MAGIC).array();
  }
}
