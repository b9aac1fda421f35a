package dev.selene.scheduler;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timers in the order in which they are due: a heap with four children a node, in which every timer
 * knows its place.
 *
 * <p><b>Ownership.</b> Each worker has one and fires it; any thread may add, cancel, and fire what
 * is overdue. The lock guards the heap and the mutable fields of its timers. {@link #earliest}:
 * writers under the lock, readers any thread without it.
 *
 * <p><b>States.</b> A timer is in the heap ({@code place >= 0}) until it is taken out, under the
 * lock, either to be fired or because it was cancelled: so exactly one of the two happens. Tasks
 * run outside of the lock. (TimerQueueTest, cancelAndFireRace.)
 *
 * <p><b>Ordering.</b> Whoever adds a timer that is now the earliest stores {@link #earliest} and
 * then loads the worker's state; a worker that goes to sleep stores its state and then loads {@link
 * #earliest}; all four are volatile, so one of them sees the other.
 *
 * <p><b>Why not a wheel</b>: a heap is exact to the clock, needs no tick (an idle worker sleeps
 * until {@link #earliest}), and costs about the same: a deadline later than most, the usual case,
 * climbs one level or none, and a cancelled timer leaves at once.
 */
final class TimerQueue {
  private static final Logger LOG = LoggerFactory.getLogger(TimerQueue.class);
  private static final int CHILDREN = 4;
  private static final int SMALLEST_HEAP = 64;

  private final SpinLock lock = new SpinLock();
  private @Nullable Timer[] heap = new Timer[SMALLEST_HEAP];
  private int size;
  private volatile long earliest = Clock.NEVER;

  /** When the first timer is due, in {@link Clock} nanoseconds; {@link Clock#NEVER} without one. */
  long earliest() {
    return earliest;
  }

  /** Adds a timer. It is the earliest now if {@link #earliest} is its own {@code due}. */
  Timer add(long due, Runnable task) {
    Timer timer = new Timer(this, due, task);
    int room = 0;
    while (true) {
      // Allocating may take long (a collection), so it happens outside of the lock.
      @Nullable Timer[] larger = room == 0 ? null : new Timer[room];
      lock.lock();
      try {
        if (larger != null && larger.length > heap.length) {
          System.arraycopy(heap, 0, larger, 0, size);
          heap = larger;
        }
        if (size < heap.length) {
          siftUp(size++, timer);
          if (timer.place == 0) {
            earliest = due;
          }
          return timer;
        }
        room = heap.length * 2;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Takes out a timer; false if it fired or was cancelled before. */
  boolean remove(Timer timer) {
    lock.lock();
    try {
      if (timer.place == Timer.NOWHERE) {
        return false;
      }
      takeOut(timer);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Runs the tasks of all timers that are due at {@code now}, on this thread. */
  void fire(long now) {
    while (earliest <= now) {
      Runnable task = takeDue(now);
      if (task == null) {
        return;
      }
      try {
        task.run();
      } catch (Throwable e) {
        LOG.error("SCHED-001 a timer's task failed; the scheduler goes on", e);
      }
    }
  }

  /** How many timers wait. */
  int size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Runnable takeDue(long now) {
    lock.lock();
    try {
      Timer first = size == 0 ? null : heap[0];
      if (first == null || first.due > now) {
        return null;
      }
      Runnable task = first.task;
      takeOut(first);
      return task;
    } finally {
      lock.unlock();
    }
  }

  private void takeOut(Timer timer) {
    int hole = timer.place;
    timer.place = Timer.NOWHERE;
    timer.task = null;
    Timer last = at(--size);
    heap[size] = null;
    if (last != timer) {
      if (hole > 0 && last.due < at((hole - 1) / CHILDREN).due) {
        siftUp(hole, last);
      } else {
        siftDown(hole, last);
      }
    }
    if (hole == 0) {
      earliest = size == 0 ? Clock.NEVER : at(0).due;
    }
  }

  private void siftUp(int from, Timer timer) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) / CHILDREN;
      Timer above = at(parent);
      if (above.due <= timer.due) {
        break;
      }
      put(place, above);
      place = parent;
    }
    put(place, timer);
  }

  private void siftDown(int from, Timer timer) {
    int place = from;
    while (true) {
      int firstChild = place * CHILDREN + 1;
      if (firstChild >= size) {
        break;
      }
      int least = firstChild;
      for (int child = firstChild + 1; child < Math.min(firstChild + CHILDREN, size); child++) {
        if (at(child).due < at(least).due) {
          least = child;
        }
      }
      if (timer.due <= at(least).due) {
        break;
      }
      put(place, at(least));
      place = least;
    }
    put(place, timer);
  }

  private Timer at(int place) {
    Timer timer = heap[place];
    if (timer == null) {
      throw new AssertionError("hole in the timer heap: place=" + place + " size=" + size);
    }
    return timer;
  }

  private void put(int place, Timer timer) {
    heap[place] = timer;
    timer.place = place;
  }

  @Override
  public String toString() {
    return "TimerQueue[size=" + size() + ", earliest=" + earliest + "]";
  }
}
