package dev.selene.vm.internal.engine;

import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.OpcodeImpl;
import run.endive.runtime.TableInstance;
import run.endive.runtime.WasmRuntimeException;

/**
 * What compiled code calls instead of Endive's shaded helpers of the same names and descriptors:
 * without interface calls, and with bounds and cost for table operations.
 *
 * <p>Thread-safety: the thread of the process only.
 */
public final class MemoryAccess {
  private MemoryAccess() {}

  private static int address(int base, int offset) {
    return base < 0 ? base : base + offset;
  }

  /** Wasm {@code i32.load8}. */
  public static byte memoryReadByte(int base, int offset, Memory memory) {
    return ((PagedMemory) memory).read(address(base, offset));
  }

  /** Wasm {@code i32.load16}. */
  public static short memoryReadShort(int base, int offset, Memory memory) {
    return ((PagedMemory) memory).readShort(address(base, offset));
  }

  /** Wasm {@code i32.load}. */
  public static int memoryReadInt(int base, int offset, Memory memory) {
    return ((PagedMemory) memory).readInt(address(base, offset));
  }

  /** Wasm {@code i64.load}. */
  public static long memoryReadLong(int base, int offset, Memory memory) {
    return ((PagedMemory) memory).readLong(address(base, offset));
  }

  /** Wasm {@code f32.load}. */
  public static float memoryReadFloat(int base, int offset, Memory memory) {
    return Float.intBitsToFloat(((PagedMemory) memory).readInt(address(base, offset)));
  }

  /** Wasm {@code f64.load}. */
  public static double memoryReadDouble(int base, int offset, Memory memory) {
    return Double.longBitsToDouble(((PagedMemory) memory).readLong(address(base, offset)));
  }

  /** Wasm {@code i32.store8}. */
  public static void memoryWriteByte(int base, byte value, int offset, Memory memory) {
    ((PagedMemory) memory).writeByte(address(base, offset), value);
  }

  /** Wasm {@code i32.store16}. */
  public static void memoryWriteShort(int base, short value, int offset, Memory memory) {
    ((PagedMemory) memory).writeShort(address(base, offset), value);
  }

  /** Wasm {@code i32.store}. */
  public static void memoryWriteInt(int base, int value, int offset, Memory memory) {
    ((PagedMemory) memory).writeI32(address(base, offset), value);
  }

  /** Wasm {@code i64.store}. */
  public static void memoryWriteLong(int base, long value, int offset, Memory memory) {
    ((PagedMemory) memory).writeLong(address(base, offset), value);
  }

  /** Wasm {@code f32.store}. */
  public static void memoryWriteFloat(int base, float value, int offset, Memory memory) {
    ((PagedMemory) memory).writeI32(address(base, offset), Float.floatToRawIntBits(value));
  }

  /** Wasm {@code f64.store}. */
  public static void memoryWriteDouble(int base, double value, int offset, Memory memory) {
    ((PagedMemory) memory).writeLong(address(base, offset), Double.doubleToRawLongBits(value));
  }

  /** Wasm {@code table.grow}. */
  public static int tableGrow(int value, int size, int tableIndex, Instance instance) {
    return instance.table(tableIndex).grow(size, value, instance);
  }

  /** Wasm {@code table.fill}. */
  public static void tableFill(int offset, int value, int size, int table, Instance instance) {
    checkFill(instance, table, offset, size);
    OpcodeImpl.TABLE_FILL(instance, table, size, value, offset);
  }

  /** Wasm {@code table.copy}. */
  public static void tableCopy(
      int target, int source, int size, int targetTable, int sourceTable, Instance instance) {
    checkCopy(instance, targetTable, sourceTable, target, source, size);
    OpcodeImpl.TABLE_COPY(instance, sourceTable, targetTable, size, source, target);
  }

  /** Wasm {@code table.init}. */
  public static void tableInit(
      int offset, int from, int size, int element, int table, Instance instance) {
    checkFill(instance, table, offset, size);
    OpcodeImpl.TABLE_INIT(instance, table, element, size, from, offset);
  }

  /** Checks and charges before a {@code table.fill} or {@code table.init}. */
  static void checkFill(Instance instance, int table, int offset, int size) {
    check(instance.table(table), offset, size);
    charge(instance, size);
  }

  /** Checks and charges before a {@code table.copy}; Endive adds these numbers as ints. */
  static void checkCopy(
      Instance instance, int targetTable, int sourceTable, int target, int source, int size) {
    check(instance.table(sourceTable), source, size);
    check(instance.table(targetTable), target, size);
    charge(instance, size);
  }

  private static void check(TableInstance table, int offset, int size) {
    if (Integer.toUnsignedLong(offset) + Integer.toUnsignedLong(size) > table.size()) {
      throw new WasmRuntimeException("out of bounds table access");
    }
  }

  private static void charge(Instance instance, int size) {
    ((PagedMemory) instance.memory()).charge((long) size * CostModel.TABLE_ENTRY);
  }
}
