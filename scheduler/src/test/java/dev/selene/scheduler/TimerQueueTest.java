package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TimerQueueTest {
  @Test
  void fire_isInOrderOfTime_andAgreesWithAModel() {
    long seed = System.nanoTime();
    System.out.println("TimerQueueTest.fire seed=" + seed);
    Random random = new Random(seed);
    TimerQueue queue = new TimerQueue();
    TreeMap<Long, Timer> model = new TreeMap<>();
    List<Long> fired = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < 100_000; step++) {
      int choice = random.nextInt(10);
      if (choice < 6) {
        long due = now + random.nextInt(100_000);
        if (!model.containsKey(due)) {
          model.put(due, queue.add(due, () -> fired.add(due)));
        }
      } else if (choice < 9) {
        Long some = model.ceilingKey(now + random.nextInt(100_000));
        if (some != null) {
          Timer timer = model.remove(some);
          assertTrue(timer.cancel());
          assertFalse(timer.cancel(), "a second cancel");
        }
      } else {
        now += random.nextInt(2_000);
        fired.clear();
        queue.fire(now);
        List<Timer> late = new ArrayList<>(model.headMap(now, true).values());
        assertEquals(new ArrayList<>(model.headMap(now, true).keySet()), fired);
        model.headMap(now, true).clear();
        late.forEach(timer -> assertFalse(timer.cancel(), "cancelled after it fired"));
      }
      assertEquals(model.size(), queue.size());
      assertEquals(model.isEmpty() ? Clock.NEVER : model.firstKey(), queue.earliest());
    }
  }

  @Test
  void fire_goesOn_whenATaskThrows() {
    TimerQueue queue = new TimerQueue();
    AtomicInteger fired = new AtomicInteger();
    queue.add(
        1,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    queue.add(2, fired::incrementAndGet);
    queue.fire(2);
    assertEquals(1, fired.get());
  }

  @Test
  @Timeout(60)
  void cancelAndFireRace_hasExactlyOneWinner() throws Exception {
    int rounds = 300;
    int timers = 200;
    TimerQueue queue = new TimerQueue();
    AtomicIntegerArray ends = new AtomicIntegerArray(timers);
    Timer[] set = new Timer[timers];
    CyclicBarrier barrier = new CyclicBarrier(3);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      boolean upwards = i == 0;
      Thread thread =
          new Thread(
              () -> {
                try {
                  for (int round = 0; round < rounds; round++) {
                    barrier.await();
                    for (int k = 0; k < timers; k++) {
                      int timer = upwards ? k : timers - 1 - k;
                      if (set[timer].cancel()) {
                        ends.incrementAndGet(timer);
                      }
                    }
                    barrier.await();
                  }
                } catch (Exception e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (int round = 0; round < rounds; round++) {
      for (int k = 0; k < timers; k++) {
        int timer = k;
        set[k] = queue.add(k, () -> ends.incrementAndGet(timer));
      }
      barrier.await();
      for (int now = 0; now < timers; now++) {
        queue.fire(now);
      }
      barrier.await();
      for (int k = 0; k < timers; k++) {
        assertEquals(round + 1, ends.get(k), "how often timer " + k + " ended");
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(failures.isEmpty(), failures.toString());
    assertEquals(0, queue.size());
  }
}
