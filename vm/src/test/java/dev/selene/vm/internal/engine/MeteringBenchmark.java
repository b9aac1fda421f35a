package dev.selene.vm.internal.engine;

import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.lunatic.LunaticImports;
import dev.selene.host.wasi.WasiImports;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What metering costs: the kernels of {@code test-modules/bench}, compiled with and without it, in
 * one virtual machine, in turns. A program, not a test:
 *
 * <pre>
 * java -XX:-DontCompileHugeMethods -cp ... dev.selene.vm.internal.engine.MeteringBenchmark \
 *     test-modules/target/wasm32-wasip1/release/bench.wasm [seconds of warm-up] [rounds] [kernel...]
 * </pre>
 *
 * Prints for each kernel both medians and the median of the ratios of each round, and the geometric
 * mean of these. Unmetered code cannot be stopped: nothing but this program makes it.
 */
final class MeteringBenchmark {
  private static final String[] KERNELS = {"fib", "sieve", "matmul", "hash", "sort", "btree"};
  private static final int[] SIZES = {22, 30_000, 40, 50, 5_000, 2_000};
  private static final int[] GIANT_SIZES = {18, 30_000, 40, 50, 5_000, 2_000};

  /** HotSpot compiles a whole function, not just a loop of it, after some hundred calls. */
  private static final int WARM_CALLS = 3_000;

  private static final int BATCH = 20;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private MeteringBenchmark() {}

  private record Subject(String name, String export, int part, int size) {}

  /**
   * Runs it.
   *
   * @param arguments the module, seconds of warm-up, rounds, kernels
   * @throws IOException when the module cannot be read
   * @throws InstantiationFailed never
   */
  public static void main(String[] arguments) throws IOException, InstantiationFailed {
    byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
    double warmUp = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 4;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 15;
    List<String> chosen =
        List.of(arguments).subList(Math.min(3, arguments.length), arguments.length);
    ImportTable imports = imports();
    double logarithms = 0;
    int count = 0;
    for (Subject subject : subjects()) {
      if (!chosen.isEmpty() && !chosen.contains(subject.name)) {
        continue;
      }
      logarithms += Math.log(compare(subject, bytes, imports, warmUp, rounds));
      count++;
    }
    System.out.printf("geometric mean of %d: %.3f%n", count, Math.exp(logarithms / count));
  }

  private static List<Subject> subjects() {
    List<Subject> subjects = new ArrayList<>();
    for (int part = 0; part < KERNELS.length; part++) {
      subjects.add(new Subject("normal-" + KERNELS[part], "kernel_normal", part, SIZES[part]));
    }
    for (int part = 0; part < KERNELS.length; part++) {
      subjects.add(new Subject("giant-" + KERNELS[part], "kernel_giant", part, GIANT_SIZES[part]));
    }
    return subjects;
  }

  private static ImportTable imports() {
    List<HostModule> modules = new ArrayList<>(LunaticImports.all());
    modules.add(new WasiImports());
    List<HostFunction> functions = new ArrayList<>();
    modules.forEach(module -> functions.addAll(HostFunction.of(module)));
    return ImportTable.of(functions);
  }

  private static double compare(
      Subject subject, byte[] bytes, ImportTable imports, double warmUp, int rounds)
      throws InstantiationFailed {
    GuestInstance metered = start(EngineFixture.engine(EngineMode.COMPILED), bytes, imports);
    GuestInstance unmetered = start(EngineFixture.unmeteredEngine(), bytes, imports);
    if (run(metered, subject) != run(unmetered, subject)) {
      throw new AssertionError("different results of " + subject);
    }
    long end = System.nanoTime() + (long) (warmUp * 1e9);
    for (int calls = 0; calls < WARM_CALLS || System.nanoTime() < end; calls++) {
      run(metered, subject);
      run(unmetered, subject);
    }
    double[] with = new double[rounds];
    double[] without = new double[rounds];
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      with[round] = measure(metered, subject);
      without[round] = measure(unmetered, subject);
      ratios[round] = with[round] / without[round];
    }
    System.out.printf(
        "%-14s metered %8.1f us  unmetered %8.1f us  ratio %.3f%n",
        subject.name, median(with) / 1e3, median(without) / 1e3, median(ratios));
    return median(ratios);
  }

  private static GuestInstance start(Engine engine, byte[] bytes, ImportTable imports)
      throws InstantiationFailed {
    return engine.load("bench", bytes, imports).instantiate(new BenchmarkOwner());
  }

  private static long run(GuestInstance instance, Subject subject) {
    return instance.call(subject.export, subject.part, subject.size)[0];
  }

  /** Processor time, the best of a few: what other work on the machine adds is never negative. */
  private static double measure(GuestInstance instance, Subject subject) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      for (int call = 0; call < BATCH; call++) {
        run(instance, subject);
      }
      best = Math.min(best, THREADS.getCurrentThreadCpuTime() - start);
    }
    return (double) best / BATCH;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
