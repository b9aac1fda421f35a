package dev.selene.benchmarks;

import dev.selene.host.ExitReason;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.util.HexFormat;
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

/** A process of a module with one page and one empty function: spawned, run, gone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-opens", "java.base/java.lang=ALL-UNNAMED"})
public class InstantiateBenchmark {
  private static final int BATCH = 200;

  /** {@code (module (memory 1) (func (export "run")))}. */
  private static final byte[] MODULE =
      HexFormat.of()
          .parseHex(
              "0061736d01000000" // magic, version
                  + "010401600000" // type 0: () -> ()
                  + "03020100" // function 0 has type 0
                  + "0503010001" // memory of 1 page
                  + "07070103" // one export with 3 letters
                  + "72756e" // "run"
                  + "0000" // function 0
                  + "0a040102000b"); // its empty body

  /** How many finished instances are kept for the next process. */
  @Param({"0", "256"})
  public int pool = 256;

  private Vm vm;
  private Module module;

  /** Loads the module and waits until it is compiled. */
  @Setup(Level.Trial)
  public void load() {
    vm = Vm.builder().workers(2).instancePool(pool).build();
    module = vm.load("empty", MODULE);
    module.compilation().join();
  }

  /** Closes all. */
  @TearDown(Level.Trial)
  public void close() {
    module.close();
    vm.close();
  }

  /**
   * A batch of processes, spawned from Java and awaited.
   *
   * @return the last one's reason
   * @throws InterruptedException never, unless JMH gives up
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public ExitReason spawnAndEnd() throws InterruptedException {
    SpawnOptions options = SpawnOptions.of("run");
    ProcessHandle[] processes = new ProcessHandle[BATCH];
    for (int index = 0; index < BATCH; index++) {
      processes[index] = vm.spawn(module, options);
    }
    ExitReason reason = ExitReason.NORMAL;
    for (ProcessHandle process : processes) {
      reason = process.join();
      if (reason.isFailure()) {
        throw new IllegalStateException(reason.describe());
      }
    }
    return reason;
  }
}
