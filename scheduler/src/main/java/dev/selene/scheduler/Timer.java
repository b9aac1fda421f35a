package dev.selene.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * A scheduled task and its place in the {@link TimerQueue}, whose lock guards all but the finals.
 */
final class Timer implements Scheduler.Timeout {
  /** The {@link #place} of a timer that fired or was cancelled. */
  static final int NOWHERE = -1;

  final TimerQueue queue;

  /** When it is due, in {@link Clock} nanoseconds. */
  final long due;

  /** Index in the heap, or {@link #NOWHERE}. */
  int place = NOWHERE;

  /** Null once it fired or was cancelled, so that a kept Timeout does not keep the task. */
  @Nullable Runnable task;

  Timer(TimerQueue queue, long due, Runnable task) {
    this.queue = queue;
    this.due = due;
    this.task = task;
  }

  @Override
  public boolean cancel() {
    return queue.remove(this);
  }
}
