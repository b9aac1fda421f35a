package dev.selene.host.testing;

import dev.selene.host.GuestMemory;
import dev.selene.host.HostTrap;
import dev.selene.host.TrapKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A linear memory in one array, with every access checked in 64 bits. */
public final class ArrayMemory implements GuestMemory {
  private final byte[] bytes;
  private final ByteBuffer numbers;

  /**
   * A memory full of zeros.
   *
   * @param size bytes
   */
  public ArrayMemory(int size) {
    bytes = new byte[size];
    numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A copy of the whole memory.
   *
   * @return all bytes
   */
  public byte[] snapshot() {
    return bytes.clone();
  }

  /**
   * Puts text somewhere.
   *
   * @param address where
   * @param text what
   * @return its length in bytes
   */
  public int putText(int address, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    write(address, encoded, 0, encoded.length);
    return encoded.length;
  }

  private int index(int address, int length) {
    long first = Integer.toUnsignedLong(address);
    if (first + Integer.toUnsignedLong(length) > bytes.length) {
      throw new HostTrap(
          TrapKind.MEMORY_OUT_OF_BOUNDS,
          "address " + first + " length " + Integer.toUnsignedString(length));
    }
    return (int) first;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public void check(int address, int length) {
    index(address, length);
  }

  @Override
  public byte[] read(int address, int length) {
    int first = index(address, length);
    byte[] copy = new byte[length];
    System.arraycopy(bytes, first, copy, 0, length);
    return copy;
  }

  @Override
  public void read(int address, byte[] target, int offset, int length) {
    System.arraycopy(bytes, index(address, length), target, offset, length);
  }

  @Override
  public void write(int address, byte[] source, int offset, int length) {
    System.arraycopy(source, offset, bytes, index(address, length), length);
  }

  @Override
  public byte getByte(int address) {
    return bytes[index(address, 1)];
  }

  @Override
  public int getInt(int address) {
    return numbers.getInt(index(address, 4));
  }

  @Override
  public long getLong(int address) {
    return numbers.getLong(index(address, 8));
  }

  @Override
  public void putByte(int address, byte value) {
    bytes[index(address, 1)] = value;
  }

  @Override
  public void putShort(int address, short value) {
    numbers.putShort(index(address, 2), value);
  }

  @Override
  public void putInt(int address, int value) {
    numbers.putInt(index(address, 4), value);
  }

  @Override
  public void putLong(int address, long value) {
    numbers.putLong(index(address, 8), value);
  }

  @Override
  public String readText(int address, int length) {
    ByteBuffer range = ByteBuffer.wrap(bytes, index(address, length), length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(range).toString();
    } catch (CharacterCodingException e) {
      throw new HostTrap("malformed UTF-8 at address " + Integer.toUnsignedString(address));
    }
  }
}
