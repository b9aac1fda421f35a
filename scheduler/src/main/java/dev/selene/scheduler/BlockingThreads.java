package dev.selene.scheduler;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded set of platform threads for work that blocks.
 *
 * <p>Thread-safety: {@link ThreadPoolExecutor} does it. Its threads come with the work, up to the
 * bound, and go when idle; more work waits in a bounded queue, and what does not fit is refused, so
 * that guests who start blocking calls without end meet an error and not an exhausted heap.
 */
final class BlockingThreads implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(BlockingThreads.class);
  private static final long IDLE_SECONDS = 10;

  private final String name;
  private final int maxThreads;
  private final int maxQueued;
  private final ThreadPoolExecutor threads;

  /** Those that may still be alive; the executor says that it is over a moment before they are. */
  private final Set<Thread> started = ConcurrentHashMap.newKeySet();

  BlockingThreads(String name, int maxThreads, int maxQueued) {
    this.name = name;
    this.maxThreads = maxThreads;
    this.maxQueued = maxQueued;
    BlockingQueue<Runnable> queue =
        maxQueued == 0 ? new SynchronousQueue<>() : new LinkedBlockingQueue<>(maxQueued);
    AtomicInteger numbers = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            // A queue takes work before a further thread does; without one, an idle thread does.
            maxQueued == 0 ? 0 : maxThreads,
            maxThreads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            queue,
            task -> {
              Thread thread =
                  new Thread(
                      null, task, "selene-" + name + "-" + numbers.getAndIncrement(), 0, false);
              thread.setDaemon(true);
              started.removeIf(other -> other.getState() == Thread.State.TERMINATED);
              started.add(thread);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(
          () -> {
            try {
              task.run();
            } catch (Throwable e) {
              LOG.error(
                  "SCHED-005 a task of the blocking pool {} failed; the pool goes on", name, e);
            }
          });
    } catch (RejectedExecutionException e) {
      throw new RejectedExecutionException(
          threads.isShutdown()
              ? "SCHED-003 the scheduler is closed, and with it the blocking pool " + name
              : "SCHED-004 the blocking pool %s is full: threads=%d queued=%d: try later"
                  .formatted(name, maxThreads, maxQueued),
          e);
    }
  }

  /** Drops what is queued and interrupts what runs; returns at once. */
  void shutdown() {
    threads.shutdownNow();
  }

  /** Waits for the threads to end, at most until {@code deadline} of {@link Clock}. */
  boolean awaitEnd(long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        long left = deadline - Clock.now();
        try {
          if (threads.awaitTermination(Math.max(left, 0), TimeUnit.NANOSECONDS)
              && joinAll(deadline)) {
            return true;
          }
          if (left <= 0) {
            return false;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean joinAll(long deadline) throws InterruptedException {
    for (Thread thread : started) {
      // One of them may be the one that closes.
      if (thread.getState() != Thread.State.NEW && thread != Thread.currentThread()) {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(deadline - Clock.now(), 1_000_000));
        if (thread.isAlive()) {
          return false;
        }
      }
    }
    return true;
  }
}
