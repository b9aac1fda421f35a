package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessExit;
import dev.selene.scheduler.Scheduler;
import dev.selene.vm.internal.engine.PagedMemory;

/**
 * One process's fuel and time slices.
 *
 * <p>Compiled and interpreted code count down {@link PagedMemory#budget()} and call {@link #poll}
 * below zero. There the process pays for its fuel, looks at its signals, and yields when its slice
 * is over. Fuel is what was granted less what is left in the budget, so it does not depend on where
 * slices end.
 *
 * <p>Ownership: the process's own thread. {@link #granted} may be read by any thread, and may be a
 * little old then.
 */
final class Metering {
  /** How long a process runs before it goes to the end of the queue. */
  private static final long SLICE_NANOS = 50_000;

  /** Instructions between two looks at the clock; interpreted ones take about 50 times longer. */
  private static final int COMPILED_QUANTUM = 10_000;

  private static final int INTERPRETED_QUANTUM = 250;

  /** How often a process makes way for what comes from outside, where that would starve. */
  private static final long OUTSIDE_NANOS = 10_000_000;

  private final GuestProcess process;
  private final boolean fuelIsLimited;
  private final boolean outsideStarves;
  private long sliceStart;

  /** When the process last made way for what comes from outside; 0 before its first poll. */
  private long lastOutside;

  private long granted;

  Metering(GuestProcess process) {
    this.process = process;
    this.fuelIsLimited = process.account().limitsFuel();
    this.outsideStarves = process.system().outsideStarves();
  }

  void poll(PagedMemory memory) {
    if (process.hasSignals()) {
      process.applySignals();
    }
    long now = System.nanoTime();
    if (outsideStarves && makesWay(now)) {
      process.system().passOutside();
      sliceStart = System.nanoTime();
      lastOutside = sliceStart;
      if (process.hasSignals()) {
        process.applySignals();
      }
    } else if (sliceStart == 0) {
      sliceStart = now;
    } else if (now - sliceStart > SLICE_NANOS) {
      Scheduler.yieldPinned();
      sliceStart = System.nanoTime();
      if (process.hasSignals()) {
        process.applySignals();
      }
    }
    refill(memory);
  }

  /** Also for those who park: two that wake each other never leave their worker idle. */
  private boolean makesWay(long now) {
    if (lastOutside == 0) {
      lastOutside = now;
    }
    return now - lastOutside > OUTSIDE_NANOS;
  }

  private void refill(PagedMemory memory) {
    long quantum = memory.interpreted ? INTERPRETED_QUANTUM : COMPILED_QUANTUM;
    if (!fuelIsLimited) {
      long grant = quantum - memory.budget();
      granted += grant;
      memory.budget(memory.budget() + grant);
      return;
    }
    Account account = process.account();
    while (memory.budget() < 0) {
      long grant = account.takeFuel(Math.max(quantum, -memory.budget()));
      if (grant == 0) {
        throw new ProcessExit(new ExitReason.OutOfFuel(account.exhaustedFuelLimit()), true);
      }
      granted += grant;
      memory.budget(memory.budget() + grant);
    }
  }

  /** Takes back what was granted and not used. */
  void settle(PagedMemory memory) {
    if (memory.budget() > 0) {
      granted -= memory.budget();
      if (fuelIsLimited) {
        process.account().returnFuel(memory.budget());
      }
      memory.budget(0);
    }
  }

  /** Ends the slice now. */
  void endSlice() {
    Scheduler.yieldPinned();
    sliceStart = System.nanoTime();
  }

  /** The process was parked: its next slice starts with its next poll. */
  void wasParked() {
    sliceStart = 0;
  }

  /** Instructions granted so far; at most a slice more than what was used. */
  long granted() {
    return granted;
  }

  boolean fuelIsLimited() {
    return fuelIsLimited;
  }
}
