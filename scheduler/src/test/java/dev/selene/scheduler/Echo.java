package dev.selene.scheduler;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Pairs of virtual threads that hand a counter to and fro by park and unpark. */
final class Echo {
  /** Even: it is the first thread's turn. Each increment hands the turn to the other. */
  private volatile int turn;

  private final Thread[] threads = new Thread[2];

  private Echo() {}

  /** Two unstarted threads that make {@code roundTrips} and then count down {@code done} each. */
  static Thread[] pair(Scheduler scheduler, int roundTrips, CountDownLatch done) {
    Echo echo = new Echo();
    for (int side = 0; side < 2; side++) {
      int me = side;
      echo.threads[side] =
          scheduler.newThread(
              () -> {
                for (int i = 0; i < roundTrips; i++) {
                  echo.await(2 * i + me);
                  echo.hand(me);
                }
                done.countDown();
              });
    }
    return echo.threads;
  }

  /** Makes round trips as fast as they go and tells how long each took, in nanoseconds. */
  static long[] roundTrips(Scheduler scheduler, int count) throws InterruptedException {
    return spacedRoundTrips(scheduler, count, 0);
  }

  /** The same with a pause, on our timers, before each. */
  static long[] spacedRoundTrips(Scheduler scheduler, int count, long pauseNanos)
      throws InterruptedException {
    Echo echo = new Echo();
    long[] nanos = new long[count];
    CountDownLatch done = new CountDownLatch(2);
    echo.threads[0] =
        scheduler.newThread(
            () -> {
              for (int i = 0; i < count; i++) {
                if (pauseNanos > 0) {
                  pause(scheduler, pauseNanos);
                }
                long begin = System.nanoTime();
                echo.hand(0);
                echo.await(2 * i + 2);
                nanos[i] = System.nanoTime() - begin;
              }
              done.countDown();
            });
    echo.threads[1] =
        scheduler.newThread(
            () -> {
              for (int i = 0; i < count; i++) {
                echo.await(2 * i + 1);
                echo.hand(1);
              }
              done.countDown();
            });
    echo.threads[0].start();
    echo.threads[1].start();
    done.await();
    return nanos;
  }

  private static void pause(Scheduler scheduler, long nanos) {
    Thread self = Thread.currentThread();
    long end = System.nanoTime() + nanos;
    scheduler.schedule(nanos, () -> LockSupport.unpark(self));
    while (System.nanoTime() < end) {
      LockSupport.park();
    }
  }

  private void await(int number) {
    while (turn != number) {
      LockSupport.park();
    }
  }

  private void hand(int me) {
    turn = turn + 1;
    LockSupport.unpark(threads[1 - me]);
  }
}
