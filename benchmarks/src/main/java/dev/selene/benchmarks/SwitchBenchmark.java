package dev.selene.benchmarks;

import dev.selene.scheduler.Scheduler;
import dev.selene.scheduler.SchedulerMode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Two virtual threads that wake each other in turn: the time of a round trip, so of two switches,
 * without any Wasm or message.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-opens", "java.base/java.lang=ALL-UNNAMED"})
public class SwitchBenchmark {
  private static final int ROUNDS = 10_000;

  /** Which scheduler. */
  @Param({"WORK_STEALING", "JDK"})
  public SchedulerMode mode = SchedulerMode.WORK_STEALING;

  private Scheduler scheduler;

  /** How often each of the two had its turn, times two: even is the first one's turn. */
  private volatile int turn;

  /** Starts the scheduler with two workers. */
  @Setup(Level.Trial)
  public void start() {
    scheduler = Scheduler.start(2, mode);
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void close() {
    scheduler.close();
  }

  /**
   * Round trips.
   *
   * @return the last turn
   * @throws InterruptedException never, unless JMH gives up
   */
  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public int roundTrip() throws InterruptedException {
    turn = 0;
    Thread[] pair = new Thread[2];
    pair[0] = scheduler.newThread(() -> take(0, pair));
    pair[1] = scheduler.newThread(() -> take(1, pair));
    pair[0].start();
    pair[1].start();
    pair[0].join();
    pair[1].join();
    return turn;
  }

  private void take(int parity, Thread[] pair) {
    for (int round = 0; round < ROUNDS; round++) {
      while ((turn & 1) != parity) {
        LockSupport.park(this);
      }
      // Only the thread whose turn it is writes.
      turn = 2 * round + parity + 1;
      LockSupport.unpark(pair[1 - parity]);
    }
  }
}
