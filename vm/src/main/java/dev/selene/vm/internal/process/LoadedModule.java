package dev.selene.vm.internal.process;

import dev.selene.host.GuestModule;
import dev.selene.vm.internal.engine.EngineModule;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A module and how many still use it. The last one to leave closes the engine's part and gives the
 * code's bytes back to the account that paid for them.
 *
 * <p>Thread-safety: any thread.
 */
public final class LoadedModule {
  private final EngineModule engineModule;
  private final Account account;

  /** Guarded by this; 0 once it was given back. */
  private long charge;

  private final AtomicInteger references = new AtomicInteger(1);

  LoadedModule(EngineModule engineModule, Account account, long charge) {
    this.engineModule = engineModule;
    this.account = account;
    this.charge = charge;
  }

  /**
   * Charges compiled code when it is there, whatever the limit says: it cannot be refused any more.
   *
   * @param charged what is charged for it already
   */
  void chargeCompiledCode(long charged) {
    engineModule
        .compilation()
        .whenComplete((done, failure) -> addCharge(engineModule.codeBytes() - charged));
  }

  private synchronized void addCharge(long bytes) {
    if (bytes > 0 && references.get() > 0) {
      account.charge(bytes);
      charge += bytes;
    }
  }

  private synchronized void giveBack() {
    account.release(charge);
    charge = 0;
  }

  /**
   * The engine's part.
   *
   * @return the module
   */
  public EngineModule engineModule() {
    return engineModule;
  }

  /** One more user. Only a user may call this, so the count is not 0. */
  LoadedModule retain() {
    references.incrementAndGet();
    return this;
  }

  /** One user less. */
  public void release() {
    if (references.decrementAndGet() == 0) {
      engineModule.close();
      // a compilation that waits or runs still holds the parsed module
      engineModule.compilation().whenComplete((done, failure) -> giveBack());
    }
  }

  /** A guest's handle. */
  static final class Reference implements GuestModule {
    private final LoadedModule module;
    private final AtomicBoolean closed = new AtomicBoolean();

    Reference(LoadedModule module) {
      this.module = module;
    }

    LoadedModule module() {
      return module;
    }

    @Override
    public GuestModule share() {
      return new Reference(module.retain());
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        module.release();
      }
    }
  }
}
