package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import org.jspecify.annotations.Nullable;

/**
 * How far a new process is with its instance, and the parent that waits for that because a start
 * function runs.
 *
 * <p>Ownership: the process's own thread; the parent names itself before the start. {@code over} is
 * written after {@code failure} and read by the parent, which reads {@code failure} afterwards.
 */
final class Instantiation implements Actor.Condition {
  private @Nullable Actor waiter;
  private @Nullable String failure;
  private boolean running;
  private volatile boolean over;

  /** Asks to be woken when it is over, either way. Parent only, before the start. */
  void wake(Actor parent) {
    waiter = parent;
  }

  void begin() {
    running = true;
  }

  /** There is an instance. */
  void succeed() {
    running = false;
    tell();
  }

  void fail(String reason) {
    failure = reason;
  }

  boolean isRunning() {
    return running;
  }

  /** Whether it is over, either way. Any thread. */
  @Override
  public boolean holds() {
    return over;
  }

  /** Why there is no instance; null when there is one. Valid after it is over. */
  @Nullable String failure() {
    return failure;
  }

  /**
   * The process ends.
   *
   * @param reason tells why there is no instance, unless that is known better, or there is one
   * @return who waits for it in vain; null for nobody
   */
  @Nullable Actor end(ExitReason reason) {
    if (over) {
      return null;
    }
    if (failure == null) {
      failure = Texts.message(reason.describe());
    }
    return waiter;
  }

  /** Wakes who waits. */
  void tell() {
    over = true;
    if (waiter != null) {
      waiter.wake();
      waiter = null;
    }
  }
}
