package dev.selene.cli;

// region embedding
import dev.selene.host.ExitReason;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Runs somebody else's module under limits, and lets it call back. */
public final class EmbeddingExample {

  /** The import {@code host.count}: a Wasm function {@code (i32) -> ()}. */
  public static final class Counter implements HostModule {
    final AtomicLong total = new AtomicLong();

    @Override
    public String name() {
      return "host";
    }

    /** Called on the virtual thread of the guest's process. */
    @Import("count")
    public void count(ProcessContext process, int amount) {
      total.addAndGet(amount);
    }
  }

  static String run(Path file) throws InterruptedException {
    Counter counter = new Counter();
    try (Vm vm = Vm.builder().hostModule(counter).build();
        Module module = vm.load(file)) {
      ProcessConfig limits =
          ProcessConfig.builder()
              .maxMemoryBytes(16 << 20)
              .maxFuel(10) // a million instructions
              .canSpawnProcesses(true)
              .maxProcesses(100)
              .build();
      ProcessHandle process = vm.spawn(module, SpawnOptions.of("_start").config(limits));
      ExitReason reason = process.join();
      return counter.total + " counted, then: " + reason.describe();
    }
  }
}
// endregion
