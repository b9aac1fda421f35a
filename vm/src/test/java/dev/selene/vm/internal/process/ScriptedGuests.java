package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.SpawnRequest;
import dev.selene.vm.Environment;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;

/**
 * Guests whose steps are written in Java: the module's only function calls back with the number of
 * a script, which then does to its {@link ProcessContext} what imports would.
 */
public final class ScriptedGuests implements HostModule, AutoCloseable {
  /**
   * <pre>
   * (module
   *   (import "test" "step" (func $step (param i32)))
   *   (memory 1)
   *   (func (export "run") (param i32) (call $step (local.get 0))))
   * </pre>
   */
  private static final byte[] BINARY =
      HexFormat.of()
          .parseHex(
              "0061736d01000000"
                  + "01050160017f00"
                  + "020d01"
                  + "0474657374"
                  + "0473746570"
                  + "0000"
                  + "03020100"
                  + "0503010001"
                  + "070701"
                  + "0372756e"
                  + "0001"
                  + "0a0801"
                  + "06"
                  + "00"
                  + "2000"
                  + "1000"
                  + "0b");

  /** The same with a start function that runs script 1. */
  static final byte[] WITH_START =
      HexFormat.of()
          .parseHex(
              "0061736d01000000"
                  + "01080260017f00600000"
                  + "020d01"
                  + "0474657374"
                  + "0473746570"
                  + "0000"
                  + "0303020001"
                  + "0503010001"
                  + "070701"
                  + "0372756e"
                  + "0001"
                  + "080102"
                  + "0a0f02"
                  + "06002000"
                  + "10000b"
                  + "06004101"
                  + "10000b");

  /** What a guest does. */
  interface Script {
    void run(GuestContext context) throws Exception;
  }

  private final Map<Integer, Script> scripts = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();
  private final Vm vm;
  private final Module module;

  ScriptedGuests(Vm.Builder builder) {
    vm = builder.hostModule(this).build();
    module = vm.load("scripted", BINARY);
  }

  Vm vm() {
    return vm;
  }

  @Override
  public String name() {
    return "test";
  }

  /** Called by the guest. */
  @Import(value = "step", summary = "Runs a script.")
  public void step(ProcessContext process, int script) {
    Script steps = scripts.get(script);
    try {
      steps.run((GuestContext) process);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Remembers a script for {@link #request}. */
  int add(Script script) {
    int number = next.incrementAndGet();
    scripts.put(number, script);
    return number;
  }

  /** What a guest passes to spawn another. */
  static SpawnRequest request(int script, @Nullable ProcessConfig config) {
    return new SpawnRequest(
        null, config, "run", List.of(new SpawnRequest.Parameter((byte) 0x7F, script, 0)), null);
  }

  /** Sends an empty message as imports do: written to the scratch area, which charges for it. */
  static void send(GuestContext context, long target, long tag) {
    context.setScratch(new DataMessage(tag));
    context.send(target, context.takeScratch());
  }

  static long spawned(SpawnRequest.Result result) {
    if (result instanceof SpawnRequest.Result.Spawned(long id, long ignored)) {
      return id;
    }
    throw new AssertionError("not spawned: " + result);
  }

  ProcessHandle spawn(ProcessConfig config, Script script) {
    return vm.spawn(module, SpawnOptions.of("run").argument(add(script)).config(config));
  }

  ProcessHandle spawn(Environment environment, Script script) {
    return vm.spawn(module, SpawnOptions.of("run").argument(add(script)).environment(environment));
  }

  ProcessHandle spawn(Script script) {
    return spawn(ProcessConfig.builder().allPermissions(true).build(), script);
  }

  /** Fails when something is still charged after all processes have ended, which it waits for. */
  void assertNothingIsCharged() {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (vm.information().liveProcesses() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    Assertions.assertEquals(0, vm.information().liveProcesses(), "live processes");
    Assertions.assertEquals(0, vm.information().chargedBytes(), "charged bytes");
  }

  @Override
  public void close() {
    module.close();
    vm.close();
  }
}
