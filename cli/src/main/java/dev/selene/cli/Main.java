package dev.selene.cli;

import dev.selene.host.ModuleRejected;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;

/** The entry point. */
public final class Main {
  private static final Set<String> IMPLIED_RUN_FLAGS = Set.of("--bench", "--dir");

  private Main() {}

  /**
   * Runs a command and ends the JVM with its exit code.
   *
   * @param arguments as the shell gave them
   */
  public static void main(String[] arguments) {
    StandardOutput output = StandardOutput.ofThisJvm();
    int exitCode = execute(arguments, output);
    System.out.flush();
    exitCode = afterOutput(exitCode, output, new PrintWriter(System.err, true));
    System.err.flush();
    System.exit(exitCode);
  }

  private static int execute(String[] arguments, StandardOutput output) {
    RunCommand plain = RunCommand.ofPlain(arguments, new PrintWriter(System.err, true));
    if (plain != null) {
      return execute(plain);
    }
    CommandLine commandLine = newCommandLine(arguments);
    commandLine.setOut(output.writer());
    int exitCode = execute(arguments, commandLine);
    commandLine.getOut().flush();
    return exitCode;
  }

  private static int execute(RunCommand plain) {
    try {
      return plain.call();
    } catch (Throwable failure) {
      return onFailure(failure, plain.err());
    }
  }

  /** A command that went well, but whose output is lost, did not go well. */
  static int afterOutput(int exitCode, StandardOutput output, PrintWriter err) {
    if (exitCode != ExitCodes.OK || output.failure() == null) {
      return exitCode;
    }
    if (output.nobodyReads()) {
      return StandardOutput.NOBODY_READS;
    }
    printFailure(err, "standard output cannot be written: " + output.failure());
    return ExitCodes.CANNOT_LOAD;
  }

  /** With all subcommands. */
  static CommandLine newCommandLine() {
    return newCommandLine(new String[0]);
  }

  /**
   * With the subcommands that these arguments can want: reading the annotations of all of them
   * takes longer than what most of them do.
   */
  static CommandLine newCommandLine(String[] arguments) {
    CommandLine commandLine = new CommandLine(new SeleneCommand());
    SeleneCommand.subcommands(arguments).forEach(commandLine::addSubcommand);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    // An argument that begins with @ is the guest's, and no file of arguments.
    commandLine.setExpandAtFiles(false);
    commandLine.setParameterExceptionHandler(Main::onWrongUsage);
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> onFailure(failure, command.getErr()));
    // What follows the program's name is the program's business, also when it starts with a dash.
    CommandLine run = commandLine.getSubcommands().get("run");
    if (run != null) {
      run.setStopAtPositional(true);
    }
    return commandLine;
  }

  /** A command whose arguments picocli reads; without the JVM's end. */
  static int execute(String[] arguments, CommandLine commandLine) {
    try {
      return commandLine.execute(withImpliedRun(arguments, commandLine));
    } catch (Throwable failure) {
      // Errors, which picocli lets through: no room left on the heap, most likely.
      return onFailure(failure, commandLine.getErr());
    }
  }

  /** {@code selene x.wasm} and {@code selene --dir d x.wasm} mean {@code selene run ...}. */
  static String[] withImpliedRun(String[] arguments, CommandLine commandLine) {
    if (arguments.length == 0 || commandLine.getSubcommands().containsKey(arguments[0])) {
      return arguments;
    }
    String first = arguments[0];
    String flag = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
    if (!first.contains(".wasm") && !IMPLIED_RUN_FLAGS.contains(flag)) {
      return arguments;
    }
    String[] withRun = new String[arguments.length + 1];
    withRun[0] = "run";
    System.arraycopy(arguments, 0, withRun, 1, arguments.length);
    return withRun;
  }

  private static int onWrongUsage(CommandLine.ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    printFailure(
        command.getErr(),
        oneLine(String.valueOf(wrong.getMessage()))
            + suggestion(wrong, command)
            + " (see: "
            + helpFor(command)
            + ")");
    return ExitCodes.USAGE;
  }

  private static String helpFor(CommandLine command) {
    return command.getCommandSpec().qualifiedName() + " --help";
  }

  private static String suggestion(CommandLine.ParameterException wrong, CommandLine command) {
    if (wrong instanceof CommandLine.UnmatchedArgumentException && command.getParent() == null) {
      return "; the commands are " + String.join(", ", new TreeSet<>(visible(command)));
    }
    return "";
  }

  private static Set<String> visible(CommandLine command) {
    Set<String> names = new TreeSet<>();
    command
        .getSubcommands()
        .forEach(
            (name, subcommand) -> {
              if (!subcommand.getCommandSpec().usageMessage().hidden()) {
                names.add(name);
              }
            });
    return names;
  }

  private static int onFailure(Throwable failure, PrintWriter err) {
    String text = failure.getMessage();
    if (failure instanceof OutOfMemoryError) {
      text = "out of heap: give the JVM more, for example SELENE_JAVA_OPTS=-Xmx4g";
    } else if (!(failure instanceof CommandFailure || failure instanceof ModuleRejected)) {
      text = failure.getClass().getSimpleName() + (text == null ? "" : ": " + text);
    }
    printFailure(err, oneLine(String.valueOf(text)));
    if (Logging.isVerbose()) {
      failure.printStackTrace(err);
      err.flush();
    }
    return failure instanceof CommandFailure known ? known.exitCode() : ExitCodes.CANNOT_LOAD;
  }

  static void printFailure(PrintWriter err, String line) {
    err.println("selene: " + line);
    err.flush();
  }

  /** Line ends and other control characters would let a file's name forge output. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    String joined = String.join("; ", Arrays.asList(text.strip().split("\\R+")));
    joined.codePoints().forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return line.toString();
  }
}
