package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.ModuleRejected;
import dev.selene.host.StandardStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every attack of the guest {@code hostile} and every raw module of {@code wat}, beside a canary:
 * the guilty process ends as the table says, the canary sings on, and the ledger is at zero after.
 */
class HostileTest {
  private static final long RUN_BEFORE_KILL_MILLIS = 100;

  @TempDir Path folder;

  private static StandardStreams silentStreams() {
    try {
      InputStream neverReady = new PipedInputStream(new PipedOutputStream());
      return new StandardStreams(
          neverReady, OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One attack after the other on one machine. */
  private static final class Arena implements AutoCloseable {
    private final StandardStreams streams = silentStreams();
    private final Vm vm;
    private final Module probe;
    private final Canary canary;
    private final StringBuilder wrong = new StringBuilder();

    Arena(VmSetting setting) {
      vm = setting.builder().streams(() -> streams).build();
      probe = vm.load(Guests.program("probe"));
      canary = new Canary(vm, probe);
    }

    void attack(Module module, Expectation attack, Path own) throws Exception {
      String actual = run(module, attack, own);
      if (!attack.reasons().contains(actual)) {
        report(module.name(), attack, actual);
      }
      for (ProcessHandle rest : vm.processes()) {
        if (rest.id() != canary.id()) {
          rest.kill();
        }
      }
      VmCheck.eventually(
          "only the canary lives after " + attack, () -> vm.information().liveProcesses() == 1);
      canary.assertSings();
    }

    void report(String module, Expectation attack, String actual) {
      wrong
          .append('\n')
          .append(module)
          .append(' ')
          .append(attack)
          .append(" but was ")
          .append(actual);
    }

    private String run(Module module, Expectation attack, Path own) throws Exception {
      SpawnOptions options = SpawnOptions.of(attack.function()).config(attack.config(own));
      for (int argument : attack.arguments()) {
        options = options.argument(argument);
      }
      ProcessHandle guilty = vm.spawn(module, options);
      if (attack.isKilledByTheTest()) {
        try {
          return Expectation.nameOf(
              guilty.exit().get(RUN_BEFORE_KILL_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
          guilty.kill();
        }
      }
      ExitReason reason = VmCheck.end(guilty);
      if (reason instanceof ExitReason.Trapped trapped
          && attack.reasons().contains("SpawnFailed")
          && guilty.usage().ledgerBytes() == 0) {
        return trapped.wasmStack().isEmpty() ? "SpawnFailed" : "Trapped:" + trapped.kind();
      }
      return Expectation.nameOf(reason);
    }

    @Override
    public void close() throws Exception {
      canary.close();
      probe.close();
      VmCheck.assertNothingLeft(vm);
      vm.close();
      assertEquals("", wrong.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPILED", "INTERPRETED", "COMPILED_FRESH_ON_JDK_SCHEDULER"})
  void attacks_harmOnlyTheirOwnProcess(VmSetting setting) throws Exception {
    List<Expectation> table = Expectation.read(Guests.file("hostile/expected.tsv"), true);
    assertTrue(table.size() > 40, "the table of attacks is nearly empty");
    try (Arena arena = new Arena(setting);
        Module hostile = arena.vm.load(Guests.program("hostile"))) {
      for (int i = 0; i < table.size(); i++) {
        arena.attack(hostile, table.get(i), Files.createDirectory(folder.resolve("attack" + i)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPILED", "INTERPRETED", "COMPILED_FRESH_ON_JDK_SCHEDULER"})
  void rawModules_harmOnlyTheirOwnProcess(VmSetting setting) throws Exception {
    List<Expectation.InModule> table = Expectation.readWithModules(Guests.file("wat/expected.tsv"));
    assertTrue(table.size() > 40, "the table of raw modules is nearly empty");
    try (Arena arena = new Arena(setting)) {
      for (Expectation.InModule line : table) {
        Expectation attack = line.expectation();
        try (Module module = arena.vm.load(Guests.file("target/wat/" + line.module() + ".wasm"))) {
          arena.attack(module, attack, folder);
        } catch (ModuleRejected e) {
          assertEquals(1, String.valueOf(e.getMessage()).lines().count());
          if (!attack.reasons().contains("Rejected")) {
            arena.report(line.module(), attack, "Rejected: " + e.getMessage());
          }
        }
      }
    }
  }
}
