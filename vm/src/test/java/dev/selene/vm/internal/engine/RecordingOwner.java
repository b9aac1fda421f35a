package dev.selene.vm.internal.engine;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A process that counts what its guest costs and dies when that is over a limit. */
final class RecordingOwner implements MemoryOwner {
  long slice = 1000;
  long fuelLimit = Long.MAX_VALUE;
  long maxMemory = 1L << 30;
  long ledgerLimit = Long.MAX_VALUE;
  int maxStack = 512 << 10;
  long used;
  long ledger;
  int polls;
  boolean lastInterpreted;
  @Nullable GuestInstance instance;
  @Nullable GuestTrap lastCaught;
  private long granted;
  private final SpareGranules spares;
  private final ProcessContext context =
      (ProcessContext)
          Proxy.newProxyInstance(
              RecordingOwner.class.getClassLoader(),
              new Class<?>[] {ProcessContext.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("catchTrap")) {
                  return catchTrap((int) arguments[0], (int) arguments[1]);
                }
                throw new UnsupportedOperationException(method.getName());
              });

  RecordingOwner() {
    this(new SpareGranules());
  }

  RecordingOwner(SpareGranules spares) {
    this.spares = spares;
  }

  private int catchTrap(int function, int argument) {
    try {
      return Objects.requireNonNull(instance).callGuarded("guarded", function, argument);
    } catch (GuestTrap e) {
      lastCaught = e;
      return 0;
    }
  }

  @Override
  public SpareGranules spareGranules() {
    return spares;
  }

  @Override
  public ProcessContext context() {
    return context;
  }

  @Override
  public void poll(PagedMemory memory) {
    polls++;
    lastInterpreted = memory.interpreted;
    account(memory);
    if (used > fuelLimit) {
      throw new ProcessExit(new ExitReason.OutOfFuel(fuelLimit), true);
    }
  }

  private void account(PagedMemory memory) {
    used += granted - memory.budget();
    granted = slice;
    memory.budget(slice);
  }

  @Override
  public long used(PagedMemory memory) {
    account(memory);
    return used;
  }

  @Override
  public boolean tryCharge(long bytes) {
    if (ledger + bytes > ledgerLimit) {
      return false;
    }
    ledger += bytes;
    return true;
  }

  @Override
  public void release(long bytes) {
    ledger -= bytes;
  }

  @Override
  public long maxMemoryBytes() {
    return maxMemory;
  }

  @Override
  public int maxStackBytes() {
    return maxStack;
  }
}
