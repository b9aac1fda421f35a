package dev.selene.scheduler;

/** What runs the virtual threads of a {@link Scheduler}. */
sealed interface Backend permits WorkStealing, JdkScheduling {
  /** See {@link Scheduler#newThread}. */
  Thread newThread(Runnable body);

  /** See {@link Scheduler#schedule}. */
  Scheduler.Timeout schedule(long delayNanos, Runnable task);

  /** See {@link Scheduler#currentWorker}. */
  int currentWorker();

  /** See {@link Scheduler#workers}. */
  int workers();

  /** Tells the threads to end; returns at once. */
  void shutdown();

  /**
   * Waits for the threads to end, at most until {@code deadline} of {@link Clock}. Not to be called
   * on a worker.
   */
  boolean awaitEnd(long deadline);
}
