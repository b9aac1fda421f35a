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
  private static final int LEAVING_ROUNDS = 40;

  /** Wakes, within one poll, all threads that were handed to it. */
  private static final class BatchPoller implements WorkerPoller {
    final ConcurrentLinkedQueue<Thread[]> batches = new ConcurrentLinkedQueue<>();
    private volatile Thread owner;
    private volatile boolean woken;

    @Override
    public void poll(long maxNanos) {
      if (maxNanos > 0) {
        // With 0, it may be another worker in the owner's place.
        owner = Thread.currentThread();
      }
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

  /**
   * A worker that was woken by its own poller stops watching, and its first run is a long one: what
   * another worker held because it was watched is not forgotten.
   */
  @Test
  void watcherThatLeaves_leavesNothingHeld() throws Exception {
    for (int round = 0; round < LEAVING_ROUNDS; round++) {
      BatchPoller[] pollers = {
        new BatchPoller(), new BatchPoller(), new BatchPoller(), new BatchPoller()
      };
      CountDownLatch heldRan = new CountDownLatch(1);
      AtomicBoolean over = new AtomicBoolean();
      try (Scheduler scheduler =
          Scheduler.start(4, SchedulerMode.WORK_STEALING, worker -> pollers[worker])) {
        Thread late = parked(scheduler, () -> busyUntil(heldRan, over));
        Thread first =
            parked(
                scheduler,
                () -> {
                  pollers[1].batches.add(new Thread[] {late});
                  pollers[1].wakeup();
                  busyUntil(heldRan, over);
                });
        Thread held = parked(scheduler, heldRan::countDown);
        scheduler
            .newThread(
                () -> {
                  // For the sake of the timer, another worker watches.
                  scheduler.schedule(TimeUnit.HOURS.toNanos(1), () -> {});
                  busyUntil(new CountDownLatch(1), over);
                })
            .start();
        pollers[3].batches.add(new Thread[] {first, held});
        pollers[3].wakeup();
        boolean ran = heldRan.await(10, TimeUnit.SECONDS);
        over.set(true);
        assertTrue(ran, "round " + round);
      }
    }
  }

  @Test
  void pollerOfABusyWorker_isAskedByTheWatcher() throws Exception {
    BatchPoller[] pollers = {new BatchPoller(), new BatchPoller()};
    try (Scheduler scheduler =
        Scheduler.start(2, SchedulerMode.WORK_STEALING, worker -> pollers[worker])) {
      for (int round = 0; round < LEAVING_ROUNDS; round++) {
        CountDownLatch heard = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        Thread waiting = parked(scheduler, heard::countDown);
        scheduler
            .newThread(
                () -> {
                  // For the sake of the timer, the other worker watches.
                  scheduler.schedule(TimeUnit.HOURS.toNanos(1), () -> {});
                  // No wake-up: whoever waits in this poller would be this worker.
                  pollers[scheduler.currentWorker()].batches.add(new Thread[] {waiting});
                  busyUntil(heard, over);
                })
            .start();
        boolean ran = heard.await(10, TimeUnit.SECONDS);
        over.set(true);
        assertTrue(ran, "round " + round);
      }
    }
  }

  private static Thread parked(Scheduler scheduler, Runnable then) {
    Thread thread =
        scheduler.newThread(
            () -> {
              LockSupport.park();
              then.run();
            });
    thread.start();
    awaitParked(thread);
    return thread;
  }

  /** Keeps its worker, as host code does that blocks. */
  private static void busyUntil(CountDownLatch event, AtomicBoolean over) {
    while (event.getCount() > 0 && !over.get()) {
      Thread.onSpinWait();
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
