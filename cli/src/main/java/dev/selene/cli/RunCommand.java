package dev.selene.cli;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessConfig;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code selene run}. */
@Command(
    name = "run",
    description = "Runs a program: a .wasm file, or a Rust crate's folder, which is built first.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Everything after FILE goes to the program; a first -- is dropped.",
      "Exit codes: the program's own; 134 when it trapped, used up a limit or was killed;",
      "1 when it cannot be loaded; 2 for a wrong command line; 130 after Ctrl-C;",
      "141 when it failed because nobody reads its output any more."
    })
final class RunCommand implements Callable<Integer> {
  /** What cargo gives its runner for {@code cargo test}, whatever the target folder is called. */
  private static final Pattern CARGO_TEST =
      Pattern.compile(".*[/\\\\](debug|release)[/\\\\]deps[/\\\\][^/\\\\]+\\.wasm");

  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;
  @Mixin private GuestOptions guest;

  @Option(
      names = "--bin",
      paramLabel = "NAME",
      description = "Which program of the crate, when it has several.")
  private @Nullable String binary;

  @Option(names = "--bench", description = "Handed to the program as its last argument.")
  private boolean bench;

  @Option(
      names = "--json",
      description = "Report the program's end as one line of JSON on standard error.")
  private boolean json;

  @Parameters(index = "0", paramLabel = "FILE|CRATE", description = "The program.")
  private String program;

  @Parameters(index = "1..*", paramLabel = "ARGS", description = "The program's arguments.")
  private List<String> arguments = new ArrayList<>();

  /** Where failures are told; null where picocli knows it. */
  private @Nullable PrintWriter ownErr;

  /**
   * The command for a command line without any flag, as most are: {@code run FILE ARGS} or {@code
   * FILE.wasm ARGS}. It needs no picocli, which takes longer to read its annotations and to load
   * its classes than all the rest of a start.
   *
   * @param commandLine as the shell gave it
   * @param err where failures are told
   * @return null when picocli has to read it: for a flag, for what it treats specially, and where
   *     the program may turn out to be tests with flags of their own
   */
  static @Nullable RunCommand ofPlain(String[] commandLine, PrintWriter err) {
    boolean named = commandLine.length > 0 && commandLine[0].equals("run");
    int file = named ? 1 : 0;
    if (isBelowCargo()
        || commandLine.length <= file
        || commandLine[file].startsWith("-")
        || !(named || commandLine[file].contains(".wasm"))) {
      return null;
    }
    if (List.of(commandLine).contains("--")) {
      return null;
    }
    RunCommand command = new RunCommand();
    command.machine = new MachineOptions();
    command.guest = new GuestOptions();
    command.program = commandLine[file];
    command.arguments.addAll(List.of(commandLine).subList(file + 1, commandLine.length));
    command.ownErr = err;
    return command;
  }

  /** For {@link WarmUpCommand}, which must not touch the user's cache. */
  MachineOptions machine() {
    return machine;
  }

  /** Where failures are told. */
  PrintWriter err() {
    PrintWriter own = ownErr;
    return own == null ? spec.commandLine().getErr() : own;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path path = ModuleFile.path(program);
    if (isCargoTest(path) && ExportNames.of(path).stream().anyMatch(GuestTest::isTest)) {
      return runAsTests(path);
    }
    machine.configureLogging("warn");
    Path file = path;
    if (Files.isDirectory(path)) {
      file = new CargoProject(path, err()).buildProgram(binary);
    } else if (binary != null) {
      throw CommandFailure.usage("--bin is for a crate's folder, and " + program + " is none");
    }
    List<String> commandLine = new ArrayList<>();
    commandLine.add(ModuleFile.baseName(file));
    commandLine.addAll(withoutFirstDashes(arguments));
    if (bench) {
      commandLine.add("--bench");
    }
    ProcessConfig config = guest.config(commandLine);
    try (Vm vm = machine.start();
        Shutdown shutdown = Shutdown.closing(vm);
        Module module = ModuleFile.load(vm, file)) {
      if (!module.exports().contains("_start")) {
        throw CommandFailure.cannotLoad(
            program + ": has no function _start to run: not a program, or built as a library");
      }
      ProcessHandle main = vm.spawn(module, SpawnOptions.of("_start").config(config));
      ExitReason reason = main.join();
      if (failed(reason) && StandardOutput.ofThisJvm().nobodyReads()) {
        Main.printFailure(err(), program + " ended: nobody reads its output any more");
        return StandardOutput.NOBODY_READS;
      }
      if (!shutdown.hasBegun()) {
        report(main, reason);
      }
      return ExitCodes.of(reason);
    }
  }

  private static boolean failed(ExitReason reason) {
    return ExitCodes.of(reason) == ExitCodes.ABNORMAL_END && !(reason instanceof ExitReason.Exited);
  }

  private void report(ProcessHandle main, ExitReason reason) {
    if (json) {
      err().println(CrashReport.json(program, main, reason));
    } else if (failed(reason)) {
      err().print(CrashReport.text(program, main, reason));
    }
    err().flush();
  }

  /** Under {@code cargo test} the arguments after the file are libtest's, so they are parsed so. */
  private int runAsTests(Path file) {
    List<String> rest = new ArrayList<>();
    rest.add("test");
    rest.addAll(flags());
    rest.add(file.toString());
    rest.addAll(arguments);
    String[] commandLine = rest.toArray(String[]::new);
    CommandLine root = Main.newCommandLine(commandLine);
    root.setOut(spec.commandLine().getOut());
    root.setErr(spec.commandLine().getErr());
    return root.execute(commandLine);
  }

  /** What holds for tests as well: all but {@code --bin}, {@code --bench} and {@code --json}. */
  List<String> flags() {
    List<String> flags = new ArrayList<>(machine.flags());
    flags.addAll(guest.flags());
    return flags;
  }

  private boolean isCargoTest(Path file) {
    return isBelowCargo() && !arguments.contains("--bench") && !bench && looksLikeCargoTest(file);
  }

  private static boolean isBelowCargo() {
    return System.getenv("CARGO_MANIFEST_DIR") != null;
  }

  static boolean looksLikeCargoTest(Path file) {
    return CARGO_TEST.matcher(MachineOptions.absolute(file).toString()).matches();
  }

  private static List<String> withoutFirstDashes(List<String> arguments) {
    return !arguments.isEmpty() && arguments.getFirst().equals("--")
        ? arguments.subList(1, arguments.size())
        : arguments;
  }
}
