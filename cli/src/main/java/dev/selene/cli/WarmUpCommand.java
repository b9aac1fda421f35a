package dev.selene.cli;

import dev.selene.host.ProcessConfig;
import dev.selene.vm.Module;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * What the launcher runs once after a build, to record which classes a start loads (JEP 483, JEP
 * 514): a small program from parsing to its end, interpreted and compiled.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
  private static final int RUNS = 3;

  /**
   * A memory of one page, {@code wasi_snapshot_preview1.fd_write}, and a {@code _start} that writes
   * no bytes to standard output after a loop of ten turns.
   */
  private static final byte[] PROGRAM =
      HexFormat.of()
          .parseHex(
              "0061736d01000000"
                  + "010c0260047f7f7f7f017f600000"
                  + "0223011677617369"
                  + "5f736e617073686f745f70726576696577310866645f77726974650000"
                  + "03020101"
                  + "0503010001"
                  + "071302066d656d6f72790200065f73746172740001"
                  + "0a20011e01017f0340200041016a220041"
                  + "0a490d000b410141104100410810001a0b");

  @Override
  public Integer call() throws InterruptedException, IOException {
    Logging.configure("error", 0);
    // Not the user's cache: the archive must hold what both need, compiling and finding.
    Path folder = Files.createTempDirectory("selene-warm-up");
    try {
      Path program = Files.write(folder.resolve("warm-up.wasm"), PROGRAM);
      compile(program, folder);
      for (int i = 0; i < RUNS; i++) {
        run(program, folder);
      }
    } catch (ExecutionException e) {
      throw CommandFailure.cannotLoad("warm-up: " + e.getMessage(), e);
    } finally {
      delete(folder);
    }
    return ExitCodes.OK;
  }

  private static void compile(Path program, Path cache)
      throws InterruptedException, ExecutionException {
    MachineOptions options = new MachineOptions();
    options.useCache(cache);
    try (Vm vm = options.start();
        Module module = ModuleFile.load(vm, program)) {
      ProcessConfig config = new GuestOptions().config(List.of("warm-up.wasm"));
      vm.spawn(module, SpawnOptions.of("_start").config(config)).join();
      module.compilation().get();
    }
  }

  private static void run(Path program, Path cache) throws InterruptedException {
    String[] commandLine = {"run", program.toString(), "argument"};
    RunCommand command = RunCommand.ofPlain(commandLine, new PrintWriter(System.err, true));
    if (command != null) {
      command.machine().useCache(cache);
      command.call();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        Files.deleteIfExists(entry);
      }
    }
    Files.delete(folder);
  }
}
