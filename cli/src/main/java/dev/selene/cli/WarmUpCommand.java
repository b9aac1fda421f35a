package dev.selene.cli;

import dev.selene.host.ProcessConfig;
import dev.selene.host.StandardStreams;
import dev.selene.vm.Module;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
   * Does what programs of the Rust crates do first: {@code args_sizes_get}, {@code args_get},
   * {@code environ_sizes_get}, {@code fd_prestat_get}, {@code fd_prestat_dir_name}, {@code
   * clock_time_get}, {@code random_get}, {@code lunatic::process::process_id}; then ten turns of a
   * loop that calls a function of its table and sets its global, {@code memory.copy}, a line of one
   * byte for {@code fd_write}, and {@code proc_exit} of 0. Has a data segment and names.
   */
  private static final byte[] PROGRAM =
      HexFormat.of()
          .parseHex(
              "0061736d01000000012d0860047f7f7f7f017f60027f7f017f60037f7f7f017f60037f7e7f01"
                  + "7f60017f006000017e60000060017f017f029f030b16776173695f736e617073686f745f7072"
                  + "6576696577310866645f7772697465000016776173695f736e617073686f745f707265766965"
                  + "77310e617267735f73697a65735f676574000116776173695f736e617073686f745f70726576"
                  + "6965773108617267735f676574000116776173695f736e617073686f745f7072657669657731"
                  + "11656e7669726f6e5f73697a65735f676574000116776173695f736e617073686f745f707265"
                  + "76696577310b656e7669726f6e5f676574000116776173695f736e617073686f745f70726576"
                  + "696577310e66645f707265737461745f676574000116776173695f736e617073686f745f7072"
                  + "6576696577311366645f707265737461745f6469725f6e616d65000216776173695f736e6170"
                  + "73686f745f70726576696577310e636c6f636b5f74696d655f676574000316776173695f736e"
                  + "617073686f745f70726576696577310a72616e646f6d5f676574000116776173695f736e6170"
                  + "73686f745f70726576696577310970726f635f657869740004106c756e617469633a3a70726f"
                  + "636573730a70726f636573735f6964000503030207060405017001010105030100010608017f"
                  + "01418080040b071302066d656d6f72790200065f7374617274000c0907010041000b010b0a7a"
                  + "020700200041016a0b7001017f4100410410011a41800841801010021a4100410410031a4103"
                  + "410010051a410341c000410110061a4100420041c80010071a41d000410810081a100a1a0340"
                  + "20004100110700220024002000410a490d000b41e00041104108fc0a00004101411041014108"
                  + "10001a410010090b0b0f010041100b0918000000010000000a0039046e616d65000807776172"
                  + "6d5f75700114020b09696e6372656d656e740c065f7374617274071201000f5f5f737461636b"
                  + "5f706f696e746572001b0970726f64756365727301086c616e677561676501045275737400");

  /** What the program writes goes nowhere, by the way of output that may wait. */
  private static final StandardStreams SILENT =
      new StandardStreams(
          InputStream.nullInputStream(),
          OutputStream.nullOutputStream(),
          OutputStream.nullOutputStream(),
          false);

  @Override
  public Integer call() throws InterruptedException, IOException {
    Logging.configure("error", 0);
    // Not the user's cache: the archive must hold what both need, compiling and finding.
    CacheDirectory.choose(System.getenv(), System.getProperty("user.home"), false);
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
    options.useInstead(cache, () -> SILENT);
    try (Vm vm = options.start();
        Module module = ModuleFile.load(vm, program)) {
      ProcessConfig config = new GuestOptions().config(List.of("warm-up.wasm"));
      vm.spawn(module, SpawnOptions.of("_start").config(config)).join();
      module.compilation().get();
      if (!vm.isCached(module)) {
        throw new ExecutionException(new IOException("the compiled program could not be kept"));
      }
    }
  }

  private static void run(Path program, Path cache) throws InterruptedException {
    String[] commandLine = {"run", program.toString(), "argument"};
    RunCommand command = RunCommand.ofPlain(commandLine, new PrintWriter(System.err, true));
    if (command != null) {
      command.machine().useInstead(cache, () -> SILENT);
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
