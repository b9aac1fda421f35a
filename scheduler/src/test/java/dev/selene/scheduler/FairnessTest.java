package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class FairnessTest {
  @Test
  void echoBesideTwentyEndlessLoops_isQuick_andTheLoopsShareTheRest() throws Exception {
    try (Scheduler scheduler = Scheduler.start(2, SchedulerMode.WORK_STEALING)) {
      BusyLoops loops = BusyLoops.start(scheduler, 20);
      Echo.spacedRoundTrips(scheduler, 500, 200_000);
      long[] before = loops.slices();
      long[] nanos = Echo.spacedRoundTrips(scheduler, 3_000, 300_000);
      long[] after = loops.stop();
      Arrays.sort(nanos);
      long p99 = nanos[nanos.length * 99 / 100];
      assertTrue(p99 <= 500_000, "p99 of the round trip is " + p99 + " ns");
      long[] slices = new long[after.length];
      for (int i = 0; i < slices.length; i++) {
        slices[i] = after[i] - before[i];
      }
      Arrays.sort(slices);
      long most = slices[slices.length - 1];
      assertTrue(slices[0] >= most / 3, "slices of the loops: " + Arrays.toString(slices));
    }
  }

  /** A pair in ping-pong never leaves the worker idle, yet a busy loop gets its slices. */
  @Test
  void pingPong_doesNotStarveAYieldedThread_norAReadyOne() throws Exception {
    try (Scheduler scheduler = Scheduler.start(1, SchedulerMode.WORK_STEALING)) {
      AtomicBoolean stop = new AtomicBoolean();
      Thread[] pair = startEndlessPair(scheduler, stop);
      BusyLoops loop = BusyLoops.start(scheduler, 1);
      CountDownLatch fromOutside = new CountDownLatch(1_000);
      for (int i = 0; i < 1_000; i++) {
        scheduler.newThread(fromOutside::countDown).start();
      }
      fromOutside.await();
      long before = loop.slices()[0];
      long begin = System.nanoTime();
      while (loop.slices()[0] < before + 500) {
        assertTrue(System.nanoTime() - begin < 10_000_000_000L, "the loop starves");
        LockSupport.parkNanos(1_000_000);
      }
      // Woken threads that always find the slot taken: two more pairs make progress as well.
      CountDownLatch others = new CountDownLatch(4);
      for (int i = 0; i < 2; i++) {
        for (Thread thread : Echo.pair(scheduler, 10_000, others)) {
          thread.start();
        }
      }
      others.await();
      loop.stop();
      stop.set(true);
      pair[0].join();
      pair[1].join();
    }
  }

  /** Threads that always find work in their worker's queue do not keep out what is not there. */
  @ParameterizedTest
  @EnumSource(
      value = SchedulerMode.class,
      names = {"WORK_STEALING", "JDK"})
  void threadsThatPassOutside_doNotStarveIt(SchedulerMode mode) throws Exception {
    try (Scheduler scheduler = Scheduler.start(2, mode)) {
      int busy = 4 * Runtime.getRuntime().availableProcessors();
      AtomicBoolean stop = new AtomicBoolean();
      CountDownLatch started = new CountDownLatch(1);
      CountDownLatch ended = new CountDownLatch(busy);
      Thread first = scheduler.newThread(() -> startBusy(scheduler, busy, started, ended, stop));
      first.start();
      started.await();
      try {
        for (int i = 0; i < 20; i++) {
          CountDownLatch heard = new CountDownLatch(1);
          scheduler.newThread(heard::countDown).start();
          assertTrue(heard.await(30, TimeUnit.SECONDS), "what comes from outside starves");
        }
      } finally {
        stop.set(true);
      }
      assertTrue(ended.await(30, TimeUnit.SECONDS));
    }
  }

  private static void startBusy(
      Scheduler scheduler,
      int count,
      CountDownLatch started,
      CountDownLatch ended,
      AtomicBoolean stop) {
    for (int i = 0; i < count; i++) {
      scheduler
          .newThread(
              () -> {
                started.countDown();
                long passed = System.nanoTime();
                while (!stop.get()) {
                  Thread.yield();
                  if (System.nanoTime() - passed > 5_000_000) {
                    scheduler.passOutside();
                    passed = System.nanoTime();
                  }
                }
                ended.countDown();
              })
          .start();
    }
  }

  /** Threads that only yield, without using a slice, do not starve those that use theirs. */
  @Test
  void yieldingWithoutPause_doesNotStarveABusyLoop() throws Exception {
    try (Scheduler scheduler = Scheduler.start(1, SchedulerMode.WORK_STEALING)) {
      AtomicBoolean stop = new AtomicBoolean();
      CountDownLatch ended = new CountDownLatch(3);
      AtomicInteger yields = new AtomicInteger();
      for (int i = 0; i < 3; i++) {
        scheduler
            .newThread(
                () -> {
                  while (!stop.get()) {
                    yields.lazySet(yields.get() + 1);
                    Thread.yield();
                  }
                  ended.countDown();
                })
            .start();
      }
      BusyLoops loop = BusyLoops.start(scheduler, 2);
      long begin = System.nanoTime();
      while (Arrays.stream(loop.slices()).min().orElse(0) < 200 || yields.get() < 1_000) {
        assertTrue(
            System.nanoTime() - begin < 10_000_000_000L,
            () -> "slices " + Arrays.toString(loop.slices()) + " yields " + yields);
        LockSupport.parkNanos(1_000_000);
      }
      loop.stop();
      stop.set(true);
      ended.await();
    }
  }

  /** The woken thread sits in the next slot of a worker that does not come back to it. */
  @Test
  void threadWokenByAStuckThread_isTakenByAnIdleWorker() throws Exception {
    try (Scheduler scheduler = Scheduler.start(2, SchedulerMode.WORK_STEALING)) {
      for (int i = 0; i < 50; i++) {
        CountDownLatch ended = new CountDownLatch(1);
        scheduler
            .newThread(
                () -> {
                  AtomicBoolean answered = new AtomicBoolean();
                  scheduler.newThread(() -> answered.set(true)).start();
                  // Neither yields nor parks: only the other worker can run the one it waits for.
                  while (!answered.get()) {
                    Thread.onSpinWait();
                  }
                  ended.countDown();
                })
            .start();
        ended.await();
        if (i % 5 == 0) {
          // Long enough for both workers to sleep.
          LockSupport.parkNanos(10_000_000);
        }
      }
    }
  }

  /** Timers belong to a worker; those of a stuck one are fired by an idle one. */
  @Test
  void timerOfAStuckWorker_isFiredByAnIdleWorker() throws Exception {
    try (Scheduler scheduler = Scheduler.start(2, SchedulerMode.WORK_STEALING)) {
      CountDownLatch ended = new CountDownLatch(1);
      scheduler
          .newThread(
              () -> {
                AtomicBoolean fired = new AtomicBoolean();
                scheduler.schedule(3_000_000, () -> fired.set(true));
                while (!fired.get()) {
                  Thread.onSpinWait();
                }
                ended.countDown();
              })
          .start();
      ended.await();
    }
  }

  private static Thread[] startEndlessPair(Scheduler scheduler, AtomicBoolean stop) {
    Thread[] pair = new Thread[2];
    AtomicInteger turn = new AtomicInteger();
    for (int side = 0; side < 2; side++) {
      int me = side;
      pair[side] =
          scheduler.newThread(
              () -> {
                while (!stop.get()) {
                  if (turn.get() == me) {
                    turn.set(1 - me);
                    LockSupport.unpark(pair[1 - me]);
                  } else {
                    LockSupport.park();
                  }
                }
                LockSupport.unpark(pair[1 - me]);
              });
    }
    pair[0].start();
    pair[1].start();
    return pair;
  }
}
