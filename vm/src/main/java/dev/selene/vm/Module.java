package dev.selene.vm;

import dev.selene.vm.internal.engine.EngineModule;
import dev.selene.vm.internal.process.LoadedModule;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A loaded module, shared by all processes that run it. Made by {@link Vm#load}.
 *
 * <p>Thread-safety: any thread.
 */
public final class Module implements AutoCloseable {
  private final LoadedModule loaded;
  private final AtomicBoolean closed = new AtomicBoolean();

  Module(LoadedModule loaded) {
    this.loaded = loaded;
  }

  LoadedModule loaded() {
    if (closed.get()) {
      throw new IllegalStateException("module " + name() + " is closed");
    }
    return loaded;
  }

  private EngineModule engineModule() {
    return loaded.engineModule();
  }

  /**
   * Its name, for people.
   *
   * @return as given to {@link Vm#load}
   */
  public String name() {
    return engineModule().name();
  }

  /**
   * The functions it exports.
   *
   * @return their names, in the order of the export section
   */
  public List<String> exports() {
    return engineModule().exports();
  }

  /**
   * What is in it.
   *
   * @return for {@code selene inspect}
   */
  public ModuleInspection inspect() {
    return ModuleInspection.of(engineModule().inspect());
  }

  /**
   * Completes when compiled code is in use; at once in interpreter mode. Fails when the module
   * cannot be compiled and stays interpreted.
   *
   * @return a future
   */
  public CompletableFuture<Void> compilation() {
    return engineModule().compilation().copy();
  }

  /**
   * Whether compiled code is in use.
   *
   * @return false while it is interpreted
   */
  public boolean compiled() {
    return engineModule().compiled();
  }

  /** Gives it up; processes that run it go on, and its code goes with the last of them. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      loaded.release();
    }
  }
}
