package dev.selene.scheduler;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A task in a {@link RunQueue} is taken once, by its owner or by a thief, whatever they do. */
public class RunQueueStress {
  private static final int TASKS = 6;
  private static final int MORE_THAN_FIT = 300;

  /** Notes how often each task was taken. */
  static final class Tasks {
    private final int[] taken = new int[TASKS];

    /** Counts when it runs. */
    record Task(int number) implements Runnable {
      @Override
      public void run() {}
    }

    static Task task(int number) {
      return new Task(number);
    }

    void drain(RunQueue queue) {
      for (Runnable task = queue.pop(); task != null; task = queue.pop()) {
        take(task);
      }
    }

    void take(Runnable task) {
      taken[((Task) task).number()]++;
    }

    boolean eachOnce() {
      for (int count : taken) {
        if (count != 1) {
          return false;
        }
      }
      return true;
    }
  }

  /** The owner pushes and pops while a thief steals, and another goes on with what it left. */
  @JCStressTest
  @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "each task was taken once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a task was lost or taken twice")
  @State
  public static class OwnerAndThieves {
    final RunQueue victim = new RunQueue();
    final RunQueue first = new RunQueue();
    final RunQueue second = new RunQueue();
    final Tasks popped = new Tasks();

    /** Four tasks wait. */
    public OwnerAndThieves() {
      for (int i = 0; i < 4; i++) {
        victim.push(Tasks.task(i));
      }
    }

    /** The owner. */
    @Actor
    public void owner() {
      victim.push(Tasks.task(4));
      Runnable task = victim.pop();
      if (task != null) {
        popped.take(task);
      }
      victim.push(Tasks.task(5));
    }

    /** Thieves, one after the other: jcstress needs a core for each actor. */
    @Actor
    public void thieves() {
      victim.stealTo(first, 1);
      victim.stealTo(second, RunQueue.MAX_STEAL);
    }

    /** Counts. */
    @Arbiter
    public void count(Z_Result result) {
      popped.drain(victim);
      popped.drain(first);
      popped.drain(second);
      result.r1 = popped.eachOnce();
    }
  }

  /** Two thieves go for the same tasks. */
  @JCStressTest
  @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "each task was taken once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a task was lost or taken twice")
  @State
  public static class TwoThieves {
    final RunQueue victim = new RunQueue();
    final RunQueue first = new RunQueue();
    final RunQueue second = new RunQueue();
    final Tasks popped = new Tasks();

    /** All tasks wait. */
    public TwoThieves() {
      for (int i = 0; i < TASKS; i++) {
        victim.push(Tasks.task(i));
      }
    }

    /** A thief. */
    @Actor
    public void thief() {
      victim.stealTo(first, RunQueue.MAX_STEAL);
    }

    /** Another thief. */
    @Actor
    public void otherThief() {
      victim.stealTo(second, RunQueue.MAX_STEAL);
    }

    /** Counts. */
    @Arbiter
    public void count(Z_Result result) {
      popped.drain(victim);
      popped.drain(first);
      popped.drain(second);
      result.r1 = popped.eachOnce();
    }
  }

  /** The owner's ring grows, and is made small again, while a thief steals. */
  @JCStressTest
  @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "each task was taken once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a task was lost or taken twice")
  @State
  public static class GrowingRing {
    final RunQueue victim = new RunQueue();
    final RunQueue stolen = new RunQueue();
    final Tasks popped = new Tasks();

    /** Four tasks wait. */
    public GrowingRing() {
      for (int i = 0; i < 4; i++) {
        victim.push(Tasks.task(i));
      }
    }

    /** The owner. */
    @Actor
    public void owner() {
      victim.makeRoom(MORE_THAN_FIT);
      victim.push(Tasks.task(4));
      popped.drain(victim);
      victim.trim();
      victim.push(Tasks.task(5));
    }

    /** A thief, twice. */
    @Actor
    public void thief() {
      victim.stealTo(stolen, 2);
      victim.stealTo(stolen, RunQueue.MAX_STEAL);
    }

    /** Counts. */
    @Arbiter
    public void count(Z_Result result) {
      popped.drain(victim);
      popped.drain(stolen);
      result.r1 = popped.eachOnce();
    }
  }
}
