package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to end, as the table of the guest {@code probe} has it, in every setting. */
class EndsTest {
  @ParameterizedTest
  @EnumSource
  void eachExport_endsAsTheTableSays(VmSetting setting) throws Exception {
    List<Expectation> table = Expectation.read(Guests.file("probe/expected.tsv"), false);
    assertTrue(table.size() > 15, "the table of ends is nearly empty");
    StringBuilder wrong = new StringBuilder();
    try (Vm vm = setting.builder().build()) {
      try (Module probe = vm.load(Guests.program("probe"))) {
        for (Expectation expected : table) {
          ProcessHandle process =
              vm.spawn(
                  probe,
                  SpawnOptions.of(expected.function()).config(expected.config(Path.of("."))));
          ExitReason reason;
          try {
            reason =
                process
                    .exit()
                    .get(expected.isKilledByTheTest() ? 100 : 60_000, TimeUnit.MILLISECONDS);
          } catch (TimeoutException e) {
            process.kill();
            reason = VmCheck.end(process);
          }
          if (!expected.reasons().contains(Expectation.nameOf(reason))) {
            wrong.append('\n').append(expected).append(" but was ").append(reason);
          }
        }
        vm.processes().forEach(ProcessHandle::kill);
        VmCheck.assertNothingLeft(vm);
      }
    }
    assertEquals("", wrong.toString());
  }
}
