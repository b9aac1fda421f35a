package dev.selene.vm.internal.process;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work on a pool's thread for a parked process. Three states: {@code PENDING}, then either {@code
 * DONE} (set by the pool's thread, after the result) or {@code ABANDONED} (set by the process when
 * it ends meanwhile). Whoever comes second takes care of the result: the process takes it, or the
 * pool's thread gives it to {@code abandoned}.
 */
final class BlockingCall<T extends @Nullable Object> implements Runnable, Actor.Condition {
  private static final int PENDING = 0;
  private static final int DONE = 1;
  private static final int ABANDONED = 2;

  private final AtomicInteger state = new AtomicInteger(PENDING);
  private final Actor actor;
  private final Callable<T> work;
  private final Consumer<? super T> abandoned;
  private @Nullable T result;
  private @Nullable Throwable failure;

  BlockingCall(Actor actor, Callable<T> work, Consumer<? super T> abandoned) {
    this.actor = actor;
    this.work = work;
    this.abandoned = abandoned;
  }

  @Override
  @SuppressWarnings("NullAway") // T may be nullable; then so is what abandoned takes
  public void run() {
    if (state.get() == ABANDONED) {
      return;
    }
    try {
      result = work.call();
    } catch (Throwable e) {
      failure = e;
    }
    if (state.compareAndSet(PENDING, DONE)) {
      actor.wake();
    } else if (failure == null) {
      abandoned.accept(result);
    }
  }

  @Override
  public boolean holds() {
    return state.get() == DONE;
  }

  @SuppressWarnings("NullAway") // as above
  void abandon() {
    if (!state.compareAndSet(PENDING, ABANDONED) && failure == null) {
      abandoned.accept(result);
    }
  }

  @SuppressWarnings("NullAway") // as above
  T result() throws Exception {
    // Not a switch over patterns, for which the JVM makes a class: each start comes by here.
    if (failure == null) {
      return result;
    } else if (failure instanceof Exception exception) {
      throw exception;
    } else if (failure instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException(failure);
  }
}
