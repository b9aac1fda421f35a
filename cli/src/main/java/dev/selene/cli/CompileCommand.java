package dev.selene.cli;

import dev.selene.vm.EngineMode;
import dev.selene.vm.Module;
import dev.selene.vm.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code selene compile}. */
@Command(
    name = "compile",
    description = "Compiles a module ahead of time, into the cache that later runs use.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CompileCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;

  @Parameters(index = "0", paramLabel = "FILE", description = "The module.")
  private String file;

  @Override
  public Integer call() throws InterruptedException {
    machine.configureLogging("error");
    Path cache = CacheDirectory.ofUser();
    if (cache == null) {
      throw CommandFailure.cannotLoad(
          "there is no cache to compile into: set SELENE_CACHE_DIR to a folder you may write");
    }
    Path path = ModuleFile.path(file);
    long start = System.nanoTime();
    try (Vm vm =
            MachineOptions.start(
                machine.newMachine().engine(EngineMode.COMPILED).cacheDirectory(cache));
        Module module = ModuleFile.load(vm, path)) {
      module.compilation().get();
      if (!vm.isCached(module)) {
        throw CommandFailure.cannotLoad(
            file + ": its compiled code cannot be kept in " + cache + ": is there room for it?");
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw CommandFailure.cannotLoad(
          file + ": cannot be compiled, it will be interpreted: " + cause.getMessage(), cause);
    }
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s (%s) compiled in %.2f s into %s%n",
            file,
            size(path),
            (System.nanoTime() - start) / 1e9,
            cache);
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }

  private static String size(Path path) {
    try {
      return Amounts.format(Files.size(path));
    } catch (IOException e) {
      return "gone";
    }
  }
}
