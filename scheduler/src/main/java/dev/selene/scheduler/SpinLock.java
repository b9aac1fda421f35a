package dev.selene.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock for sections of some ten instructions that virtual threads and carriers share.
 *
 * <p><b>Why not</b> {@code ReentrantLock}: it queues. A virtual thread that queued first may be
 * runnable but wait for the very carrier that queued behind it, and then nobody goes on. Here
 * nobody queues: whoever runs can take it. The holder never blocks, parks or yields inside the
 * section, so it is always mounted and the wait is short, unless the operating system takes its
 * core away; therefore waiters give theirs up after a while, but for pinned virtual threads, which
 * cannot. Not reentrant.
 */
final class SpinLock {
  private static final int SPINS_BEFORE_YIELD = 200;
  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through HELD
  private volatile boolean held;

  void lock() {
    int spins = 0;
    while (!HELD.compareAndSet(this, false, true)) {
      if (++spins < SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  void unlock() {
    HELD.setRelease(this, false);
  }
}
