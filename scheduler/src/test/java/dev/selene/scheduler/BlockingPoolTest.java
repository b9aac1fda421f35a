package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingPoolTest {
  @Test
  void execute_runsUpToTheBound_queuesUpToTheNext_andRefusesMore() throws Exception {
    try (Scheduler scheduler = Scheduler.start(1, SchedulerMode.AUTO)) {
      Executor pool = scheduler.newBlockingPool("files", 2, 3);
      Semaphore go = new Semaphore(0);
      CountDownLatch running = new CountDownLatch(2);
      AtomicInteger together = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch ended = new CountDownLatch(5);
      for (int i = 0; i < 5; i++) {
        pool.execute(
            () -> {
              most.accumulateAndGet(together.incrementAndGet(), Math::max);
              assertTrue(Thread.currentThread().isDaemon());
              assertFalse(Thread.currentThread().isVirtual());
              running.countDown();
              go.acquireUninterruptibly();
              together.decrementAndGet();
              ended.countDown();
            });
      }
      running.await();
      RejectedExecutionException full =
          assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
      assertTrue(String.valueOf(full.getMessage()).contains("files"), full.getMessage());
      go.release(5);
      ended.await();
      assertEquals(2, most.get());
    }
  }

  @Test
  void execute_withoutQueue_refusesWhenAllThreadsAreBusy() throws Exception {
    try (Scheduler scheduler = Scheduler.start(1, SchedulerMode.AUTO)) {
      Executor pool = scheduler.newBlockingPool("stdin", 1, 0);
      Semaphore go = new Semaphore(0);
      pool.execute(go::acquireUninterruptibly);
      assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
      go.release();
    }
    try (Scheduler scheduler = Scheduler.start(1, SchedulerMode.AUTO)) {
      assertThrows(
          IllegalArgumentException.class, () -> scheduler.newBlockingPool("none", 0, 0));
      assertThrows(
          IllegalArgumentException.class, () -> scheduler.newBlockingPool("none", 1, -1));
    }
  }

  @Test
  void aThrowingTask_harmsNoLaterOne_andAVirtualThreadWaitsForItsAnswer() throws Exception {
    try (Scheduler scheduler = Scheduler.start(1, SchedulerMode.AUTO)) {
      Executor pool = scheduler.newBlockingPool("files", 1, 10);
      CountDownLatch ended = new CountDownLatch(1);
      scheduler
          .newThread(
              () -> {
                Thread self = Thread.currentThread();
                AtomicInteger answer = new AtomicInteger();
                pool.execute(
                    () -> {
                      throw new IllegalStateException("on purpose");
                    });
                pool.execute(
                    () -> {
                      answer.set(42);
                      LockSupport.unpark(self);
                    });
                while (answer.get() != 42) {
                  LockSupport.park();
                }
                ended.countDown();
              })
          .start();
      ended.await();
    }
  }

  @Test
  void close_interruptsWhatRuns_andDropsWhatIsQueued() throws Exception {
    Scheduler scheduler = Scheduler.start(1, SchedulerMode.AUTO);
    Executor pool = scheduler.newBlockingPool("files", 1, 10);
    CountDownLatch running = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    AtomicInteger queued = new AtomicInteger();
    pool.execute(
        () -> {
          running.countDown();
          try {
            new Semaphore(0).acquire();
          } catch (InterruptedException e) {
            interrupted.incrementAndGet();
          }
        });
    pool.execute(queued::incrementAndGet);
    running.await();
    scheduler.close();
    assertEquals(1, interrupted.get());
    assertEquals(0, queued.get());
  }
}
