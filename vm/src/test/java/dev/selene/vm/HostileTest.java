package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.StandardStreams;
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
 * Every attack of the guest {@code hostile}, beside a canary: the guilty process ends as the table
 * says, the canary sings on, and the ledger is where it was.
 */
class HostileTest {
  private static final long RUN_BEFORE_KILL_MILLIS = 150;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"COMPILED", "INTERPRETED", "COMPILED_FRESH_ON_JDK_SCHEDULER"})
  void attacks_harmOnlyTheirOwnProcess(VmSetting setting) throws Exception {
    List<Expectation> table = Expectation.read(Guests.file("hostile/expected.tsv"), true);
    assertTrue(table.size() > 40, "the table of attacks is nearly empty");
    StringBuilder wrong = new StringBuilder();
    PipedOutputStream neverWritten = new PipedOutputStream();
    InputStream silent = new PipedInputStream(neverWritten);
    StandardStreams streams =
        new StandardStreams(
            silent, OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false);
    try (Vm vm = setting.builder().streams(() -> streams).build();
        Module hostile = vm.load(Guests.program("hostile"));
        Module probe = vm.load(Guests.program("probe"));
        Canary canary = new Canary(vm, probe)) {
      canary.assertSings();
      for (int i = 0; i < table.size(); i++) {
        Expectation attack = table.get(i);
        Path own = Files.createDirectory(folder.resolve("attack" + i));
        String actual = run(vm, hostile, attack, own);
        if (!attack.reasons().contains(actual)) {
          wrong.append('\n').append(attack).append(" but was ").append(actual);
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
    }
    assertEquals("", wrong.toString());
  }

  private static String run(Vm vm, Module module, Expectation attack, Path folder)
      throws Exception {
    SpawnOptions options = SpawnOptions.of(attack.function()).config(attack.config(folder));
    for (int argument : attack.arguments()) {
      options = options.argument(argument);
    }
    ProcessHandle guilty = vm.spawn(module, options);
    if (attack.isKilledByTheTest()) {
      try {
        ExitReason early = guilty.exit().get(RUN_BEFORE_KILL_MILLIS, TimeUnit.MILLISECONDS);
        return Expectation.nameOf(early);
      } catch (TimeoutException e) {
        guilty.kill();
      }
    }
    return Expectation.nameOf(VmCheck.end(guilty));
  }
}
