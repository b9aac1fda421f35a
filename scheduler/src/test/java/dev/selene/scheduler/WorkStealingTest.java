package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkStealingTest {
  /** Tasks that throw out of the continuation, which no virtual thread does, harm no worker. */
  @Test
  void aThrowingTask_harmsNoWorker() throws Exception {
    WorkStealing pool = new WorkStealing(1, worker -> new ParkingPoller());
    pool.start();
    CountDownLatch ended = new CountDownLatch(1);
    pool.execute(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    pool.execute(ended::countDown);
    ended.await();
    pool.shutdown();
    assertTrue(pool.awaitEnd(Clock.after(TimeUnit.SECONDS.toNanos(5))));
  }

  /** Every task submits others from where it runs; none is lost, none runs twice. */
  @Test
  void submissionsFromWorkers_runExactlyOnce() throws Exception {
    for (int workers = 1; workers <= 4; workers++) {
      WorkStealing pool = new WorkStealing(workers, worker -> new ParkingPoller());
      pool.start();
      int leaves = 1 << 16;
      AtomicInteger ran = new AtomicInteger();
      CountDownLatch ended = new CountDownLatch(leaves);
      pool.execute(new Split(pool, leaves, ran, ended));
      ended.await();
      assertEquals(leaves, ran.get());
      pool.shutdown();
      assertTrue(pool.awaitEnd(Clock.after(TimeUnit.SECONDS.toNanos(5))));
    }
  }

  private record Split(WorkStealing pool, int leaves, AtomicInteger ran, CountDownLatch ended)
      implements Runnable {
    @Override
    public void run() {
      if (leaves == 1) {
        ran.incrementAndGet();
        ended.countDown();
        return;
      }
      pool.execute(new Split(pool, leaves / 2, ran, ended));
      pool.execute(new Split(pool, leaves - leaves / 2, ran, ended));
    }
  }

  @Test
  void idleWorkers_useNoProcessorTime() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (Scheduler scheduler = Scheduler.start(2, SchedulerMode.WORK_STEALING)) {
      // Traffic through the next slot first, so that a watcher has been at work.
      CountDownLatch done = new CountDownLatch(2);
      for (Thread thread : Echo.pair(scheduler, 10_000, done)) {
        thread.start();
      }
      done.await();
      long quiet = Long.MAX_VALUE;
      // The best of a few: the machine may be slow to let the workers go to sleep.
      for (int i = 0; i < 10 && quiet > 0; i++) {
        long before = carrierNanos(threads);
        LockSupport.parkNanos(200_000_000);
        quiet = Math.min(quiet, carrierNanos(threads) - before);
      }
      assertEquals(0, quiet, "processor time of idle workers in 200 ms");
    }
  }

  private static long carrierNanos(ThreadMXBean threads) {
    long nanos = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread instanceof CarrierThread) {
        nanos += threads.getThreadCpuTime(thread.threadId());
      }
    }
    return nanos;
  }

  @Test
  void deepRecursion_fitsOnTheCarriersStack() throws Exception {
    try (Scheduler scheduler = Scheduler.start(1, SchedulerMode.WORK_STEALING)) {
      AtomicInteger reached = new AtomicInteger();
      Thread thread = scheduler.newThread(() -> reached.set(depth(200_000)));
      thread.start();
      thread.join();
      assertEquals(200_000, reached.get());
    }
  }

  private static int depth(int more) {
    return more == 0 ? 0 : 1 + depth(more - 1);
  }

  /** Events that a poller hands over reach their threads, whether the workers are busy or idle. */
  @Test
  void poller_isAskedByIdleAndByBusyWorkers_andClosedAtTheEnd() throws Exception {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger blockingPolls = new AtomicInteger();
    ConcurrentLinkedQueue<Thread> events = new ConcurrentLinkedQueue<>();
    EventPoller[] pollers = new EventPoller[2];
    try (Scheduler scheduler =
        Scheduler.start(
            2,
            SchedulerMode.WORK_STEALING,
            worker -> pollers[worker] = new EventPoller(events, open, blockingPolls))) {
      for (int loops : new int[] {0, 4}) {
        BusyLoops busy = BusyLoops.start(scheduler, loops);
        AtomicLong wakes = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(1);
        int rounds = 300;
        Thread thread =
            scheduler.newThread(
                () -> {
                  while (wakes.get() < rounds) {
                    LockSupport.park();
                  }
                  ended.countDown();
                });
        thread.start();
        for (int i = 0; i < rounds; i++) {
          wakes.incrementAndGet();
          events.add(thread);
          pollers[i % 2].wakeup();
        }
        ended.await();
        busy.stop();
      }
      assertTrue(blockingPolls.get() > 0);
    }
    assertEquals(0, open.get());
  }

  private static final class EventPoller implements WorkerPoller {
    private final ConcurrentLinkedQueue<Thread> events;
    private final AtomicInteger open;
    private final AtomicInteger blockingPolls;
    private final Semaphore wakeups = new Semaphore(0);

    EventPoller(
        ConcurrentLinkedQueue<Thread> events, AtomicInteger open, AtomicInteger blockingPolls) {
      this.events = events;
      this.open = open;
      this.blockingPolls = blockingPolls;
      open.incrementAndGet();
    }

    @Override
    public void poll(long maxNanos) {
      if (maxNanos > 0) {
        blockingPolls.incrementAndGet();
        try {
          if (wakeups.tryAcquire(maxNanos, TimeUnit.NANOSECONDS)) {
            wakeups.drainPermits();
          }
        } catch (InterruptedException e) {
          throw new AssertionError("nobody interrupts a worker", e);
        }
      }
      for (Thread thread = events.poll(); thread != null; thread = events.poll()) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void wakeup() {
      wakeups.release();
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }
}
