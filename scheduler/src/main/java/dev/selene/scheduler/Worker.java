package dev.selene.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: a carrier thread that runs tasks (mostly continuations of virtual threads), its
 * queues, its timers, and its order of service.
 *
 * <p><b>Ownership.</b> Fields without a word are the carrier's alone; a virtual thread mounted on
 * it is the carrier for this purpose, since it is pinned while it calls {@link #submit}. Shared:
 * {@link #ready}, {@link #yielded}, {@link #timers} (see there); {@code next}: put by the owner,
 * taken by owner or thief, always by an atomic exchange; {@code runs}: writer owner, opaque,
 * readers any; {@code state}: see below.
 *
 * <p><b>Order of service.</b> Three classes of work:
 *
 * <ol>
 *   <li>{@code next}: the thread last woken by the one that runs here. It finds its message in the
 *       cache. After {@link #MOST_NEXT_RUNS} in a row a ready one has its turn, so a pair that
 *       plays ping-pong through this slot cannot starve the others.
 *   <li>{@code ready}: other woken and new threads, first in first out. Every {@link
 *       #INJECTED_EVERY} runs the queue of outside submissions goes first.
 *   <li>{@code yielded}: threads that used up a slice, round robin. They wait while there is other
 *       work, but at most {@link #SLICE_NANOS}; then one of them has a slice. So woken threads wait
 *       for one slice, not for one of every busy thread, and busy threads have at least half of the
 *       time or what woken threads leave, whichever is more.
 * </ol>
 *
 * <p>A thread that yields is submitted while it is the one that runs; so is one that was unparked
 * in the moment between its decision to park and its end on the carrier. What tells them apart is
 * that only the first has used its slice: less than {@link #SHORT_RUN_NANOS} since the last look at
 * the clock is certainly a short run, and goes to {@code ready}.
 *
 * <p><b>States.</b> RUNNING: not asleep. PARKED: asleep or about to be, wakers may claim it.
 * NOTIFIED and NOTIFIED_SEARCHING: claimed by exactly one waker, which moved it there from PARKED
 * by compare-and-set, took it off the count of parked workers, and wakes the poller; the second was
 * also counted as searching. Only the owner moves to PARKED and back to RUNNING.
 *
 * <p><b>Lost wake-ups.</b> The argument is in {@link WorkStealing}; this class contributes that it
 * stores PARKED (volatile) <i>before</i> it looks at all queues and at its timers a last time, and
 * that before each run it wakes a worker if there is work left over in its own queues. Only what
 * its poller woke waits {@link #HOLD_NANOS} for this worker alone, and only while a sleeping worker
 * watches: that one looks at all queues again before long, and also after it has stopped watching.
 */
final class Worker implements Runnable {
  /** A third of what the guests' metering makes of a slice of 50 microseconds. */
  static final long SHORT_RUN_NANOS = 15_000;

  /** How long threads that used up their slice wait for woken ones, at most. */
  static final long SLICE_NANOS = 50_000;

  static final int MOST_NEXT_RUNS = 4;
  static final int INJECTED_EVERY = 61;

  static final int RUNNING = 0;
  static final int PARKED = 1;
  static final int NOTIFIED = 2;
  static final int NOTIFIED_SEARCHING = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** A look at the clock costs 20 ns or more, a switch about 200. A power of two. */
  private static final int RUNS_PER_CLOCK = 8;

  private static final long POLL_EVERY_NANOS = 50_000;

  /**
   * The same while threads wait here that the last poll woke. A poller would find their sockets
   * ready once more, and what else it found would stand in line behind them anyway.
   */
  private static final long POLL_BEHIND_NANOS = 1_000_000;

  /** How long threads that the poller woke wait for this worker alone. */
  private static final long HOLD_NANOS = 100_000;

  private static final long FAILED_POLL_NANOS = 1_000_000;
  private static final long BALANCE_EVERY_NANOS = 1_000_000;

  private static final VarHandle NEXT;
  private static final VarHandle RUNS;
  private static final VarHandle STATE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      NEXT = lookup.findVarHandle(Worker.class, "next", Runnable.class);
      RUNS = lookup.findVarHandle(Worker.class, "runs", long.class);
      STATE = lookup.findVarHandle(Worker.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final int number;
  final RunQueue ready = new RunQueue();
  final RunQueue yielded = new RunQueue();
  final TimerQueue timers = new TimerQueue();
  final WorkerPoller poller;
  final CarrierThread carrier;

  private final WorkStealing pool;

  /** Whether polling while busy has a purpose. */
  private final boolean pollsEvents;

  @SuppressWarnings("unused") // through NEXT
  private volatile @Nullable Runnable next;

  @SuppressWarnings("unused") // through RUNS
  private volatile long runs;

  private volatile int state;

  /** The task that runs; null while this worker polls, fires timers or looks for work. */
  private @Nullable Runnable running;

  /** The last look at the clock; at most {@link #RUNS_PER_CLOCK} runs old. */
  private long now = Clock.now();

  private long lastPoll;
  private long lastBalance;
  private long lastYieldedRun;
  private boolean runsYielded;
  private int nextRuns;

  /** When the poller filled the empty ready queue; 0 when that has no meaning any more. */
  private long polledAt;

  /** How many tasks had been pushed to the ready queue after the last poll. */
  private long polled;

  /** Whether {@link WorkStealing} counts this worker as searching. */
  private boolean searching;

  private final Thieving thieving;

  Worker(WorkStealing pool, int number, WorkerPoller poller) {
    this.pool = pool;
    this.number = number;
    this.poller = poller;
    this.pollsEvents = !(poller instanceof ParkingPoller);
    this.carrier = new CarrierThread(this, number);
    this.thieving = new Thieving(pool, this);
    if (poller instanceof ParkingPoller parking) {
      parking.ownedBy(carrier);
    }
  }

  /**
   * Takes a task from the thread that runs on this worker, or from this worker's own poller or
   * timers. Never blocks.
   */
  void submit(Runnable task) {
    Runnable current = running;
    if (current == null) {
      ready.push(task);
    } else if (current == task) {
      resubmit(task);
    } else {
      if (next != null) {
        // Nothing may fail after the exchange: the JDK answers an exhausted heap by trying again.
        ready.makeRoom(1);
      }
      Runnable displaced = (Runnable) NEXT.getAndSet(this, task);
      if (displaced == null) {
        pool.wakeWatcher();
      } else {
        ready.push(displaced);
        pool.wakeOneIfIdle();
      }
    }
  }

  /** The end of a run: this worker looks for work, and for work left over, right after it. */
  private void resubmit(Runnable task) {
    long time = Clock.now();
    if (time - now >= SHORT_RUN_NANOS) {
      yielded.push(task);
    } else {
      ready.push(task);
    }
    now = time;
  }

  @Override
  public void run() {
    try {
      while (!pool.closed()) {
        step();
      }
    } finally {
      stopSearching();
      closePoller();
    }
  }

  private void step() {
    Runnable task = null;
    try {
      task = choose();
      if (task == null) {
        task = search();
      }
      if (task == null) {
        sleep();
        return;
      }
      stopSearching();
      if (pool.anyParked() && hasSurplus()) {
        pool.wakeOneIfIdle();
      }
    } catch (Throwable e) {
      // An exhausted heap, most likely; whatever it is, a worker does not die of it.
      report("SCHED-010 a worker failed to look for work; it goes on", e);
    }
    if (task != null) {
      runOne(task);
    }
  }

  /**
   * Whether another worker is to be woken for what is left over here. What the poller woke this
   * worker has a while for: a batch of messages is mostly done before the other one is awake, and
   * then two workers quarrel about the next batch.
   */
  private boolean hasSurplus() {
    if (!yielded.isEmpty()) {
      return true;
    }
    if (ready.isEmpty()) {
      return false;
    }
    if (polledAt != 0) {
      if (pool.watched() && Clock.now() - polledAt < HOLD_NANOS) {
        return false;
      }
      polledAt = 0;
    }
    return true;
  }

  private void runOne(Runnable task) {
    running = task;
    try {
      task.run();
    } catch (Throwable e) {
      // A virtual thread hands its own errors to its handler; this is the switch itself failing.
      report("SCHED-002 a task failed; the worker goes on", e);
    } finally {
      running = null;
    }
    RUNS.setOpaque(this, runs() + 1);
  }

  private static void report(String what, Throwable error) {
    try {
      LOG.error(what, error);
    } catch (Throwable unreportable) {
      // There is no memory left to say so, and the worker's life matters more.
    }
  }

  /** Polls, and survives a poller that fails. */
  private void poll(long maxNanos) {
    boolean empty = ready.isEmpty();
    try {
      poller.poll(maxNanos);
      polled = ready.pushed();
      if (empty) {
        polledAt = ready.isEmpty() ? 0 : Clock.now();
      }
    } catch (Throwable e) {
      report("SCHED-011 a poller failed; it is asked again", e);
      if (maxNanos > 0) {
        // A poller that fails at once, always, must not keep a core busy.
        LockSupport.parkNanos(this, Math.min(maxNanos, FAILED_POLL_NANOS));
      }
    }
  }

  /**
   * Asks this worker's poller in its place, since it has been in one run for long. The caller is
   * another worker, and gets what the poller wakes.
   */
  void pollInPlace() {
    if (pollsEvents) {
      try {
        poller.poll(0);
      } catch (Throwable e) {
        report("SCHED-011 a poller failed; it is asked again", e);
      }
    }
  }

  private void closePoller() {
    try {
      poller.close();
    } catch (Throwable e) {
      report("SCHED-012 a poller failed to close", e);
    }
  }

  /** Makes the worker look at the world again, if it waits in its poller. Any thread. */
  void wakePoller() {
    try {
      poller.wakeup();
    } catch (Throwable e) {
      report("SCHED-013 a poller failed to wake up its worker", e);
    }
  }

  private @Nullable Runnable choose() {
    long run = runs();
    boolean crowded = !yielded.isEmpty();
    if (crowded || runsYielded || (run & (RUNS_PER_CLOCK - 1)) == 0) {
      lookAtClock();
    }
    if (run % INJECTED_EVERY == 0) {
      Runnable injected = pool.takeInjected();
      if (injected != null) {
        return injected;
      }
    }
    Runnable task = null;
    if (crowded && now - lastYieldedRun >= SLICE_NANOS) {
      task = takeYielded();
    }
    if (task == null) {
      task = takeWoken();
    }
    if (task == null) {
      task = pool.takeInjected(this);
    }
    if (task == null && crowded) {
      task = thieving.takeReady();
      if (task == null) {
        task = takeYielded();
      }
    }
    return task;
  }

  private void lookAtClock() {
    now = Clock.now();
    if (runsYielded) {
      runsYielded = false;
      lastYieldedRun = now;
    }
    if (timers.earliest() <= now) {
      timers.fire(now);
    }
    if (pollsEvents && now - lastPoll >= pollEveryNanos()) {
      lastPoll = now;
      poll(0);
    }
    if (now - lastBalance >= BALANCE_EVERY_NANOS) {
      lastBalance = now;
      if (!yielded.isEmpty()) {
        thieving.balanceYielded();
      }
    }
  }

  private long pollEveryNanos() {
    return ready.hasLeftOf(polled) ? POLL_BEHIND_NANOS : POLL_EVERY_NANOS;
  }

  private @Nullable Runnable takeWoken() {
    if (nextRuns < MOST_NEXT_RUNS) {
      Runnable task = takeNext();
      if (task != null) {
        nextRuns++;
        return task;
      }
    }
    nextRuns = 0;
    Runnable task = ready.pop();
    return task != null ? task : takeNext();
  }

  private @Nullable Runnable takeNext() {
    return next == null ? null : (Runnable) NEXT.getAndSet(this, (Runnable) null);
  }

  private @Nullable Runnable takeYielded() {
    Runnable task = yielded.pop();
    runsYielded = task != null;
    return task;
  }

  private @Nullable Runnable search() {
    if (!searching) {
      if (!pool.startSearching()) {
        return null;
      }
      searching = true;
    }
    return thieving.search();
  }

  private void stopSearching() {
    if (searching) {
      searching = false;
      pool.stopSearching();
    }
  }

  /** Sleeps until there may be work. */
  private void sleep() {
    ready.trim();
    yielded.trim();
    pool.parkedMore();
    state = PARKED;
    boolean watching = false;
    try {
      stopSearching();
      while (state == PARKED && !pool.closed() && !pool.hasQueuedWork()) {
        now = Clock.now();
        long earliest = timers.earliest();
        if (earliest <= now) {
          break;
        }
        long wait = earliest == Clock.NEVER ? WorkerPoller.FOR_EVER : earliest - now;
        if (!watching && pool.startWatching()) {
          watching = true;
          thieving.startWatching();
        }
        if (watching) {
          if (thieving.watch()) {
            wait = Math.min(wait, thieving.watchAgainNanos());
          } else {
            watching = false;
            pool.stopWatching();
            if (pool.anyAwake()) {
              continue;
            }
          }
          // What the watch rescued went to the tail of the ready queue.
          if (!ready.isEmpty()) {
            break;
          }
        }
        poll(wait);
      }
    } finally {
      if (watching) {
        pool.stopWatching();
      }
      awake();
    }
    if (watching && !searching) {
      // Whoever relied on the watch gets one more look, before this worker starts on a run.
      searching = pool.startSearching();
    }
    now = Clock.now();
    lastPoll = now;
    if (timers.earliest() <= now) {
      timers.fire(now);
    }
  }

  private void awake() {
    if (STATE.compareAndSet(this, PARKED, RUNNING)) {
      pool.parkedLess();
    } else {
      searching = state == NOTIFIED_SEARCHING;
      state = RUNNING;
    }
  }

  /** Claims this worker if it is parked and wakes it. Any thread. */
  boolean wake(int as) {
    if (state == PARKED && STATE.compareAndSet(this, PARKED, as)) {
      pool.parkedLess();
      wakePoller();
      return true;
    }
    return false;
  }

  /** Takes the woken thread from this worker's slot. Any thread. */
  @Nullable Runnable stealNext() {
    Runnable task = next;
    return task != null && NEXT.compareAndSet(this, task, (Runnable) null) ? task : null;
  }

  boolean hasNext() {
    return next != null;
  }

  boolean parked() {
    return state == PARKED;
  }

  /** How many tasks this worker has run. */
  long runs() {
    return (long) RUNS.getOpaque(this);
  }

  /**
   * A number to start a round through the workers with, so that thieves do not all begin at one.
   */
  static int randomStart(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }
}
