package dev.selene.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A worker's queue of runnable tasks: first in, first out, and open to thieves.
 *
 * <p><b>Ownership.</b> One thread owns the queue: it alone calls {@link #push}, {@link #pop},
 * {@link #trim} and passes the queue as {@code thief} to another's {@link #stealTo}. Any thread may
 * call {@link #stealTo} on the victim, {@link #isEmpty} and {@link #size}.
 *
 * <p><b>States.</b> Tasks live in {@code ring[index & (length - 1)]} for {@code head <= index <
 * tail}. Both counters only grow, so a compare-and-set of {@code head} cannot be fooled by a value
 * that came back. {@code head}: writers owner and thieves, by compare-and-set; {@code tail}: writer
 * owner, volatile; {@code ring}: writer owner, volatile; its elements: writer owner, opaque.
 *
 * <p><b>Exactly once.</b> A task is taken by whoever moves {@code head} over it. A taker reads
 * {@code head}, then {@code tail}, then {@code ring}, then the elements, and last moves {@code
 * head} from the value it read. The owner overwrites or clears an element, or leaves it out of a
 * new ring, only when {@code head} has passed it; then the taker's compare-and-set fails and what
 * it read is thrown away. So what it keeps was in the queue throughout. (RunQueueTest, stealStorm.)
 *
 * <p><b>Ordering.</b> {@link #push} ends with a volatile store, which is ordered before the load by
 * which the pusher then looks for idle workers; see {@link WorkStealing}.
 *
 * <p><b>Why not</b> a bounded ring with an overflow queue: a hundred thousand threads woken at once
 * would all pay for the overflow, and those that used up their slice would overtake others by it.
 * So the ring grows. A thief takes half, but no more than {@link #MAX_STEAL}: the copy comes before
 * the compare-and-set, and over a long copy the owner always wins.
 */
final class RunQueue {
  /** The most tasks one theft moves. */
  static final int MAX_STEAL = 64;

  private static final int SMALLEST_RING = 256;
  private static final VarHandle HEAD;
  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Runnable[].class);

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(RunQueue.class, "head", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Runnable[] ring = new Runnable[SMALLEST_RING];
  private volatile long head;
  private volatile long tail;

  /** No element below this index is kept in the ring. Owner only. */
  private long trimmed;

  /** Appends a task. Owner only. */
  void push(Runnable task) {
    long end = tail;
    @Nullable Runnable[] tasks = ringFor(end, 1);
    ELEMENT.setOpaque(tasks, (int) end & (tasks.length - 1), task);
    tail = end + 1;
  }

  /**
   * Makes sure that so many more tasks can be pushed without memory being allocated. Owner only.
   */
  void makeRoom(int tasks) {
    ringFor(tail, tasks);
  }

  /** Takes the oldest task. Owner only. */
  @Nullable Runnable pop() {
    while (true) {
      long first = head;
      if (first == tail) {
        return null;
      }
      @Nullable Runnable[] tasks = ring;
      int at = (int) first & (tasks.length - 1);
      Runnable task = (Runnable) ELEMENT.getOpaque(tasks, at);
      if (HEAD.compareAndSet(this, first, first + 1)) {
        ELEMENT.setOpaque(tasks, at, (Runnable) null);
        return task;
      }
    }
  }

  /**
   * Moves the older half, at least one and at most {@code limit}, to the tail of {@code thief}.
   *
   * @param thief a queue that the calling thread owns
   * @return how many moved
   */
  int stealTo(RunQueue thief, int limit) {
    int most = Math.min(limit, MAX_STEAL);
    while (true) {
      long first = head;
      long count = tail - first;
      if (count <= 0) {
        return 0;
      }
      int taken = (int) Math.min(count - count / 2, most);
      @Nullable Runnable[] from = ring;
      long end = thief.tail;
      @Nullable Runnable[] to = thief.ringFor(end, taken);
      for (int i = 0; i < taken; i++) {
        Runnable task = (Runnable) ELEMENT.getOpaque(from, (int) (first + i) & (from.length - 1));
        ELEMENT.setOpaque(to, (int) (end + i) & (to.length - 1), task);
      }
      if (HEAD.compareAndSet(this, first, first + taken)) {
        thief.tail = end + taken;
        return taken;
      }
      // The owner or another thief was faster; a shorter copy is more likely to get through.
      most = Math.max(1, taken / 2);
    }
  }

  boolean isEmpty() {
    return head >= tail;
  }

  /** The number of tasks that were ever pushed, for {@link #hasLeftOf}. Owner only. */
  long pushed() {
    return tail;
  }

  /** Whether one of the first so many tasks that were ever pushed is still here. Owner only. */
  boolean hasLeftOf(long pushed) {
    return head < pushed;
  }

  /** How many tasks are queued; a guess unless nobody else touches the queue. */
  int size() {
    long first = head;
    return Math.clamp(tail - first, 0, Integer.MAX_VALUE);
  }

  /**
   * Forgets the tasks that thieves took, which would otherwise keep dead threads reachable, and a
   * ring that has grown. Owner only, called when it goes idle; does nothing unless empty.
   */
  void trim() {
    long end = tail;
    if (head != end || trimmed == end) {
      return;
    }
    @Nullable Runnable[] tasks = ring;
    if (tasks.length > SMALLEST_RING) {
      ring = new Runnable[SMALLEST_RING];
    } else {
      for (long i = Math.max(trimmed, end - tasks.length); i < end; i++) {
        ELEMENT.setOpaque(tasks, (int) i & (tasks.length - 1), (Runnable) null);
      }
    }
    trimmed = end;
  }

  private @Nullable Runnable[] ringFor(long end, int more) {
    @Nullable Runnable[] old = ring;
    long first = head;
    int needed = (int) (end - first) + more;
    if (needed <= old.length) {
      return old;
    }
    @Nullable Runnable[] larger = new Runnable[Integer.highestOneBit(needed - 1) << 1];
    for (long i = first; i < end; i++) {
      larger[(int) i & (larger.length - 1)] =
          (Runnable) ELEMENT.getOpaque(old, (int) i & (old.length - 1));
    }
    ring = larger;
    return larger;
  }
}
