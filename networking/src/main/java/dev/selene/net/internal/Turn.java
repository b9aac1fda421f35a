package dev.selene.net.internal;

import dev.selene.host.ProcessContext;
import dev.selene.host.Waker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A lock that parks processes: whose turn it is to read from, or write to, a shared socket. First
 * come, first served.
 *
 * <p><b>Ownership.</b> {@code holder} is moved by compare-and-set from null, and back to null by
 * its holder. {@code waiting} is guarded by this object's monitor, {@code waiters} counts it.
 *
 * <p><b>Ordering.</b> A leaver clears {@code holder} and then looks at {@code waiters}; who comes
 * raises {@code waiters} and then looks at {@code holder}. So one of them passes the turn on.
 */
public final class Turn {
  private static final VarHandle HOLDER;

  static {
    try {
      HOLDER = MethodHandles.lookup().findVarHandle(Turn.class, "holder", Waker.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through HOLDER
  private volatile @Nullable Waker holder;

  private volatile int waiters;
  private @Nullable ArrayDeque<Waker> waiting;

  /** A turn that nobody has. */
  public Turn() {}

  /**
   * Waits for the turn.
   *
   * @param process the calling process
   * @param me the calling process's waker, the same for {@link #leave}
   * @param deadline of {@link Deadline}
   * @return false when the time is over
   */
  public boolean enter(ProcessContext process, Waker me, long deadline) {
    return tryEnter(me) || queue(process, me, deadline);
  }

  /**
   * Takes the turn if that needs no waiting.
   *
   * @param me the calling process's waker
   * @return false when another process has it, or waits for it
   */
  public boolean tryEnter(Waker me) {
    return waiters == 0 && HOLDER.compareAndSet(this, (Waker) null, me);
  }

  private boolean queue(ProcessContext process, Waker me, long deadline) {
    synchronized (this) {
      if (waiting == null) {
        waiting = new ArrayDeque<>(2);
      }
      waiting.add(me);
      waiters = waiting.size();
    }
    boolean mine = false;
    try {
      passOn();
      while (holder != me) {
        if (deadline == Deadline.NEVER) {
          process.park(-1);
        } else {
          long left = Deadline.left(deadline);
          if (left == 0) {
            break;
          }
          process.park(left);
        }
      }
      mine = holder == me;
      return mine;
    } finally {
      if (!mine) {
        giveUp(me);
      }
    }
  }

  /** The end of waiting by timeout or death; the turn may have come at the last moment. */
  private void giveUp(Waker me) {
    boolean queued;
    synchronized (this) {
      queued = waiting != null && waiting.remove(me);
      waiters = waiting == null ? 0 : waiting.size();
    }
    if (!queued) {
      leave();
    }
  }

  /** Ends the turn. The holder only. */
  public void leave() {
    holder = null;
    if (waiters != 0) {
      passOn();
    }
  }

  private synchronized void passOn() {
    Waker first = waiting == null ? null : waiting.peekFirst();
    if (first != null && waiting != null && HOLDER.compareAndSet(this, (Waker) null, first)) {
      waiting.removeFirst();
      waiters = waiting.size();
      first.wake();
    }
  }
}
