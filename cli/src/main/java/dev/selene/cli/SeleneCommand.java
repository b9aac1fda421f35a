package dev.selene.cli;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a subcommand: shows the help. */
@Command(
    name = "selene",
    description =
        "Runs WebAssembly actors: programs built with the Rust crate selene, or with lunatic,"
            + " unmodified.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "selene FILE.wasm means selene run FILE.wasm.",
      "Environment: SELENE_CACHE_DIR, and for the launcher SELENE_JAVA_HOME, SELENE_JAVA_OPTS."
    })
final class SeleneCommand implements Runnable {
  private static final List<Class<?>> SUBCOMMANDS =
      List.of(
          RunCommand.class,
          TestCommand.class,
          CompileCommand.class,
          InspectCommand.class,
          InfoCommand.class,
          NewCommand.class,
          InitCommand.class,
          WarmUpCommand.class,
          AutoComplete.GenerateCompletion.class,
          CommandLine.HelpCommand.class);

  @Spec private CommandSpec spec;

  /** The one that is named first, when it stands for itself; else all, in the help's order. */
  static List<Class<?>> subcommands(String[] arguments) {
    Class<?> named =
        switch (arguments.length == 0 ? "" : arguments[0]) {
          case "run" -> RunCommand.class;
          case "test" -> TestCommand.class;
          case "compile" -> CompileCommand.class;
          case "inspect" -> InspectCommand.class;
          case "info" -> InfoCommand.class;
          default -> null;
        };
    return named == null ? SUBCOMMANDS : List.of(named);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
