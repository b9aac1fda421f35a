package dev.selene.cli;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessConfig;
import dev.selene.vm.Environment;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs a module's tests: each in an environment of its own, several at once, reported as they end.
 *
 * <p>Thread-safety: one thread starts the tests and reports; ends arrive through a queue.
 */
final class TestSuite {
  /** Tests sleep for work that is quick on a warm, idle machine; theirs may be neither. */
  private static final Duration TIMER_PATIENCE = Duration.ofSeconds(1);

  private record Ended(GuestTest test, ExitReason reason, CapturedOutput output) {}

  private final Vm vm;
  private final Module module;
  private final TestSelection selection;
  private final List<GuestTest> tests;

  TestSuite(Vm vm, Module module, TestSelection selection) {
    this.vm = vm;
    this.module = module;
    this.selection = selection;
    tests =
        module.exports().stream()
            .filter(GuestTest::isTest)
            .map(GuestTest::of)
            .sorted(Comparator.comparing(GuestTest::name))
            .toList();
  }

  List<GuestTest> listed() {
    return tests.stream().filter(selection::contains).toList();
  }

  /** Runs them; true when none failed. */
  boolean run(ProcessConfig config, int atOnce, boolean echo, TestReport report)
      throws InterruptedException {
    List<GuestTest> selected = listed();
    report.start(selected.size(), tests.size() - selected.size());
    BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    int running = 0;
    for (GuestTest test : selected) {
      if (!selection.starts(test)) {
        report.ignored(test);
        continue;
      }
      if (running == atOnce) {
        report(ended.take(), report);
        running--;
      }
      start(test, config, echo, ended);
      running++;
    }
    for (; running > 0; running--) {
      report(ended.take(), report);
    }
    return report.finish();
  }

  private void start(
      GuestTest test, ProcessConfig config, boolean echo, BlockingQueue<Ended> ended) {
    OutputStream terminal = echo ? StandardOutput.ofThisJvm() : null;
    CapturedOutput output = new CapturedOutput(terminal);
    Environment environment = vm.newEnvironment(output::streamsForProcess, TIMER_PATIENCE);
    ProcessHandle process =
        vm.spawn(module, SpawnOptions.of(test.export()).config(config).environment(environment));
    process.exit().thenAccept(reason -> ended.add(new Ended(test, reason, output)));
  }

  private static void report(Ended end, TestReport report) {
    report.ended(
        TestOutcome.of(end.test(), end.reason(), end.output().panics(), end.output().all()));
  }
}
