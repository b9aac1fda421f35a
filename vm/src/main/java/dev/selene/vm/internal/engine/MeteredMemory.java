package dev.selene.vm.internal.engine;

import dev.selene.host.HostTrap;
import dev.selene.host.TrapKind;

/**
 * The metering state of a process, a part of its memory because compiled code has that at hand.
 *
 * <p>Two counters run down: the budget, cost units left in this slice, and the stack, bytes left of
 * the modelled call stack. Both are in one word, {@code stack * 2^32 + budget}, as compiled code
 * carries it through calls: one load and one store do for both. The budget is a signed int, so it
 * is the low half; the sum makes it borrow from the high half below zero.
 *
 * <p>The budget stays above {@code -2^31}: what was charged without a poll is at most {@link
 * CostModel#POLL_DISTANCE} for each call on the largest possible stack, and one segment of at most
 * {@link Marker#MAX_VALUE}; and {@link #charge} goes in steps.
 *
 * <p>Thread-safety: the thread of the owning process only.
 */
abstract class MeteredMemory extends UnsharedMemory {
  private static final int STEP = 1 << 29;

  /** Both counters; read and written by compiled code. */
  public long left;

  /** Whether the code that polled is interpreted, some 100 times slower than compiled code. */
  public boolean interpreted;

  private int depthLimit;

  /** Hands over to the owner, who refills the budget. */
  abstract void refill();

  /** Starts to count for another process. */
  final void resetMeter(int limit) {
    depthLimit = limit;
    left = (long) limit << 32;
    interpreted = false;
  }

  /**
   * Cost units left in this slice; the owner refills it in {@link MemoryOwner#poll}.
   *
   * @return negative when more was used than granted
   */
  public final long budget() {
    return (int) left;
  }

  /**
   * Sets the budget.
   *
   * @param units at most a billion away from 0
   */
  public final void budget(long units) {
    if (units != (int) units) {
      throw new IllegalArgumentException("budget out of range: " + units);
    }
    left += units - budget();
  }

  /**
   * Modelled stack bytes in use.
   *
   * @return bytes, not negative
   */
  public final int depth() {
    return depthLimit - (int) (left - budget() >> 32);
  }

  final void depth(int bytes) {
    left = ((long) (depthLimit - bytes) << 32) + budget();
  }

  /** Takes stack bytes; false when that is over the limit. */
  final boolean enter(int bytes) {
    left -= (long) bytes << 32;
    return depth() <= depthLimit;
  }

  /** Takes from the budget without a poll. */
  final void spend(int cost) {
    left -= cost;
  }

  /** Hands over to the owner; called by compiled code when the budget is below zero. */
  public final void poll() {
    interpreted = false;
    refill();
  }

  final void pollInterpreted() {
    interpreted = true;
    refill();
  }

  /**
   * Called by compiled code when the stack is below zero.
   *
   * @throws GuestTrap always, then
   */
  public final void checkDepth() {
    if (depth() > depthLimit) {
      throw Traps.trap(overflow());
    }
  }

  /** For interpreted code, whose backtrace its interpreter knows. */
  final HostTrap overflow() {
    return new HostTrap(
        TrapKind.STACK_OVERFLOW, "call stack exhausted (limit " + depthLimit + " bytes)");
  }

  /**
   * Takes from the budget and polls when it is used up.
   *
   * @param cost not negative
   */
  public final void charge(long cost) {
    for (long rest = cost; rest > 0; rest -= STEP) {
      spend((int) Math.min(rest, STEP));
      if (budget() < 0) {
        refill();
      }
    }
  }
}
