package dev.selene.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code selene init}. */
@Command(
    name = "init",
    description =
        "Sets up a cargo project, so that cargo run and cargo test build for WebAssembly and run"
            + " under Selene. Changes nothing that is set otherwise.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class InitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "The cargo project (default: the current folder).")
  private String folder;

  @Override
  public Integer call() {
    machine.configureLogging("warn");
    Path project = ModuleFile.path(folder);
    if (!Files.isRegularFile(project.resolve("Cargo.toml"))) {
      throw CommandFailure.cannotLoad(
          folder + ": no Cargo.toml here; make a project first, with cargo new or cargo init");
    }
    Path old = project.resolve(".cargo").resolve("config");
    if (Files.exists(old)) {
      throw CommandFailure.cannotLoad(
          old + ": cargo's old name for this file; rename it to config.toml and try again");
    }
    Path file = project.resolve(".cargo").resolve("config.toml");
    try {
      String before = Files.exists(file) ? Files.readString(file) : "";
      String after = CargoConfig.forSelene(file.toString(), before);
      if (!after.equals(before)) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, after);
        spec.commandLine().getOut().println("wrote " + file);
      } else {
        spec.commandLine().getOut().println(file + " is set up already");
      }
      spec.commandLine().getOut().flush();
    } catch (IOException e) {
      throw CommandFailure.cannotLoad(file + ": " + e.getMessage(), e);
    }
    return ExitCodes.OK;
  }
}
