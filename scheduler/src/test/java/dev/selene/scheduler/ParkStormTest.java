package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No wake-up is lost: with one lost, these do not end. */
@Timeout(120)
class ParkStormTest {
  @ParameterizedTest
  @EnumSource(value = SchedulerMode.class, names = {"WORK_STEALING", "JDK"})
  void manyPairs_playPingPongToTheEnd(SchedulerMode mode) throws Exception {
    for (int workers = 1; workers <= 4; workers++) {
      for (int pairs : new int[] {1, 2, 7, 200}) {
        try (Scheduler scheduler = Scheduler.start(workers, mode)) {
          CountDownLatch done = new CountDownLatch(2 * pairs);
          for (int i = 0; i < pairs; i++) {
            for (Thread thread : Echo.pair(scheduler, 40_000 / pairs, done)) {
              thread.start();
            }
          }
          done.await();
        }
      }
    }
  }

  /** The other half of the pair is a platform thread, so workers sleep and wake all the time. */
  @ParameterizedTest
  @EnumSource(value = SchedulerMode.class, names = {"WORK_STEALING", "JDK"})
  void wakesFromOutside_reachSleepingWorkers(SchedulerMode mode) throws Exception {
    try (Scheduler scheduler = Scheduler.start(2, mode)) {
      int rounds = 20_000;
      AtomicInteger turn = new AtomicInteger();
      Thread outside = Thread.currentThread();
      Thread inside =
          scheduler.newThread(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  while (turn.get() != 2 * i + 1) {
                    LockSupport.park();
                  }
                  turn.incrementAndGet();
                  LockSupport.unpark(outside);
                }
              });
      inside.start();
      for (int i = 0; i < rounds; i++) {
        turn.incrementAndGet();
        LockSupport.unpark(inside);
        while (turn.get() != 2 * i + 2) {
          LockSupport.park();
        }
      }
      inside.join();
      assertEquals(2 * rounds, turn.get());
    }
  }

  /** Tokens wander through a net of threads; each hop wakes one, now and then by a timer. */
  @ParameterizedTest
  @EnumSource(value = SchedulerMode.class, names = {"WORK_STEALING", "JDK"})
  void wanderingTokens_makeAllTheirHops(SchedulerMode mode) throws Exception {
    long seed = System.nanoTime();
    System.out.println("ParkStormTest.wanderingTokens " + mode + " seed=" + seed);
    for (int workers = 1; workers <= 4; workers++) {
      try (Scheduler scheduler = Scheduler.start(workers, mode)) {
        int size = 50;
        int tokens = 7 * workers;
        AtomicInteger hopsLeft = new AtomicInteger(100_000);
        AtomicInteger[] inboxes = new AtomicInteger[size];
        Thread[] threads = new Thread[size];
        for (int i = 0; i < size; i++) {
          inboxes[i] = new AtomicInteger();
        }
        for (int i = 0; i < size; i++) {
          AtomicInteger inbox = inboxes[i];
          Random random = new Random(seed + 31L * i + workers);
          threads[i] =
              scheduler.newThread(
                  () -> {
                    while (hopsLeft.get() > 0) {
                      if (inbox.get() == 0) {
                        LockSupport.park();
                        continue;
                      }
                      inbox.decrementAndGet();
                      hopsLeft.decrementAndGet();
                      int to = random.nextInt(size);
                      Runnable send =
                          () -> {
                            inboxes[to].incrementAndGet();
                            LockSupport.unpark(threads[to]);
                          };
                      switch (random.nextInt(50)) {
                        case 0 -> scheduler.schedule(random.nextInt(200_000), send);
                        case 1 -> {
                          Thread.yield();
                          send.run();
                        }
                        default -> send.run();
                      }
                    }
                    for (Thread other : threads) {
                      LockSupport.unpark(other);
                    }
                  });
        }
        for (int i = 0; i < tokens; i++) {
          inboxes[i % size].incrementAndGet();
        }
        for (Thread thread : threads) {
          thread.start();
        }
        for (Thread thread : threads) {
          thread.join();
        }
      }
    }
  }
}
