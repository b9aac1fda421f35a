package dev.selene.cli;

import dev.selene.vm.Vm;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends all processes in order when the JVM is told to stop (SIGINT, SIGTERM, SIGHUP). The JVM then
 * exits with 128 + the signal's number by itself: 130, 143, 129.
 *
 * <p>Thread-safety: the hook's thread writes the flag, the command's thread reads it.
 */
final class Shutdown implements AutoCloseable {
  private final AtomicBoolean begun = new AtomicBoolean();
  private final Thread hook;

  private Shutdown(Vm vm) {
    hook =
        new Thread(
            () -> {
              begun.set(true);
              vm.close();
            },
            "selene-shutdown");
  }

  static Shutdown closing(Vm vm) {
    Shutdown shutdown = new Shutdown(vm);
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  /** Whether the main process's end is our own doing and needs no report. */
  boolean hasBegun() {
    return begun.get();
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is stopping: the hook runs, or has run.
      begun.set(true);
    }
  }
}
