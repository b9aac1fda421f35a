package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class SchedulerTest {
  @Test
  void start_auto_stealsWork_sinceTheTestsOpenJavaLang() {
    try (Scheduler scheduler = Scheduler.start(3, SchedulerMode.AUTO)) {
      assertTrue(scheduler.workStealing());
      assertEquals(3, scheduler.workers());
    }
    try (Scheduler scheduler = Scheduler.start(0, SchedulerMode.AUTO)) {
      assertEquals(Runtime.getRuntime().availableProcessors(), scheduler.workers());
    }
    try (Scheduler scheduler = Scheduler.start(3, SchedulerMode.JDK)) {
      assertFalse(scheduler.workStealing());
    }
  }

  @Test
  void start_refusesSillyNumbers() {
    assertThrows(
        IllegalArgumentException.class, () -> Scheduler.start(-1, SchedulerMode.WORK_STEALING));
    assertThrows(
        IllegalArgumentException.class, () -> Scheduler.start(1025, SchedulerMode.WORK_STEALING));
  }

  @ParameterizedTest
  @EnumSource(
      value = SchedulerMode.class,
      names = {"WORK_STEALING", "JDK"})
  void newThread_isVirtual_nameless_andInheritsNothing(SchedulerMode mode) throws Exception {
    InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
    local.set("mine");
    try (Scheduler scheduler = Scheduler.start(2, mode)) {
      AtomicInteger right = new AtomicInteger();
      Thread thread =
          scheduler.newThread(
              () -> {
                if (local.get() == null && Thread.currentThread().isVirtual()) {
                  right.incrementAndGet();
                }
              });
      assertEquals("", thread.getName());
      assertEquals(Thread.State.NEW, thread.getState());
      thread.start();
      thread.join();
      assertEquals(1, right.get());
    }
  }

  /**
   * A tree of threads that start, yield, park, wake and sleep at random: each runs once, to its
   * end.
   */
  @ParameterizedTest
  @EnumSource(
      value = SchedulerMode.class,
      names = {"WORK_STEALING", "JDK"})
  void generatedHistories_runEveryThreadExactlyOnce(SchedulerMode mode) throws Exception {
    long seed = System.nanoTime();
    System.out.println("SchedulerTest.generatedHistories " + mode + " seed=" + seed);
    for (int workers = 1; workers <= 4; workers++) {
      int threads = 20_000;
      AtomicIntegerArray ran = new AtomicIntegerArray(threads);
      AtomicInteger next = new AtomicInteger();
      CountDownLatch ended = new CountDownLatch(threads);
      try (Scheduler scheduler = Scheduler.start(workers, mode)) {
        History history = new History(scheduler, ran, next, ended, seed + workers);
        history.startOne();
        history.startOne();
        // The tree may die out early; then another root goes on.
        while (next.get() < threads) {
          history.startOne();
        }
        ended.await();
      }
      for (int i = 0; i < threads; i++) {
        assertEquals(1, ran.get(i), "runs of thread " + i + " seed=" + seed);
      }
    }
  }

  private record History(
      Scheduler scheduler,
      AtomicIntegerArray ran,
      AtomicInteger next,
      CountDownLatch ended,
      long seed) {
    void startOne() {
      int number = next.getAndIncrement();
      if (number < ran.length()) {
        scheduler.newThread(() -> live(number)).start();
      }
    }

    private void live(int number) {
      Random random = new Random(seed * 31 + number);
      ran.incrementAndGet(number);
      int steps = random.nextInt(8);
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(6)) {
          case 0 -> startOne();
          case 1 -> Thread.yield();
          case 2 -> wakeMyself(random.nextInt(100_000));
          case 3 -> {
            Thread parent = Thread.currentThread();
            AtomicInteger woken = new AtomicInteger();
            scheduler
                .newThread(
                    () -> {
                      woken.set(1);
                      LockSupport.unpark(parent);
                    })
                .start();
            while (woken.get() == 0) {
              LockSupport.park();
            }
          }
          case 4 -> {
            startOne();
            startOne();
          }
          default -> burn(random.nextInt(60_000));
        }
      }
      ended.countDown();
    }

    private void wakeMyself(long nanos) {
      Thread me = Thread.currentThread();
      AtomicInteger woken = new AtomicInteger();
      scheduler.schedule(
          nanos,
          () -> {
            woken.set(1);
            LockSupport.unpark(me);
          });
      while (woken.get() == 0) {
        LockSupport.park();
      }
    }

    private static void burn(long nanos) {
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SchedulerMode.class,
      names = {"WORK_STEALING", "JDK"})
  void submissionsFromOutside_allRun(SchedulerMode mode) throws Exception {
    int each = 20_000;
    CountDownLatch ended = new CountDownLatch(3 * each);
    try (Scheduler scheduler = Scheduler.start(2, mode)) {
      for (int i = 0; i < 3; i++) {
        new Thread(
                () -> {
                  for (int k = 0; k < each; k++) {
                    scheduler.newThread(ended::countDown).start();
                    if (k % 512 == 0) {
                      // Let the workers go to sleep in between.
                      LockSupport.parkNanos(200_000);
                    }
                  }
                })
            .start();
      }
      ended.await();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SchedulerMode.class,
      names = {"WORK_STEALING", "JDK"})
  void aThrowingThread_harmsNoWorker(SchedulerMode mode) throws Exception {
    try (Scheduler scheduler = Scheduler.start(1, mode)) {
      for (int i = 0; i < 100; i++) {
        Thread thread =
            scheduler.newThread(
                () -> {
                  throw new StackOverflowError("on purpose");
                });
        thread.setUncaughtExceptionHandler((who, what) -> {});
        thread.start();
        thread.join();
      }
      CountDownLatch ended = new CountDownLatch(1);
      scheduler.newThread(ended::countDown).start();
      ended.await();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SchedulerMode.class,
      names = {"WORK_STEALING", "JDK"})
  void schedule_firesAllNotEarly_orCancels(SchedulerMode mode) throws Exception {
    long seed = System.nanoTime();
    System.out.println("SchedulerTest.schedule " + mode + " seed=" + seed);
    Random random = new Random(seed);
    int timers = 20_000;
    CountDownLatch ends = new CountDownLatch(timers);
    AtomicInteger early = new AtomicInteger();
    AtomicInteger fired = new AtomicInteger();
    int cancelled = 0;
    try (Scheduler scheduler = Scheduler.start(2, mode)) {
      for (int i = 0; i < timers; i++) {
        long delay = random.nextInt(50_000_000);
        long due = System.nanoTime() + delay;
        Scheduler.Timeout timeout =
            scheduler.schedule(
                delay,
                () -> {
                  if (System.nanoTime() < due) {
                    early.incrementAndGet();
                  }
                  fired.incrementAndGet();
                  ends.countDown();
                });
        if (random.nextInt(4) == 0 && timeout.cancel()) {
          cancelled++;
          ends.countDown();
          assertFalse(timeout.cancel());
        }
      }
      ends.await();
    }
    assertEquals(0, early.get());
    assertEquals(timers, fired.get() + cancelled);
    assertTrue(cancelled > 0);
  }

  @ParameterizedTest
  @EnumSource(
      value = SchedulerMode.class,
      names = {"WORK_STEALING", "JDK"})
  void schedule_isOnTime_whenIdleAndWhenBusy(SchedulerMode mode) throws Exception {
    for (int loops : new int[] {0, mode == SchedulerMode.JDK ? 0 : 4}) {
      try (Scheduler scheduler = Scheduler.start(2, mode)) {
        BusyLoops busy = BusyLoops.start(scheduler, loops);
        long[] late = new long[50];
        for (int i = 0; i < late.length; i++) {
          CountDownLatch fired = new CountDownLatch(1);
          AtomicLong at = new AtomicLong();
          long due = System.nanoTime() + 2_000_000;
          scheduler.schedule(
              2_000_000,
              () -> {
                at.set(System.nanoTime());
                fired.countDown();
              });
          fired.await();
          late[i] = at.get() - due;
        }
        busy.stop();
        java.util.Arrays.sort(late);
        assertTrue(late[0] >= 0, "fired early");
        // A test machine may be loaded; a lost or polled timer would be far beyond this.
        assertTrue(late[late.length / 2] < 20_000_000, "median lateness " + late[late.length / 2]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SchedulerMode.class,
      names = {"WORK_STEALING", "JDK"})
  void close_leavesNoThread_andMayBeCalledTwice(SchedulerMode mode) throws Exception {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    Scheduler scheduler = Scheduler.start(3, mode);
    var pool = scheduler.newBlockingPool("close-test", 2, 2);
    CountDownLatch ran = new CountDownLatch(2);
    pool.execute(ran::countDown);
    scheduler.newThread(ran::countDown).start();
    ran.await();
    scheduler.schedule(Long.MAX_VALUE, () -> {});
    scheduler.close();
    scheduler.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      assertFalse(
          !before.contains(thread) && thread.getName().startsWith("selene-"),
          () -> thread + " is left");
    }
    assertThrows(IllegalStateException.class, () -> scheduler.newBlockingPool("late", 1, 1));
    assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
  }

  @Test
  void close_doesNotHang_whileThreadsAreParkedOrYielding() throws Exception {
    Scheduler scheduler = Scheduler.start(2, SchedulerMode.WORK_STEALING);
    CountDownLatch started = new CountDownLatch(2);
    scheduler
        .newThread(
            () -> {
              started.countDown();
              while (true) {
                Thread.yield();
              }
            })
        .start();
    Thread parked =
        scheduler.newThread(
            () -> {
              started.countDown();
              while (true) {
                LockSupport.park();
              }
            });
    parked.start();
    started.await();
    long begin = System.nanoTime();
    scheduler.close();
    assertTrue(System.nanoTime() - begin < 4_000_000_000L, "close had to give up on a thread");
    assertThrows(RejectedExecutionException.class, () -> scheduler.newThread(() -> {}).start());
  }

  @Test
  void close_calledByAThreadOfItsOwn_returns() throws Exception {
    Scheduler scheduler = Scheduler.start(2, SchedulerMode.WORK_STEALING);
    CountDownLatch closed = new CountDownLatch(1);
    scheduler
        .newThread(
            () -> {
              scheduler.close();
              closed.countDown();
            })
        .start();
    closed.await();
    scheduler.close();
  }
}
