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
 * <p><b>Short segments.</b> A segment that comes after another one in the same round of the same
 * loop, and only ever runs after it, is paid by that one when it is entered, whether it runs then
 * or not. A segment pays at most {@link #MERGE_LIMIT} in this way, for the first that fit, in the
 * order of the code; one that does not fit is charged when it is entered, and pays for others
 * itself.
 *
 * <p><b>Leaves.</b> A function without loops and bulk operations that calls nothing but leaves,
 * directly, and costs at most {@link #LEAF_LIMIT} with all of these calls is a leaf: it counts
 * neither cost nor depth itself. A direct call of a leaf costs 1 plus all instructions of the leaf
 * and its calls; a {@code call_indirect} always costs {@link #INDIRECT_CALL}.
 *
 * <p><b>Bulk operations</b> cost 1 more for each {@link #BULK_BYTES} bytes begun, {@code
 * memory.grow} for each page table entry copied, and table operations {@link #TABLE_ENTRY} an
 * entry.
 *
 * <p><b>Polls.</b> After each {@code loop} and at the entry of each function that is no leaf,
 * unless it runs straight into a loop; at the start of a segment when more than {@link
 * #POLL_DISTANCE} may have been charged since the last poll; also in bulk operations, at least
 * every 64 KiB.
 *
 * <p><b>Depth.</b> The frame of a function is {@link #FRAME_BYTES} plus {@link #SLOT_BYTES} for
 * each parameter and local. A function that may call itself, through others or through a table that
 * can hold a function of its type, takes its frame from the process's call stack at each call and
 * gives it back on return; a tail call replaces its caller. Other functions can be on the stack
 * only once: a call by the host takes {@link #ENTRY_BYTES} and the frames of all those that can be
 * on the stack together, at most {@link #RESERVE_LIMIT}; those beyond it count themselves. Going
 * over the limit is a trap.
 */
public final class CostModel {
  /** Part of the key of compiled code: changes when anything above does. */
  public static final int VERSION = 2;

  /** Largest cost of a leaf. */
  public static final int LEAF_LIMIT = 64;

  /** What a segment may pay, together, for later ones that may be skipped. */
  public static final int MERGE_LIMIT = 16;

  /** What one call of a function may charge, at most, between two polls in it. */
  public static final int POLL_DISTANCE = 80;

  /** Most bytes that functions which count no depth can take together at a call by the host. */
  public static final int RESERVE_LIMIT = 16 << 10;

  /** Modelled size of what a call by the host takes itself. */
  public static final int ENTRY_BYTES = 512;

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
