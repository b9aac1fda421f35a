package dev.selene.cli;

import dev.selene.host.ProcessConfig;
import dev.selene.vm.Module;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;

/**
 * What the launcher runs once after a build, to record which classes a start loads (JEP 483, JEP
 * 514): a small program from parsing to its end, interpreted and compiled.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
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
  public Integer call() throws InterruptedException {
    Logging.configure("error", 0);
    // Without the user's cache: the archive must hold the compiler's classes too.
    try (Vm vm = MachineOptions.start(Vm.builder());
        Module module = vm.load("warm-up.wasm", PROGRAM)) {
      run(vm, module);
      module.compilation().get();
      run(vm, module);
    } catch (ExecutionException e) {
      throw CommandFailure.cannotLoad("warm-up: " + e.getMessage(), e);
    }
    return ExitCodes.OK;
  }

  private static void run(Vm vm, Module module) throws InterruptedException {
    ProcessConfig config = new GuestOptions().config(List.of("warm-up.wasm"));
    vm.spawn(module, SpawnOptions.of("_start").config(config)).join();
  }
}
