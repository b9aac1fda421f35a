package dev.selene.scheduler;

/**
 * What an idle worker waits in, such as a selector: the hook by which networking lets the workers
 * themselves be the pollers.
 *
 * <p>Every worker has a poller of its own, made by the {@link Factory} given to {@link
 * Scheduler#start(int, SchedulerMode, Factory)}; with the JDK's scheduler there is one, for the one
 * polling thread. A poller may unpark virtual threads from within {@link #poll}: they go to the
 * tail of the worker's queue.
 *
 * <p>Thread-safety: {@link #poll} and {@link #close} are called by the owning worker; while that is
 * in one run for long, another may call {@link #poll} with 0, at any time until after {@link
 * #close}, and what the poller wakes then goes to the other. {@link #wakeup} is called by any
 * thread at any time, also before, during and after {@link #close}.
 */
public interface WorkerPoller extends AutoCloseable {
  /** The wait of a worker for which nothing is due: until an event or a {@link #wakeup}. */
  long FOR_EVER = Long.MAX_VALUE;

  /**
   * Handles the events there are, waiting for the first of them. May return early for no reason. A
   * busy worker calls this about every 50 microseconds with 0.
   *
   * @param maxNanos the longest wait in nanoseconds: 0 never waits, {@link #FOR_EVER} has no end
   */
  void poll(long maxNanos);

  /**
   * Makes the {@link #poll} that waits now, or else the next one that would wait, return at once.
   * Never blocks and never parks: it is called by pinned virtual threads.
   */
  void wakeup();

  /** Frees what the poller holds; the worker's last call. */
  @Override
  void close();

  /** Makes the poller of each worker. */
  @FunctionalInterface
  interface Factory {
    /**
     * Makes the poller of one worker; called by the thread that starts the scheduler.
     *
     * @param worker the worker's number, as {@link Scheduler#currentWorker()} tells it
     * @return a poller that no other worker has
     */
    WorkerPoller create(int worker);
  }
}
