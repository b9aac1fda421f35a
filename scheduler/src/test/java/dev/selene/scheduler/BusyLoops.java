package dev.selene.scheduler;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;

/** Virtual threads that compute without end and yield about every 50 microseconds. */
final class BusyLoops {
  static final long SLICE_NANOS = 50_000;

  private final AtomicLongArray slices;
  private final CountDownLatch ended;
  private volatile boolean stop;

  private BusyLoops(int count) {
    slices = new AtomicLongArray(count);
    ended = new CountDownLatch(count);
  }

  static BusyLoops start(Scheduler scheduler, int count) {
    BusyLoops loops = new BusyLoops(count);
    for (int i = 0; i < count; i++) {
      int me = i;
      scheduler.newThread(() -> loops.compute(me)).start();
    }
    return loops;
  }

  private void compute(int me) {
    while (!stop) {
      long end = System.nanoTime() + SLICE_NANOS;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      slices.lazySet(me, slices.get(me) + 1);
      Thread.yield();
    }
    ended.countDown();
  }

  /** How many slices each has had so far. */
  long[] slices() {
    long[] copy = new long[slices.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = slices.get(i);
    }
    return copy;
  }

  /** Ends the loops and tells how many slices each has had. */
  long[] stop() throws InterruptedException {
    stop = true;
    ended.await();
    return slices();
  }
}
