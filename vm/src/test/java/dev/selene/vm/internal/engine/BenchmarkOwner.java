package dev.selene.vm.internal.engine;

import dev.selene.host.ProcessContext;
import java.lang.reflect.Proxy;

/** A process that polls as often as a real one, looks at the clock, and has all it asks for. */
final class BenchmarkOwner implements MemoryOwner {
  private static final long SLICE = 10_000;

  /** Kept, so that reading the clock cannot be left out. */
  long lastPoll;

  private final ProcessContext context =
      (ProcessContext)
          Proxy.newProxyInstance(
              BenchmarkOwner.class.getClassLoader(),
              new Class<?>[] {ProcessContext.class},
              (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  @Override
  public ProcessContext context() {
    return context;
  }

  @Override
  public void poll(PagedMemory memory) {
    lastPoll = System.nanoTime();
    memory.budget(SLICE);
  }

  @Override
  public long used(PagedMemory memory) {
    throw new UnsupportedOperationException("nothing is refused");
  }

  @Override
  public boolean tryCharge(long bytes) {
    return true;
  }

  @Override
  public void release(long bytes) {
    // there is no ledger
  }

  @Override
  public long maxMemoryBytes() {
    return 1L << 30;
  }

  @Override
  public int maxStackBytes() {
    return 512 << 10;
  }
}
