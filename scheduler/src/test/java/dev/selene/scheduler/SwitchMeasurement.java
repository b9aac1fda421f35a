package dev.selene.scheduler;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * What a switch costs, our workers beside the JDK's scheduler; a main, not a test.
 *
 * <p>Run: {@code mvn -q -pl scheduler test-compile}, then {@code java --add-opens
 * java.base/java.lang=ALL-UNNAMED -Djdk.trackAllThreads=false -cp
 * scheduler/target/classes:scheduler/target/test-classes:<slf4j-api>
 * dev.selene.scheduler.SwitchMeasurement}.
 */
final class SwitchMeasurement {
  private static final int ROUNDS = 5;

  private SwitchMeasurement() {}

  public static void main(String[] arguments) throws InterruptedException {
    for (SchedulerMode mode :
        new SchedulerMode[] {SchedulerMode.WORK_STEALING, SchedulerMode.JDK}) {
      for (int workers : mode == SchedulerMode.JDK ? new int[] {0} : new int[] {1, 2}) {
        try (Scheduler scheduler = Scheduler.start(workers, mode)) {
          String title = mode + " workers=" + workers;
          for (int pairs : new int[] {1, 40}) {
            System.out.printf(
                "%-26s ping-pong, %2d pairs: %6.0f ns a round trip%n",
                title, pairs, pingPong(scheduler, pairs, 2_000_000));
          }
          System.out.printf(
              "%-26s start, run, end:      %6.0f ns%n", title, spawn(scheduler, 300_000));
          System.out.printf(
              "%-26s schedule and cancel:  %6.0f ns%n", title, timers(scheduler, 2_000_000));
        }
      }
    }
    for (int workers = 1; workers <= 2; workers++) {
      echoUnderLoad(workers);
    }
  }

  private static double pingPong(Scheduler scheduler, int pairs, int messages)
      throws InterruptedException {
    double[] results = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      CountDownLatch done = new CountDownLatch(pairs * 2);
      Thread[][] threads = new Thread[pairs][];
      int each = messages / pairs;
      for (int i = 0; i < pairs; i++) {
        threads[i] = Echo.pair(scheduler, each, done);
      }
      long begin = System.nanoTime();
      for (Thread[] pair : threads) {
        pair[0].start();
        pair[1].start();
      }
      done.await();
      results[round] = (System.nanoTime() - begin) / (double) (each * pairs);
    }
    Arrays.sort(results);
    return results[ROUNDS / 2];
  }

  private static double spawn(Scheduler scheduler, int count) throws InterruptedException {
    double[] results = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      CountDownLatch done = new CountDownLatch(1);
      long begin = System.nanoTime();
      scheduler
          .newThread(
              () -> {
                Thread self = Thread.currentThread();
                for (int i = 0; i < count; i++) {
                  boolean[] ended = new boolean[1];
                  scheduler
                      .newThread(
                          () -> {
                            ended[0] = true;
                            LockSupport.unpark(self);
                          })
                      .start();
                  while (!ended[0]) {
                    LockSupport.park();
                  }
                }
                done.countDown();
              })
          .start();
      done.await();
      results[round] = (System.nanoTime() - begin) / (double) count;
    }
    Arrays.sort(results);
    return results[ROUNDS / 2];
  }

  private static double timers(Scheduler scheduler, int count) throws InterruptedException {
    double[] results = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      CountDownLatch done = new CountDownLatch(1);
      long begin = System.nanoTime();
      scheduler
          .newThread(
              () -> {
                for (int i = 0; i < count; i++) {
                  scheduler.schedule(1_000_000_000, () -> {}).cancel();
                }
                done.countDown();
              })
          .start();
      done.await();
      results[round] = (System.nanoTime() - begin) / (double) count;
    }
    Arrays.sort(results);
    return results[ROUNDS / 2];
  }

  private static void echoUnderLoad(int workers) throws InterruptedException {
    try (Scheduler scheduler = Scheduler.start(workers, SchedulerMode.WORK_STEALING)) {
      BusyLoops loops = BusyLoops.start(scheduler, 20);
      long[] nanos = Echo.roundTrips(scheduler, 2_000);
      nanos = Echo.spacedRoundTrips(scheduler, 3_000, 200_000);
      long[] runs = loops.stop();
      Arrays.sort(nanos);
      Arrays.sort(runs);
      System.out.printf(
          "workers=%d 20 loops, echo every 0.2 ms: p50 %.1f us, p99 %.1f us, max %.1f us;"
              + " slices of the loops: least %d, most %d%n",
          workers,
          nanos[nanos.length / 2] / 1e3,
          nanos[nanos.length * 99 / 100] / 1e3,
          nanos[nanos.length - 1] / 1e3,
          runs[0],
          runs[runs.length - 1]);
    }
  }
}
