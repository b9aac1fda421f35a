package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selene.host.ExitReason;
import dev.selene.host.StandardStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The guest {@code probe} checks the semantics from inside: links, mailboxes, timers, names, traps.
 */
class ProbeTest {
  @ParameterizedTest
  @EnumSource
  void everyCheckHolds(VmSetting setting) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StandardStreams streams =
        new StandardStreams(new ByteArrayInputStream(new byte[0]), output, output, false);
    try (Vm vm = setting.builder().streams(() -> streams).build()) {
      try (Module module = vm.load(Guests.program("probe"))) {
        ProcessHandle main =
            vm.spawn(
                module, SpawnOptions.of("_start").config(VmSetting.fullConfig("probe").build()));
        ExitReason reason = VmCheck.end(main);
        assertEquals(ExitReason.NORMAL, reason, output::toString);
      }
      for (ProcessHandle rest : vm.processes()) {
        rest.kill();
      }
      VmCheck.assertNothingLeft(vm);
    }
  }
}
