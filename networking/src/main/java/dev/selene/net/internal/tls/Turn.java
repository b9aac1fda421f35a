package dev.selene.net.internal.tls;

import dev.selene.host.ProcessContext;
import dev.selene.host.Waker;
import java.net.SocketTimeoutException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock of processes: who does not get it parks as a process, so that the worker goes on and a
 * kill is heard. A holder that is killed unwinds through its {@code finally}, which gives it back.
 *
 * <p>States: free or taken. Who finds it taken queues its waker, tries once more, and parks; who
 * gives it back wakes the first in the queue, which stays there until it has the turn or leaves. One
 * that leaves without it, killed or out of time, passes on a wake-up that may have been its own.
 *
 * <p>Thread-safety: any process.
 */
final class Turn {
  private final AtomicBoolean taken = new AtomicBoolean();
  private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();

  /** One place in the queue; compared by identity, since a process may wait only once anyway. */
  private static final class Waiting {
    private final Waker waker;

    private Waiting(Waker waker) {
      this.waker = waker;
    }
  }

  /** Takes the turn if it is free. */
  boolean tryTake() {
    return taken.compareAndSet(false, true);
  }

  /**
   * Takes the turn; parks until it is free.
   *
   * @throws SocketTimeoutException when the deadline came first
   */
  void take(ProcessContext process, Deadline deadline) throws SocketTimeoutException {
    if (tryTake()) {
      return;
    }
    Waiting place = new Waiting(process.waker());
    queue.add(place);
    boolean got = false;
    try {
      got = tryTake();
      while (!got) {
        long left = deadline.left();
        if (left == 0) {
          throw new SocketTimeoutException("another process is using the connection");
        }
        process.park(left);
        got = tryTake();
      }
    } finally {
      queue.remove(place);
      if (!got && !taken.get()) {
        wakeFirst();
      }
    }
  }

  /** Gives the turn back. Holder only. */
  void giveBack() {
    taken.set(false);
    wakeFirst();
  }

  private void wakeFirst() {
    Waiting first = queue.peek();
    if (first != null) {
      first.waker.wake();
    }
  }
}
