package dev.selene.vm.internal.process;

import dev.selene.host.ProcessConfig;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One ledger: memory, fuel, processes and handles of a subtree of processes. The root is the whole
 * virtual machine. A process whose configuration sets a limit of its own opens an account below its
 * creator's; one that sets none shares its creator's. So a charge walks as many accounts as limits
 * are nested, not as many as there are ancestors, and nesting is bounded by {@link #MAX_DEPTH}.
 *
 * <p>Ownership: any thread. Every counter is an atomic; a charge that a level refuses is taken back
 * from the levels below it, so that the sums stay exact. A charge and its release are always made
 * to the same account.
 */
final class Account {
  /** How many accounts may be nested; a hostile chain of spawns ends here with an error. */
  static final int MAX_DEPTH = 64;

  /** Instructions in a unit of fuel. */
  static final long INSTRUCTIONS_PER_UNIT = 100_000;

  private final @Nullable Account parent;
  private final int depth;
  private final long maxBytes;
  private final long maxFuelUnits;
  private final long maxProcesses;
  private final long maxHandles;
  private final boolean limitsHandles;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong fuelLeft;
  private final AtomicLong processes = new AtomicLong();
  private final AtomicLong handles = new AtomicLong();

  private Account(
      @Nullable Account parent,
      long maxBytes,
      long maxFuelUnits,
      long maxProcesses,
      long maxHandles) {
    this.parent = parent;
    this.depth = parent == null ? 0 : parent.depth + 1;
    this.maxBytes = maxBytes;
    this.maxFuelUnits = maxFuelUnits;
    this.maxProcesses = maxProcesses;
    this.maxHandles = maxHandles;
    this.limitsHandles = maxHandles != Long.MAX_VALUE || parent != null && parent.limitsHandles;
    this.fuelLeft = new AtomicLong(instructions(maxFuelUnits));
  }

  private static long instructions(long units) {
    return units > Long.MAX_VALUE / INSTRUCTIONS_PER_UNIT
        ? Long.MAX_VALUE
        : units * INSTRUCTIONS_PER_UNIT;
  }

  static Account root(long maxBytes) {
    return new Account(null, maxBytes, 0, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /**
   * The account for a process with this configuration, below its creator's.
   *
   * @return null when limits are nested too deeply
   */
  @Nullable Account forChild(ProcessConfig config, @Nullable ProcessConfig creator) {
    boolean memory =
        config.maxMemoryBytes() < ProcessConfig.DEFAULT_MAX_MEMORY
            && (creator == null || config.maxMemoryBytes() != creator.maxMemoryBytes());
    boolean fuel =
        config.maxFuel() != 0 && (creator == null || config.maxFuel() != creator.maxFuel());
    boolean count =
        config.maxProcesses() != Long.MAX_VALUE
            && (creator == null || config.maxProcesses() != creator.maxProcesses());
    boolean handles =
        config.maxHandles() < ProcessConfig.DEFAULT_MAX_HANDLES
            && (creator == null || config.maxHandles() != creator.maxHandles());
    if (!memory && !fuel && !count && !handles) {
      return this;
    }
    return depth >= MAX_DEPTH
        ? null
        : new Account(
            this,
            memory ? config.maxMemoryBytes() : Long.MAX_VALUE,
            fuel ? config.maxFuel() : 0,
            count ? config.maxProcesses() : Long.MAX_VALUE,
            handles ? config.maxHandles() : Long.MAX_VALUE);
  }

  /** Charges bytes at every level, or at none. */
  boolean tryCharge(long amount) {
    for (Account level = this; level != null; level = level.parent) {
      long now = level.bytes.addAndGet(amount);
      if (now > level.maxBytes || now < 0) {
        for (Account undo = this; undo != level; undo = parentOf(undo)) {
          undo.bytes.addAndGet(-amount);
        }
        level.bytes.addAndGet(-amount);
        return false;
      }
    }
    return true;
  }

  /**
   * Charges bytes at every level, whatever the limits.
   *
   * @return false when some level is over its limit now; the caller gives the bytes back
   */
  boolean charge(long amount) {
    boolean within = true;
    for (Account level = this; level != null; level = level.parent) {
      within &= level.bytes.addAndGet(amount) <= level.maxBytes;
    }
    return within;
  }

  void release(long amount) {
    for (Account level = this; level != null; level = level.parent) {
      level.bytes.addAndGet(-amount);
    }
  }

  private static Account parentOf(Account account) {
    if (account.parent == null) {
      throw new IllegalStateException("the root account has no parent");
    }
    return account.parent;
  }

  /** Counts a process in at every level, or at none. */
  boolean tryAddProcess() {
    for (Account level = this; level != null; level = level.parent) {
      if (level.processes.incrementAndGet() > level.maxProcesses) {
        for (Account undo = this; undo != level; undo = parentOf(undo)) {
          undo.processes.decrementAndGet();
        }
        level.processes.decrementAndGet();
        return false;
      }
    }
    return true;
  }

  void removeProcess() {
    for (Account level = this; level != null; level = level.parent) {
      level.processes.decrementAndGet();
    }
  }

  /**
   * Counts an open handle in at every level, or at none. Where no level has a limit nothing is
   * counted: messages, timers and errors are handles, too, and most of them are nobody's concern.
   */
  boolean tryAddHandle() {
    if (!limitsHandles) {
      return true;
    }
    for (Account level = this; level != null; level = level.parent) {
      if (level.handles.incrementAndGet() > level.maxHandles) {
        for (Account undo = this; undo != level; undo = parentOf(undo)) {
          undo.handles.decrementAndGet();
        }
        level.handles.decrementAndGet();
        return false;
      }
    }
    return true;
  }

  void removeHandles(long count) {
    if (!limitsHandles) {
      return;
    }
    for (Account level = this; level != null; level = level.parent) {
      level.handles.addAndGet(-count);
    }
  }

  /** The smallest limit of handles on the way up. */
  long handleLimit() {
    long limit = maxHandles;
    for (Account level = parent; level != null; level = level.parent) {
      limit = Math.min(limit, level.maxHandles);
    }
    return limit;
  }

  long handles() {
    return handles.get();
  }

  /** Whether any level limits fuel. */
  boolean limitsFuel() {
    for (Account level = this; level != null; level = level.parent) {
      if (level.maxFuelUnits != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes fuel out of every level that limits it.
   *
   * @param wanted instructions
   * @return at most so many; 0 when some level has none left
   */
  long takeFuel(long wanted) {
    long got = wanted;
    for (Account level = this; level != null; level = level.parent) {
      if (level.maxFuelUnits != 0) {
        long taken = level.takeOwnFuel(got);
        if (taken < got) {
          long surplus = got - taken;
          for (Account undo = this; undo != level; undo = parentOf(undo)) {
            undo.returnOwnFuel(surplus);
          }
          got = taken;
        }
      }
    }
    return got;
  }

  private long takeOwnFuel(long wanted) {
    while (true) {
      long left = fuelLeft.get();
      long taken = Math.min(left, wanted);
      if (taken <= 0) {
        return 0;
      }
      if (fuelLeft.compareAndSet(left, left - taken)) {
        return taken;
      }
    }
  }

  private void returnOwnFuel(long amount) {
    if (maxFuelUnits != 0) {
      fuelLeft.addAndGet(amount);
    }
  }

  /** Instructions left at the level that has least; the largest number without a limit. */
  long fuelLeft() {
    long least = Long.MAX_VALUE;
    for (Account level = this; level != null; level = level.parent) {
      if (level.maxFuelUnits != 0) {
        least = Math.min(least, Math.max(0, level.fuelLeft.get()));
      }
    }
    return least;
  }

  void returnFuel(long amount) {
    for (Account level = this; level != null; level = level.parent) {
      level.returnOwnFuel(amount);
    }
  }

  /** The limit, in units, that a process of this account has run into. */
  long exhaustedFuelLimit() {
    for (Account level = this; level != null; level = level.parent) {
      if (level.maxFuelUnits != 0 && level.fuelLeft.get() <= 0) {
        return level.maxFuelUnits;
      }
    }
    return 0;
  }

  /** The smallest memory limit on the way up; what an out-of-memory reason names. */
  long memoryLimit() {
    long limit = maxBytes;
    for (Account level = parent; level != null; level = level.parent) {
      limit = Math.min(limit, level.maxBytes);
    }
    return limit;
  }

  long bytes() {
    return bytes.get();
  }

  long processes() {
    return processes.get();
  }
}
