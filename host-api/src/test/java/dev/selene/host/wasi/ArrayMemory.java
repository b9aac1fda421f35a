package dev.selene.host.wasi;

import dev.selene.host.GuestMemory;
import dev.selene.host.HostTrap;
import dev.selene.host.TrapKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A small linear memory that insists on bounds and on the process's own thread. */
final class ArrayMemory implements GuestMemory {
  private final ByteBuffer bytes;
  private final Thread owner = Thread.currentThread();

  ArrayMemory(int size) {
    bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public long size() {
    return bytes.capacity();
  }

  @Override
  public void check(int address, int length) {
    if (Thread.currentThread() != owner) {
      throw new AssertionError("guest memory touched by " + Thread.currentThread());
    }
    long end = Integer.toUnsignedLong(address) + Integer.toUnsignedLong(length);
    if (end > bytes.capacity()) {
      throw new HostTrap(TrapKind.MEMORY_OUT_OF_BOUNDS, "end=" + end);
    }
  }

  @Override
  public byte[] read(int address, int length) {
    check(address, length);
    byte[] result = new byte[length];
    bytes.get(address, result);
    return result;
  }

  @Override
  public void read(int address, byte[] target, int offset, int length) {
    check(address, length);
    bytes.get(address, target, offset, length);
  }

  @Override
  public void write(int address, byte[] source, int offset, int length) {
    check(address, length);
    bytes.put(address, source, offset, length);
  }

  @Override
  public byte getByte(int address) {
    check(address, 1);
    return bytes.get(address);
  }

  @Override
  public int getInt(int address) {
    check(address, 4);
    return bytes.getInt(address);
  }

  @Override
  public long getLong(int address) {
    check(address, 8);
    return bytes.getLong(address);
  }

  @Override
  public void putByte(int address, byte value) {
    check(address, 1);
    bytes.put(address, value);
  }

  @Override
  public void putShort(int address, short value) {
    check(address, 2);
    bytes.putShort(address, value);
  }

  @Override
  public void putInt(int address, int value) {
    check(address, 4);
    bytes.putInt(address, value);
  }

  @Override
  public void putLong(int address, long value) {
    check(address, 8);
    bytes.putLong(address, value);
  }

  @Override
  public String readText(int address, int length) {
    return new String(read(address, length), StandardCharsets.UTF_8);
  }
}
