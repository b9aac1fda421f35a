package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pinned threads share monitors with the poller of their worker. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PinnedTest {
  private static final int ROUNDS = 200;
  private static final int THREADS = 20;
  private static final int YIELDS = 500;

  /** Takes a monitor at each poll, as selectors do. */
  private static final class LockingPoller implements WorkerPoller {
    private final Object monitor;
    private final Semaphore woken = new Semaphore(0);

    LockingPoller(Object monitor) {
      this.monitor = monitor;
    }

    @Override
    public void poll(long maxNanos) {
      synchronized (monitor) {
        Thread.onSpinWait();
      }
      try {
        if (woken.tryAcquire(maxNanos, TimeUnit.NANOSECONDS)) {
          woken.drainPermits();
        }
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts workers", e);
      }
    }

    @Override
    public void wakeup() {
      woken.release();
    }

    @Override
    public void close() {}
  }

  private static Scheduler start(int workers, Object monitor) {
    Scheduler scheduler =
        Scheduler.start(workers, SchedulerMode.WORK_STEALING, worker -> new LockingPoller(monitor));
    assumeTrue(scheduler.workStealing());
    return scheduler;
  }

  @Test
  void threadThatWaitsForAMonitor_keepsNoOtherFromThePoller() throws InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      Object shared = new Object();
      Object inner = new Object();
      CountDownLatch ended = new CountDownLatch(1);
      try (Scheduler scheduler = start(1, shared)) {
        Thread thread =
            scheduler.newThread(
                () -> {
                  Scheduler.pin();
                  synchronized (shared) {
                    synchronized (inner) {
                      ended.countDown();
                    }
                  }
                  Scheduler.unpin();
                });
        synchronized (inner) {
          thread.start();
          while (thread.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
          }
          // Were it not pinned, the worker would now poll, and wait for the monitor of a thread
          // that waits for the worker.
          LockSupport.parkNanos(100_000);
        }
        assertTrue(ended.await(10, TimeUnit.SECONDS), "round " + round);
      }
    }
  }

  @Test
  void pinnedThreads_parkAndYieldAndAreWoken() throws InterruptedException {
    Object shared = new Object();
    AtomicInteger entered = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(THREADS);
    List<Thread> threads = new ArrayList<>();
    try (Scheduler scheduler = start(2, shared)) {
      for (int i = 0; i < THREADS; i++) {
        Thread thread =
            scheduler.newThread(
                () -> {
                  Scheduler.pin();
                  for (int k = 0; k < YIELDS; k++) {
                    synchronized (shared) {
                      entered.incrementAndGet();
                    }
                    Scheduler.yieldPinned();
                    scheduler.schedule(1_000, () -> LockSupport.unpark(threads.getFirst()));
                  }
                  Scheduler.parkPinned(shared);
                  Scheduler.unpin();
                  ended.countDown();
                });
        threads.add(thread);
      }
      threads.forEach(Thread::start);
      while (ended.getCount() > 0) {
        threads.forEach(LockSupport::unpark);
        ended.await(1, TimeUnit.MILLISECONDS);
      }
      assertEquals(THREADS * YIELDS, entered.get());
    }
  }
}
