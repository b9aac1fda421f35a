package dev.selene.cli;

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
    },
    subcommands = {
      RunCommand.class,
      TestCommand.class,
      CompileCommand.class,
      InspectCommand.class,
      InfoCommand.class,
      NewCommand.class,
      InitCommand.class,
      WarmUpCommand.class,
      AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class
    })
final class SeleneCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
