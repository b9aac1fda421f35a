package dev.selene.scheduler;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The poller of a worker that waits for nothing but other threads: it parks. */
final class ParkingPoller implements WorkerPoller {
  /** Writer: the owner, before its first park; readers: wakers, who come after that write. */
  private volatile @Nullable Thread owner;

  /** Binds the poller to the thread that will wait in it; before that thread starts. */
  void ownedBy(Thread thread) {
    owner = thread;
  }

  @Override
  public void poll(long maxNanos) {
    if (maxNanos == FOR_EVER) {
      LockSupport.park(this);
    } else if (maxNanos > 0) {
      LockSupport.parkNanos(this, maxNanos);
    }
    // An interrupt would turn every later park into a busy loop, and means nothing here.
    Thread.interrupted();
  }

  @Override
  public void wakeup() {
    LockSupport.unpark(owner);
  }

  @Override
  public void close() {}
}
