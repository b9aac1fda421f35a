package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selene.host.ExitReason;
import dev.selene.host.StandardStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guest {@code extensions} calls every import of {@code selene::*} through the engine. */
class ExtensionsGuestTest {
  @ParameterizedTest
  @EnumSource
  void everyImport_answersAsItShould(VmSetting setting) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StandardStreams streams =
        new StandardStreams(new ByteArrayInputStream(new byte[0]), output, output, false);
    try (Vm vm = setting.builder().streams(() -> streams).build()) {
      try (Module module = vm.load(Guests.program("extensions"))) {
        ProcessHandle main =
            vm.spawn(
                module,
                SpawnOptions.of("_start").config(VmSetting.fullConfig("extensions").build()));
        assertEquals(ExitReason.NORMAL, VmCheck.end(main), output::toString);
      }
      VmCheck.assertNothingLeft(vm);
    }
  }
}
