package dev.selene.scheduler;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual threads on the JDK's scheduler, with one platform thread of ours that fires the timers and
 * waits in the poller.
 *
 * <p><b>Lost wake-ups.</b> A timer is added (volatile store of {@link TimerQueue#earliest}) before
 * the poller's wake-up, which is remembered; the thread reads {@code earliest} before each wait.
 */
final class JdkScheduling implements Backend {
  private static final Logger LOG = LoggerFactory.getLogger(JdkScheduling.class);
  private static final long FAILED_POLL_NANOS = 1_000_000;

  private final TimerQueue timers = new TimerQueue();
  private final WorkerPoller poller;
  private final Thread thread;
  private volatile boolean closed;

  JdkScheduling(WorkerPoller.Factory pollers) {
    poller = pollers.create(0);
    thread = new Thread(null, this::run, "selene-timers", 0, false);
    thread.setDaemon(true);
    if (poller instanceof ParkingPoller parking) {
      parking.ownedBy(thread);
    }
  }

  /** Starts the timer thread. */
  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        long now = Clock.now();
        timers.fire(now);
        long earliest = timers.earliest();
        poll(
            earliest == Clock.NEVER ? WorkerPoller.FOR_EVER : Math.max(0, earliest - Clock.now()));
      }
    } finally {
      poller.close();
    }
  }

  private void poll(long maxNanos) {
    try {
      poller.poll(maxNanos);
    } catch (Throwable e) {
      // Without this thread no timer would fire; nor may a failing poller keep a core busy.
      LOG.error("SCHED-011 a poller failed; it is asked again", e);
      LockSupport.parkNanos(this, Math.min(maxNanos, FAILED_POLL_NANOS));
    }
  }

  @Override
  public Thread newThread(Runnable body) {
    return Thread.ofVirtual().inheritInheritableThreadLocals(false).unstarted(body);
  }

  @Override
  public Scheduler.Timeout schedule(long delayNanos, Runnable task) {
    long due = Clock.after(delayNanos);
    Timer timer = timers.add(due, task);
    if (timers.earliest() == due && Thread.currentThread() != thread) {
      poller.wakeup();
    }
    return timer;
  }

  @Override
  public int currentWorker() {
    return 0;
  }

  @Override
  public int workers() {
    return 1;
  }

  @Override
  public void shutdown() {
    closed = true;
    poller.wakeup();
  }

  @Override
  public boolean awaitEnd(long deadline) {
    if (Thread.currentThread() == thread) {
      return true;
    }
    boolean interrupted = false;
    while (thread.isAlive() && Clock.now() < deadline) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(deadline - Clock.now(), 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
