package dev.selene.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RunQueueTest {
  private record Numbered(int number) implements Runnable {
    @Override
    public void run() {}
  }

  @Test
  void pop_isFirstInFirstOut_acrossGrowthAndTrim() {
    long seed = System.nanoTime();
    System.out.println("RunQueueTest.pop seed=" + seed);
    Random random = new Random(seed);
    RunQueue queue = new RunQueue();
    ArrayDeque<Runnable> model = new ArrayDeque<>();
    for (int step = 0; step < 200_000; step++) {
      // Long swings between full and empty, so that it grows and is trimmed.
      boolean filling = step / 3_000 % 2 == 0;
      if (random.nextInt(10) < (filling ? 7 : 2)) {
        Runnable task = new Numbered(step);
        queue.push(task);
        model.add(task);
      } else {
        assertSame(model.poll(), queue.pop());
        queue.trim();
      }
      assertEquals(model.size(), queue.size());
      assertEquals(model.isEmpty(), queue.isEmpty());
    }
  }

  @Test
  void hasLeftOf_tellsOfTheFirstOnesAlone() {
    RunQueue queue = new RunQueue();
    RunQueue thief = new RunQueue();
    for (int i = 0; i < 4; i++) {
      queue.push(new Numbered(i));
    }
    long four = queue.pushed();
    queue.push(new Numbered(4));
    queue.pop();
    queue.pop();
    queue.pop();
    assertTrue(queue.hasLeftOf(four));
    assertEquals(1, queue.stealTo(thief, 1));
    assertFalse(queue.hasLeftOf(four));
    assertFalse(queue.isEmpty());
  }

  @Test
  void stealTo_takesTheOlderHalf_upToTheLimit() {
    RunQueue victim = new RunQueue();
    RunQueue thief = new RunQueue();
    for (int i = 0; i < 10; i++) {
      victim.push(new Numbered(i));
    }
    assertEquals(5, victim.stealTo(thief, RunQueue.MAX_STEAL));
    assertEquals(2, victim.stealTo(thief, 2));
    for (int i = 0; i < 7; i++) {
      assertEquals(new Numbered(i), thief.pop());
    }
    assertNull(thief.pop());
    assertEquals(new Numbered(7), victim.pop());
    assertEquals(2, victim.size());
    assertEquals(1, victim.stealTo(thief, RunQueue.MAX_STEAL));
    assertEquals(1, victim.stealTo(thief, RunQueue.MAX_STEAL));
    assertEquals(0, victim.stealTo(thief, RunQueue.MAX_STEAL));
    assertTrue(victim.isEmpty());
  }

  @Test
  @Timeout(60)
  void stealStorm_takesEveryTaskExactlyOnce() throws InterruptedException {
    long seed = System.nanoTime();
    System.out.println("RunQueueTest.stealStorm seed=" + seed);
    int tasks = 2_000_000;
    AtomicIntegerArray taken = new AtomicIntegerArray(tasks);
    RunQueue victim = new RunQueue();
    boolean[] pushed = new boolean[1];
    List<Thread> thieves = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread thief =
          new Thread(
              () -> {
                RunQueue own = new RunQueue();
                boolean more = true;
                while (more) {
                  synchronized (pushed) {
                    more = !pushed[0];
                  }
                  for (int round = 0; round < 100; round++) {
                    more |= victim.stealTo(own, RunQueue.MAX_STEAL) > 0;
                    takeAll(own, taken);
                    own.trim();
                  }
                }
              });
      thief.start();
      thieves.add(thief);
    }
    Random random = new Random(seed);
    int next = 0;
    while (next < tasks) {
      for (int i = random.nextInt(600); i > 0 && next < tasks; i--) {
        victim.push(new Numbered(next++));
      }
      for (int i = random.nextInt(600); i > 0; i--) {
        if (victim.pop() instanceof Numbered task) {
          taken.incrementAndGet(task.number());
        } else {
          victim.trim();
        }
      }
    }
    synchronized (pushed) {
      pushed[0] = true;
    }
    for (Thread thief : thieves) {
      thief.join();
    }
    takeAll(victim, taken);
    for (int i = 0; i < tasks; i++) {
      assertEquals(1, taken.get(i), () -> "how often one task was taken, seed=" + seed);
    }
    assertFalse(victim.size() > 0);
  }

  private static void takeAll(RunQueue queue, AtomicIntegerArray taken) {
    while (queue.pop() instanceof Numbered task) {
      taken.incrementAndGet(task.number());
    }
  }
}
