package dev.selene.host;

import java.nio.ByteBuffer;

/**
 * The linear memory of the calling process as host functions see it. Addresses and lengths are
 * unsigned 32-bit numbers in an {@code int}; every access is checked and traps with {@link
 * TrapKind#MEMORY_OUT_OF_BOUNDS} before anything is read or written. All numbers are little-endian.
 *
 * <p>Thread-safety: only the process's own thread may use it, and only while a host call of that
 * process is running.
 */
public interface GuestMemory {
  /**
   * Current size.
   *
   * @return bytes
   */
  long size();

  /**
   * Traps unless the whole range lies inside the memory.
   *
   * @param address first byte
   * @param length number of bytes, unsigned
   */
  void check(int address, int length);

  /**
   * Copies out of the memory into a new array. The length is checked against the memory before
   * anything is allocated.
   *
   * @param address first byte
   * @param length number of bytes
   * @return the bytes
   */
  byte[] read(int address, int length);

  /**
   * Copies out of the memory.
   *
   * @param address first byte
   * @param target where to
   * @param offset first index in {@code target}
   * @param length number of bytes
   */
  void read(int address, byte[] target, int offset, int length);

  /**
   * Copies into the memory.
   *
   * @param address first byte
   * @param source where from
   * @param offset first index in {@code source}
   * @param length number of bytes
   */
  void write(int address, byte[] source, int offset, int length);

  /**
   * Copies out of the memory to a buffer's position, which moves on.
   *
   * @param address first byte
   * @param target where to
   * @param length number of bytes, not more than the buffer has room for
   */
  default void read(int address, ByteBuffer target, int length) {
    target.put(read(address, length));
  }

  /**
   * Copies what remains of a buffer into the memory; its position moves on.
   *
   * @param address first byte
   * @param source where from
   */
  default void write(int address, ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    write(address, bytes, 0, bytes.length);
  }

  /**
   * Reads one byte, signed.
   *
   * @param address where
   * @return the byte
   */
  byte getByte(int address);

  /**
   * Reads 4 bytes.
   *
   * @param address where
   * @return the number
   */
  int getInt(int address);

  /**
   * Reads 8 bytes.
   *
   * @param address where
   * @return the number
   */
  long getLong(int address);

  /**
   * Writes one byte.
   *
   * @param address where
   * @param value what
   */
  void putByte(int address, byte value);

  /**
   * Writes 2 bytes.
   *
   * @param address where
   * @param value what
   */
  void putShort(int address, short value);

  /**
   * Writes 4 bytes.
   *
   * @param address where
   * @param value what
   */
  void putInt(int address, int value);

  /**
   * Writes 8 bytes.
   *
   * @param address where
   * @param value what
   */
  void putLong(int address, long value);

  /**
   * Reads UTF-8 text; traps when it is malformed.
   *
   * @param address first byte
   * @param length number of bytes
   * @return the text
   */
  String readText(int address, int length);
}
