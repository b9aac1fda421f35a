package dev.selene.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What SQLite takes from the operating system stays within what the guest pays for. Each attack has
 * a machine of its own, whose heap is fixed, so that its resident set tells what SQLite takes.
 */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  @TempDir Path folder;

  static Stream<String> attacks() {
    return MemoryAttacks.names().stream();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void attack_takesNoMoreThanIsCharged(String attack) throws Exception {
    Process machine =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryAttacks.class.getName(),
                attack,
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(machine.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(machine.waitFor(120, TimeUnit.SECONDS), attack);
      assertEquals(0, machine.exitValue(), () -> attack + ": " + output);
    } finally {
      machine.destroyForcibly();
    }
  }
}
