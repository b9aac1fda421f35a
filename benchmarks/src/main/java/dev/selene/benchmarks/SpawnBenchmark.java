package dev.selene.benchmarks;

import dev.selene.host.ExitReason;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.util.concurrent.TimeUnit;
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
 * Processes that are spawned from Java, wait for a message, get it and end. What a guest pays that
 * spawns another is measured by {@code benchmarks/run}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-opens", "java.base/java.lang=ALL-UNNAMED"})
public class SpawnBenchmark {
  private static final int BATCH = 1_000;

  /** How many are alive at once: one after the other, or a batch. */
  @Param({"1", "1000"})
  public int alive = 1;

  private Vm vm;
  private Module module;
  private final SpawnOptions options = SpawnOptions.of("run");
  private final ProcessHandle[] processes = new ProcessHandle[BATCH];

  /** Loads the module and waits until it is compiled. */
  @Setup(Level.Trial)
  public void load() {
    vm = Vm.builder().workers(2).build();
    module = vm.load("receiver", Receiver.MODULE);
    module.compilation().join();
  }

  /** Closes all. */
  @TearDown(Level.Trial)
  public void close() {
    module.close();
    vm.close();
  }

  /**
   * A process's whole life.
   *
   * @throws InterruptedException never, unless JMH gives up
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void spawnSendEnd() throws InterruptedException {
    for (int done = 0; done < BATCH; done += alive) {
      for (int index = 0; index < alive; index++) {
        processes[index] = vm.spawn(module, options);
      }
      for (int index = 0; index < alive; index++) {
        processes[index].send(0, new byte[0]);
      }
      for (int index = 0; index < alive; index++) {
        ExitReason reason = processes[index].join();
        if (reason.isFailure()) {
          throw new IllegalStateException(reason.describe());
        }
      }
    }
  }
}
