package dev.selene.host.wasi;

import java.time.Instant;

/** The clocks of WASI, in nanoseconds. */
final class Clocks {
  static final int REALTIME = 0;
  static final int MONOTONIC = 1;
  private static final int THREAD_CPU = 3;

  /** So that the monotonic clock starts above 0. */
  private static final long ORIGIN = System.nanoTime() - 1_000_000_000L;

  private Clocks() {}

  /** Fails with {@link Errno#BADF} for the clocks of CPU time, as Lunatic does. */
  static void check(int clock) throws WasiFailure {
    if (clock < 0 || clock > THREAD_CPU) {
      throw new WasiFailure(Errno.INVAL);
    }
    if (clock > MONOTONIC) {
      throw new WasiFailure(Errno.BADF);
    }
  }

  /** The time of a clock that {@link #check} let pass. */
  static long now(int clock) {
    return clock == REALTIME ? realtime() : monotonic();
  }

  static long monotonic() {
    return System.nanoTime() - ORIGIN;
  }

  private static long realtime() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
