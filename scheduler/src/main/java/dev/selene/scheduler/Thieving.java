package dev.selene.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * How one worker gets at the work of the others.
 *
 * <p><b>Ownership.</b> All fields and methods are the owning worker's alone; what it takes goes
 * through the victims' {@link RunQueue#stealTo}, {@link Worker#stealNext} and {@link
 * TimerQueue#fire}, which any thread may call.
 *
 * <p><b>The next slot</b> of a victim is left alone while the victim goes on to new runs, since a
 * thread woken by a message runs best where the message was written. If the victim has been in the
 * same run all through a search, or a whole interval of {@link #watch}, the slot is taken: the run
 * may be a long one, or blocked on the carrier by waiting for just that thread.
 */
final class Thieving {
  private static final int SEARCH_ROUNDS = 40;
  private static final int SPINS_PER_ROUND = 4;
  private static final long FIRST_WATCH_NANOS = 250_000;
  private static final long LAST_WATCH_NANOS = 2_000_000;

  private final WorkStealing pool;
  private final Worker worker;
  private final long[] seenRuns;
  private long watchNanos;
  private int start;

  Thieving(WorkStealing pool, Worker worker) {
    this.pool = pool;
    this.worker = worker;
    this.seenRuns = new long[pool.workers()];
  }

  /** Looks for work anywhere, for some microseconds. */
  @Nullable Runnable search() {
    rememberRuns();
    // Where no other worker is awake, nothing comes by itself that would not wake this one.
    int rounds = pool.othersAwake() ? SEARCH_ROUNDS : 1;
    for (int round = 0; round < rounds; round++) {
      Runnable task = takeReady();
      if (task == null) {
        task = takeYielded();
      }
      if (task == null) {
        task = pool.takeInjected(worker);
      }
      if (task != null) {
        return task;
      }
      for (int spin = 0; spin < SPINS_PER_ROUND; spin++) {
        Thread.onSpinWait();
      }
    }
    for (int i = 0; i < pool.workers(); i++) {
      Worker victim = victim(i);
      if (victim != worker && victim.hasNext() && victim.runs() == seenRuns[victim.number]) {
        Runnable task = victim.stealNext();
        if (task != null) {
          return task;
        }
      }
    }
    return null;
  }

  /** Takes woken threads of another worker. */
  @Nullable Runnable takeReady() {
    for (int i = 0; i < pool.workers(); i++) {
      Worker victim = victim(i);
      if (victim != worker && victim.ready.stealTo(worker.ready, RunQueue.MAX_STEAL) > 0) {
        return worker.ready.pop();
      }
    }
    return null;
  }

  private @Nullable Runnable takeYielded() {
    for (int i = 0; i < pool.workers(); i++) {
      Worker victim = victim(i);
      if (victim != worker && victim.yielded.stealTo(worker.yielded, RunQueue.MAX_STEAL) > 0) {
        return worker.yielded.pop();
      }
    }
    return null;
  }

  /**
   * Takes busy threads of a worker that has more of them. Without it, 20 endless loops could stay
   * split 19 to 1 for ever: a worker with one loop is never idle.
   */
  void balanceYielded() {
    int mine = worker.yielded.size();
    for (int i = 0; i < pool.workers(); i++) {
      Worker victim = victim(i);
      int surplus = (victim.yielded.size() - mine) / 2;
      if (victim != worker && surplus > 0) {
        victim.yielded.stealTo(worker.yielded, surplus);
        return;
      }
    }
  }

  /** Begins to watch the others; see {@link #watch}. */
  void startWatching() {
    rememberRuns();
    watchNanos = FIRST_WATCH_NANOS;
  }

  /**
   * What an otherwise idle worker does now and then while others are busy: rescues from a worker
   * that has been in one run since the last time its next slot, its overdue timers, and what its
   * poller would wake. They go to the tail of this worker's ready queue.
   *
   * @return whether to go on watching: false if all others were idle since the last time
   */
  boolean watch() {
    boolean active = false;
    long now = Clock.now();
    for (int i = 0; i < pool.workers(); i++) {
      Worker victim = victim(i);
      if (victim == worker) {
        continue;
      }
      long runs = victim.runs();
      if (runs == seenRuns[victim.number] && !victim.parked()) {
        worker.ready.makeRoom(1);
        Runnable task = watchNanos == FIRST_WATCH_NANOS ? null : victim.stealNext();
        if (task != null) {
          worker.ready.push(task);
        }
        victim.timers.fire(now);
        victim.pollInPlace();
      }
      active |= runs != seenRuns[victim.number] || !victim.parked();
      seenRuns[victim.number] = runs;
    }
    return active;
  }

  /** How long to wait before {@link #watch} again: longer each time. */
  long watchAgainNanos() {
    long nanos = watchNanos;
    watchNanos = Math.min(watchNanos * 2, LAST_WATCH_NANOS);
    return nanos;
  }

  private void rememberRuns() {
    start = Worker.randomStart(pool.workers());
    for (int i = 0; i < pool.workers(); i++) {
      seenRuns[i] = pool.worker(i).runs();
    }
  }

  private Worker victim(int i) {
    int at = start + i;
    return pool.worker(at < pool.workers() ? at : at - pool.workers());
  }
}
