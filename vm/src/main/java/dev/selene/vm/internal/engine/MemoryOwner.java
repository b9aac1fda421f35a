package dev.selene.vm.internal.engine;

import dev.selene.host.ProcessContext;
import org.jspecify.annotations.Nullable;

/**
 * The process that a {@link PagedMemory} belongs to, as the engine sees it.
 *
 * <p>Thread-safety: called on the thread of the process only.
 */
public interface MemoryOwner {
  /**
   * What host functions get as their first argument.
   *
   * @return the process
   */
  ProcessContext context();

  /**
   * Called when {@link PagedMemory#budget()} went below 0: accounts for what was used, refills the
   * budget, and ends the process (by throwing {@link dev.selene.host.ProcessExit}) or its slice.
   *
   * @param memory the memory of the process; {@link PagedMemory#interpreted} says which engine ran
   */
  void poll(PagedMemory memory);

  /**
   * How much it has run.
   *
   * @param memory the memory of the process
   * @return cost units used so far
   */
  long used(PagedMemory memory);

  /**
   * Charges the ledger.
   *
   * @param bytes not negative
   * @return false when that would go over a limit; nothing is charged then
   */
  boolean tryCharge(long bytes);

  /**
   * Gives back what was charged.
   *
   * @param bytes not negative
   */
  void release(long bytes);

  /**
   * Where granules are given up and taken. Asked for each time, since a process goes from worker to
   * worker.
   *
   * @return null for nowhere: each granule is new then
   */
  default @Nullable SpareGranules spareGranules() {
    return null;
  }

  /**
   * The limit of the linear memory; {@code memory.grow} beyond it answers -1.
   *
   * @return bytes
   */
  long maxMemoryBytes();

  /**
   * The limit of the modelled call stack, see {@link CostModel}.
   *
   * @return bytes
   */
  int maxStackBytes();
}
