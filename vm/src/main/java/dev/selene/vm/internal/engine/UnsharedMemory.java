package dev.selene.vm.internal.engine;

import run.endive.runtime.Memory;

/**
 * The parts of Endive's memory that need no pages: floats in terms of integers, and what only
 * shared memories have, which are refused at load.
 */
abstract class UnsharedMemory implements Memory {
  @Override
  public final boolean shared() {
    return false;
  }

  @Override
  public final long readU16(int address) {
    return readShort(address) & 0xFFFF;
  }

  @Override
  public final float readFloat(int address) {
    return Float.intBitsToFloat(readInt(address));
  }

  @Override
  public final long readF32(int address) {
    return readInt(address);
  }

  @Override
  public final double readDouble(int address) {
    return Double.longBitsToDouble(readLong(address));
  }

  @Override
  public final long readF64(int address) {
    return readLong(address);
  }

  @Override
  public final void writeF32(int address, float data) {
    writeI32(address, Float.floatToRawIntBits(data));
  }

  @Override
  public final void writeF64(int address, double data) {
    writeLong(address, Double.doubleToRawLongBits(data));
  }

  private static UnsupportedOperationException notShared() {
    return new UnsupportedOperationException("not a shared memory");
  }

  @Override
  @SuppressWarnings("removal")
  @Deprecated(forRemoval = true)
  public final Object lock(int address) {
    throw notShared();
  }

  @Override
  @SuppressWarnings("removal")
  @Deprecated(forRemoval = true)
  public final int waitOn(int address, int expected, long timeout) {
    throw notShared();
  }

  @Override
  @SuppressWarnings("removal")
  @Deprecated(forRemoval = true)
  public final int waitOn(int address, long expected, long timeout) {
    throw notShared();
  }

  @Override
  @SuppressWarnings("removal")
  @Deprecated(forRemoval = true)
  public final int notify(int address, int maxThreads) {
    throw notShared();
  }
}
