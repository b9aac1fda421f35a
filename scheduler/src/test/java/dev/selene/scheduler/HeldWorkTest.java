package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a poll woke is run by another worker when the first of it keeps its own one busy. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeldWorkTest {
  private static final int ROUNDS = 300;

  /** Wakes, within one poll, all threads that were handed to it. */
  private static final class BatchPoller implements WorkerPoller {
    final ConcurrentLinkedQueue<Thread[]> batches = new ConcurrentLinkedQueue<>();
    private volatile Thread owner;
    private volatile boolean woken;

    @Override
    public void poll(long maxNanos) {
      owner = Thread.currentThread();
      if (maxNanos > 0 && batches.isEmpty() && !woken) {
        if (maxNanos == FOR_EVER) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, maxNanos);
        }
      }
      woken = false;
      Thread[] batch = batches.poll();
      if (batch != null) {
        for (Thread thread : batch) {
          LockSupport.unpark(thread);
        }
      }
    }

    @Override
    public void wakeup() {
      woken = true;
      LockSupport.unpark(owner);
    }

    @Override
    public void close() {}
  }

  @Test
  void secondOfABatch_doesNotWaitForTheFirst() throws Exception {
    BatchPoller[] pollers = {new BatchPoller(), new BatchPoller()};
    try (Scheduler scheduler =
        Scheduler.start(2, SchedulerMode.WORK_STEALING, worker -> pollers[worker])) {
      for (int round = 0; round < ROUNDS; round++) {
        AtomicBoolean go = new AtomicBoolean();
        AtomicBoolean secondRan = new AtomicBoolean();
        CountDownLatch parked = new CountDownLatch(2);
        CountDownLatch done = new CountDownLatch(2);
        Thread first =
            scheduler.newThread(
                () -> {
                  parkUntil(go, parked);
                  while (!secondRan.get()) {
                    Thread.onSpinWait();
                  }
                  done.countDown();
                });
        Thread second =
            scheduler.newThread(
                () -> {
                  parkUntil(go, parked);
                  secondRan.set(true);
                  done.countDown();
                });
        first.start();
        second.start();
        assertTrue(parked.await(30, TimeUnit.SECONDS));
        // Had the first not parked yet, it would keep the worker busy whose poll is to wake both.
        awaitParked(first);
        awaitParked(second);
        go.set(true);
        BatchPoller poller = pollers[round % 2];
        poller.batches.add(new Thread[] {first, second});
        poller.wakeup();
        assertTrue(done.await(30, TimeUnit.SECONDS), "round " + round);
      }
    }
  }

  private static void awaitParked(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private static void parkUntil(AtomicBoolean go, CountDownLatch parked) {
    parked.countDown();
    while (!go.get()) {
      LockSupport.park();
    }
  }
}
