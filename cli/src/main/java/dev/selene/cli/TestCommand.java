package dev.selene.cli;

import dev.selene.host.StandardStreams;
import dev.selene.vm.Module;
import dev.selene.vm.Vm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code selene test}. */
@Command(
    name = "test",
    description = "Runs a guest's tests (#[lunatic::test]), each as a process of its own.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Exit codes: 0 when all pass, 1 when one fails or cannot be loaded, 2 for usage."
    })
final class TestCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;
  @Mixin private GuestOptions guest;

  @Parameters(index = "0", paramLabel = "FILE|CRATE", description = "The compiled tests.")
  private String program;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILTER",
      description = "Only tests whose name contains this.")
  private @Nullable String filter;

  @Parameters(index = "2..*", paramLabel = "ARGS", description = "Arguments the tests see.")
  private List<String> arguments = new ArrayList<>();

  @Option(names = "--exact", description = "FILTER and --skip are whole names.")
  private boolean exact;

  @Option(names = "--skip", paramLabel = "TEXT", description = "Leave out tests with this name.")
  private List<String> skipped = new ArrayList<>();

  @Option(names = "--ignored", description = "Only tests that are marked as ignored.")
  private boolean onlyIgnored;

  @Option(names = "--include-ignored", description = "Ignored tests too.")
  private boolean includeIgnored;

  @Option(
      names = {"--nocapture", "--no-capture"},
      description = "Show what tests print at once.")
  private boolean noCapture;

  @Option(names = "--show-output", description = "Show what passing tests printed, too.")
  private boolean showOutput;

  @Option(names = "--list", description = "List the tests, run none.")
  private boolean list;

  @Option(
      names = "--format",
      paramLabel = "pretty|terse",
      description = "Lines of --list and of results (default: pretty).")
  private String format = "pretty";

  @Option(
      names = {"-q", "--quiet"},
      description = "One character a test: --format terse.")
  private boolean quiet;

  @Option(
      names = "--test-threads",
      paramLabel = "N",
      converter = Amounts.Count.class,
      description = "How many tests run at once (default: 16, or 4 a core).")
  private long testThreads = Math.max(16, 4L * Runtime.getRuntime().availableProcessors());

  @Option(
      names = {"--color", "--colour"},
      paramLabel = "auto|always|never",
      description = "Colours (default: auto, on a terminal).")
  private String color = "auto";

  @Override
  public Integer call() throws InterruptedException {
    machine.configureLogging("error");
    boolean terse = quiet || oneOf("--format", format, "pretty", "terse").equals("terse");
    boolean colored =
        switch (oneOf("--color", color, "auto", "always", "never")) {
          case "always" -> true;
          case "never" -> false;
          default -> StandardStreams.ofThisJvm().terminal() && System.getenv("NO_COLOR") == null;
        };
    if (onlyIgnored && includeIgnored) {
      throw CommandFailure.usage("--ignored and --include-ignored exclude each other");
    }
    boolean passed = true;
    for (Path file : files()) {
      passed &= run(file, new TestReport(spec.commandLine().getOut(), terse, colored, showOutput));
    }
    return passed ? ExitCodes.OK : ExitCodes.TESTS_FAILED;
  }

  private static String oneOf(String flag, String value, String... choices) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (!List.of(choices).contains(lower)) {
      throw CommandFailure.usage(
          flag + " must be one of " + String.join(", ", choices) + ", but is '" + value + "'");
    }
    return lower;
  }

  private List<Path> files() throws InterruptedException {
    Path path = ModuleFile.path(program);
    return Files.isDirectory(path)
        ? new CargoProject(path, spec.commandLine().getErr()).buildTests()
        : List.of(path);
  }

  private boolean run(Path file, TestReport report) throws InterruptedException {
    try (Vm vm = machine.start();
        Shutdown shutdown = Shutdown.closing(vm);
        Module module = ModuleFile.load(vm, file)) {
      TestSuite suite =
          new TestSuite(
              vm, module, new TestSelection(filter, exact, skipped, onlyIgnored, includeIgnored));
      if (list) {
        report.list(suite.listed());
        return true;
      }
      waitForCompiledCode(module);
      boolean passed =
          suite.run(
              guest.config(arguments), (int) Math.min(testThreads, 100_000), noCapture, report);
      return passed && !shutdown.hasBegun();
    }
  }

  /**
   * Tests are full of short timeouts, which interpreted code beside a busy compiler misses. What
   * cannot be compiled runs interpreted after all.
   */
  private static void waitForCompiledCode(Module module) throws InterruptedException {
    try {
      module.compilation().get();
    } catch (ExecutionException e) {
      LoggerFactory.getLogger("dev.selene.cli").info("tests run interpreted", e.getCause());
    }
  }
}
