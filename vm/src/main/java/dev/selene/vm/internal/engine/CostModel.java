package dev.selene.vm.internal.engine;

/**
 * What running guest code costs. The model is a property of the Wasm code alone, so the same module
 * with the same input costs the same in interpreted and in compiled code, on every machine.
 *
 * <p><b>Instructions.</b> Each costs 1, except {@code block}, {@code loop}, {@code else}, {@code
 * end} and {@code nop}, which are free. A function body is cut into segments; a segment begins at
 * function entry, after {@code loop}, {@code if}, {@code else}, and after the {@code end} of a
 * block, and is charged as a whole when it is entered: what a {@code br_if} or a trap in its middle
 * skips is paid nevertheless. Instructions after an unconditional branch are free, as they never
 * run.
 *
 * <p><b>Leaves.</b> A function without loops, calls and bulk operations that costs at most {@link
 * #LEAF_LIMIT} is a leaf: it counts neither cost nor depth itself. A direct call of a leaf costs 1
 * plus all instructions of the leaf; a {@code call_indirect} always costs {@link #INDIRECT_CALL}.
 *
 * <p><b>Bulk operations</b> cost 1 more for each {@link #BULK_BYTES} bytes begun, {@code
 * memory.grow} for each page table entry copied, and table operations {@link #TABLE_ENTRY} an
 * entry.
 *
 * <p><b>Polls.</b> After each {@code loop} and at the entry of each function that is no leaf,
 * unless it runs straight into a loop; also in bulk operations, at least every 64 KiB.
 *
 * <p><b>Depth.</b> A call of a function that is no leaf takes {@link #FRAME_BYTES} plus {@link
 * #SLOT_BYTES} for each parameter and local from the process's call stack and gives it back on
 * return; a tail call replaces its caller. Going over the limit is a trap.
 */
public final class CostModel {
  /** Part of the key of compiled code: changes when anything above does. */
  public static final int VERSION = 1;

  /** Largest cost of a leaf. */
  public static final int LEAF_LIMIT = Integer.getInteger("leaf", 64);

  /** What a segment may pay, together, for later ones that may be skipped. */
  public static final int MERGE_LIMIT = Integer.getInteger("merge", 16);

  /** Bytes of stack that functions which count no depth may need together, for each entry. */
  public static final int RESERVE_LIMIT = 16 << 10;

  /** Cost of a {@code call_indirect}. */
  public static final int INDIRECT_CALL = 10;

  /** Bytes of a bulk operation that cost 1. */
  public static final int BULK_BYTES = 16;

  /** Cost of a table entry filled, copied or initialised. */
  public static final int TABLE_ENTRY = 4;

  /** Modelled size of an empty call frame. */
  public static final int FRAME_BYTES = 80;

  /** Modelled size of a parameter or local. */
  public static final int SLOT_BYTES = 8;

  private CostModel() {}

  static int frameBytes(int parametersAndLocals) {
    return FRAME_BYTES + SLOT_BYTES * parametersAndLocals;
  }
}
