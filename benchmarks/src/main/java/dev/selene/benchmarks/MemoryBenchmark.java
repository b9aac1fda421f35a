package dev.selene.benchmarks;

import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What processes that wait for a message keep of the heap, beside the memory that a guest writes
 * to: this one writes none. The figures are the counters {@code bytesEach} and {@code
 * startMicrosEach}; the time of the whole contains collections of the heap, until it changes no
 * more.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-opens",
      "java.base/java.lang=ALL-UNNAMED",
      "-XX:+UseParallelGC",
      "-XX:+UseCompactObjectHeaders",
      "-Xmx4g"
    })
public class MemoryBenchmark {
  /** The same heap size to a thousandth, and no process on its way any more. */
  private static final double SETTLED = 0.001;

  /** How many live at once. */
  @Param({"10000", "100000"})
  public int count = 10_000;

  private Vm vm;
  private Module module;
  private ProcessHandle[] processes = new ProcessHandle[0];

  /** What JMH shows beside the time of the whole. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Heap {
    /** Bytes for each process. */
    public double bytesEach;

    /** Microseconds to start each process, without its run up to the receive. */
    public double startMicrosEach;
  }

  /** Loads the module and waits until it is compiled. */
  @Setup(Level.Trial)
  public void load() {
    vm = Vm.builder().workers(2).build();
    module = vm.load("receiver", Receiver.MODULE);
    module.compilation().join();
  }

  /**
   * Ends what the last round left.
   *
   * @throws InterruptedException never, unless JMH gives up
   */
  @TearDown(Level.Iteration)
  public void end() throws InterruptedException {
    for (ProcessHandle process : processes) {
      process.kill();
    }
    for (ProcessHandle process : processes) {
      process.join();
    }
    processes = new ProcessHandle[0];
  }

  /** Closes all. */
  @TearDown(Level.Trial)
  public void close() {
    module.close();
    vm.close();
  }

  /**
   * Starts them, and looks at the heap when it does not change any more.
   *
   * @param heap where the figure goes
   * @throws InterruptedException never, unless JMH gives up
   */
  @Benchmark
  public void live(Heap heap) throws InterruptedException {
    long before = settledHeap();
    processes = new ProcessHandle[count];
    SpawnOptions options = SpawnOptions.of("run");
    long begin = System.nanoTime();
    for (int index = 0; index < count; index++) {
      processes[index] = vm.spawn(module, options);
    }
    heap.startMicrosEach = (System.nanoTime() - begin) / 1e3 / count;
    heap.bytesEach = (double) (settledHeap() - before) / count;
  }

  private static long settledHeap() throws InterruptedException {
    long last = -1;
    while (true) {
      System.gc();
      long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      if (Math.abs(now - last) <= now * SETTLED) {
        return now;
      }
      last = now;
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
