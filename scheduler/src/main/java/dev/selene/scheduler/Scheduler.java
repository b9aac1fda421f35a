package dev.selene.scheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs virtual threads, fires timers, and lends platform threads for work that blocks.
 *
 * <p>A virtual thread of this scheduler may block, park, sleep and be debugged as any other. One
 * that computes for long calls {@link Thread#yield} every 50 microseconds or so, which sends it
 * behind the other threads; threads that were woken go before those that used up such a slice,
 * within limits that starve neither.
 *
 * <p>Thread-safety: all methods may be called by any thread at any time.
 *
 * <p>Source: DESIGN section 3; the queues follow the schedulers of Go and tokio in outline.
 */
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

  private final Backend backend;
  private final Object lock = new Object();

  /** Guarded by {@link #lock}. */
  private final List<BlockingThreads> blockingPools = new ArrayList<>();

  /** Guarded by {@link #lock}. */
  private boolean closed;

  private Scheduler(Backend backend) {
    this.backend = backend;
  }

  /** A timer that {@link #schedule} set. Thread-safety: any thread may cancel it. */
  public interface Timeout {
    /**
     * Takes the timer back.
     *
     * @return true, exactly once, if its task has not been started and never will be; false if it
     *     has, or if the timer was cancelled before
     */
    boolean cancel();
  }

  /**
   * Starts a scheduler whose idle workers just sleep.
   *
   * @param workers how many threads run virtual threads; 0 for one a core. The JDK's scheduler has
   *     a number of its own and ignores it
   * @param mode which scheduler
   * @return a running scheduler, to be closed by the caller
   * @throws IllegalArgumentException if {@code workers} is negative or above 1024
   * @throws IllegalStateException if {@code mode} is {@link SchedulerMode#WORK_STEALING} and the
   *     JVM was not started with {@code --add-opens java.base/java.lang=ALL-UNNAMED}
   */
  public static Scheduler start(int workers, SchedulerMode mode) {
    return start(workers, mode, worker -> new ParkingPoller());
  }

  /**
   * Starts a scheduler whose idle workers wait in pollers of the caller.
   *
   * @param workers as in {@link #start(int, SchedulerMode)}
   * @param mode which scheduler
   * @param poller makes what each worker waits in; with the JDK's scheduler it is asked once
   * @return a running scheduler, to be closed by the caller
   * @throws IllegalArgumentException if {@code workers} is negative or above 1024
   * @throws IllegalStateException if {@code mode} is {@link SchedulerMode#WORK_STEALING} and the
   *     JVM was not started with {@code --add-opens java.base/java.lang=ALL-UNNAMED}
   */
  public static Scheduler start(int workers, SchedulerMode mode, WorkerPoller.Factory poller) {
    if (workers < 0 || workers > 1024) {
      throw new IllegalArgumentException(
          "SCHED-006 workers=" + workers + ": give 1 to 1024, or 0 for one a core");
    }
    String unavailable = VirtualThreadAccess.UNAVAILABLE;
    if (mode == SchedulerMode.WORK_STEALING && unavailable != null) {
      throw new IllegalStateException(
          "SCHED-007 the work-stealing scheduler cannot run here ("
              + unavailable
              + "): start the JVM with --add-opens java.base/java.lang=ALL-UNNAMED,"
              + " or use SchedulerMode.AUTO");
    }
    if (mode == SchedulerMode.JDK || unavailable != null) {
      JdkScheduling scheduling = new JdkScheduling(poller);
      scheduling.start();
      return new Scheduler(scheduling);
    }
    int count = workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
    WorkStealing scheduling = new WorkStealing(count, poller);
    scheduling.start();
    return new Scheduler(scheduling);
  }

  /**
   * Which scheduler was chosen.
   *
   * @return whether our own workers run the virtual threads, and not the JDK's scheduler
   */
  public boolean workStealing() {
    return backend instanceof WorkStealing;
  }

  /**
   * The number of workers, and so of pollers.
   *
   * @return the number; 1 with the JDK's scheduler
   */
  public int workers() {
    return backend.workers();
  }

  /**
   * The number of the worker, and so of the poller, below the calling thread.
   *
   * @return the number; -1 if no worker of this scheduler runs the caller; always 0 with the JDK's
   *     scheduler, where there is one poller. A thread that blocks or yields may go on elsewhere
   */
  public int currentWorker() {
    return backend.currentWorker();
  }

  /**
   * Whether threads that never leave a worker idle keep it from what comes from outside: timers,
   * pollers, and threads that are no virtual threads of this scheduler. Such threads call {@link
   * #passOutside} now and then.
   *
   * @return true with the JDK's scheduler, whose workers run all that their own threads have woken
   *     or yielded before they look elsewhere
   */
  public boolean outsideStarves() {
    return backend instanceof JdkScheduling;
  }

  /**
   * Sends the calling virtual thread behind all that waits for a worker, also behind what came from
   * outside; {@link Thread#yield} alone does not, see {@link #outsideStarves}. It costs some
   * microseconds. A permit of {@link LockSupport#unpark} may be used up by it.
   */
  public void passOutside() {
    if (outsideStarves()) {
      // Who wakes it is not a worker, so it comes back through the queue of outside submissions.
      LockSupport.parkNanos(this, 1);
    } else {
      Thread.yield();
    }
  }

  /**
   * Keeps the calling virtual thread on its worker until {@link #unpin}: contended monitors and
   * locks then block the worker, as they would a platform thread. Who shares monitors with a {@link
   * WorkerPoller} or with timers has to be pinned while it takes them. For a virtual thread that
   * left its worker with a monitor in its hands, or as the one that a monitor was promised to, goes
   * on only when a worker is free, and the worker that waits for this monitor is not: with all
   * others asleep, that is a deadlock. Pins are counted. Without effect on threads that no worker
   * of ours runs: the JDK's workers run virtual threads and nothing else.
   */
  public static void pin() {
    if (onOwnWorker()) {
      VirtualThreadAccess.pin();
    }
  }

  /** Ends one {@link #pin} of the calling thread. */
  public static void unpin() {
    if (onOwnWorker()) {
      VirtualThreadAccess.unpin();
    }
  }

  /**
   * Lets the calling thread, which is pinned once if a worker of ours runs it, leave its worker
   * while it works; afterwards it is pinned again. For what waits for the system, such as logging,
   * with no monitor in hand.
   *
   * @param work what may wait
   */
  public static void unpinned(Runnable work) {
    unpin();
    try {
      work.run();
    } finally {
      pin();
    }
  }

  /**
   * Parks the calling thread; else like {@link #unpinned}.
   *
   * @param blocker for those who look at threads
   */
  public static void parkPinned(Object blocker) {
    unpin();
    try {
      LockSupport.park(blocker);
    } finally {
      pin();
    }
  }

  /** Yields; else like {@link #unpinned}. */
  public static void yieldPinned() {
    unpin();
    try {
      Thread.yield();
    } finally {
      pin();
    }
  }

  private static boolean onOwnWorker() {
    return VirtualThreadAccess.UNAVAILABLE == null
        && VirtualThreadAccess.currentCarrierThread() instanceof CarrierThread
        && Thread.currentThread().isVirtual();
  }

  /**
   * Makes a virtual thread, nameless and without inherited thread locals.
   *
   * @param body what it runs
   * @return an unstarted thread; {@link Thread#start} throws {@link
   *     java.util.concurrent.RejectedExecutionException} once the scheduler is closed
   */
  public Thread newThread(Runnable body) {
    return backend.newThread(Objects.requireNonNull(body));
  }

  /**
   * Runs a task once, later. It runs on a worker or on the timer thread and delays all that waits
   * for it, so it should do no more than wake a thread; it must not block.
   *
   * @param delayNanos nanoseconds from now; the task never starts sooner, usually within a slice
   *     later. 0 and less mean at once, but not before this method returns to a virtual thread that
   *     goes on without blocking
   * @param task what to run; if it throws, the error is logged
   * @return the timer, to cancel it by
   */
  public Timeout schedule(long delayNanos, Runnable task) {
    return backend.schedule(delayNanos, Objects.requireNonNull(task));
  }

  /**
   * Makes a bounded pool of platform daemon threads for work that blocks. Threads are started by
   * demand and end when idle for some seconds. The pool is closed with the scheduler: what is
   * queued then is dropped, what runs is interrupted.
   *
   * @param name part of the threads' names
   * @param maxThreads how many tasks run at once, at least 1
   * @param maxQueued how many more may wait, at least 0
   * @return the pool; its {@code execute} throws {@link
   *     java.util.concurrent.RejectedExecutionException} when full or closed
   * @throws IllegalArgumentException if a bound is too small
   * @throws IllegalStateException if the scheduler is closed
   */
  public Executor newBlockingPool(String name, int maxThreads, int maxQueued) {
    if (maxThreads < 1 || maxQueued < 0) {
      throw new IllegalArgumentException(
          "SCHED-008 blocking pool %s: maxThreads=%d maxQueued=%d: at least 1 and 0"
              .formatted(name, maxThreads, maxQueued));
    }
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("SCHED-003 the scheduler is closed");
      }
      BlockingThreads pool = new BlockingThreads(name, maxThreads, maxQueued);
      blockingPools.add(pool);
      return pool;
    }
  }

  /**
   * Ends the workers, the timers and the blocking pools and waits for their threads, at most five
   * seconds. Timers that are not due never fire. Virtual threads should have ended before: those of
   * our own workers never go on, those of the JDK's scheduler do. A thread that is stuck in a task
   * is left behind, which is logged; all are daemons. Further calls wait likewise. Called on one of
   * our own workers it cannot wait: then it returns at once, and the caller goes on only until it
   * next blocks.
   */
  @Override
  public void close() {
    List<BlockingThreads> pools;
    synchronized (lock) {
      closed = true;
      pools = List.copyOf(blockingPools);
    }
    long deadline = Clock.after(CLOSE_DEADLINE.toNanos());
    pools.forEach(BlockingThreads::shutdown);
    backend.shutdown();
    if (workStealing() && currentWorker() >= 0) {
      return;
    }
    boolean ended = backend.awaitEnd(deadline);
    for (BlockingThreads pool : pools) {
      ended &= pool.awaitEnd(deadline);
    }
    if (!ended) {
      LOG.warn(
          "SCHED-009 a scheduler thread is still in a task {} s after close: end the virtual"
              + " threads and blocking tasks first",
          CLOSE_DEADLINE.toSeconds());
    }
  }
}
