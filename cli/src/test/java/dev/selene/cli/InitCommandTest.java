package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code selene init}. */
class InitCommandTest {
  private static final String FRESH =
      """
      [build]
      target = "wasm32-wasip1"

      [target.wasm32-wasip1]
      runner = "selene run"
      """;

  @TempDir Path project;

  @BeforeEach
  void project() throws IOException {
    Files.writeString(project.resolve("Cargo.toml"), "[package]\nname = \"x\"\n");
  }

  private Path config() {
    return project.resolve(".cargo/config.toml");
  }

  private CommandRun init(String before) throws IOException {
    Files.createDirectories(config().getParent());
    Files.writeString(config(), before);
    return CommandRun.here("init", project.toString());
  }

  @Test
  void project_isSetUp_once() throws IOException {
    assertEquals(0, CommandRun.here("init", project.toString()).exitCode());
    assertEquals(FRESH, Files.readString(config()));
    CommandRun again = CommandRun.here("init", project.toString());
    assertEquals(0, again.exitCode());
    assertTrue(again.out().contains("already"), again.out());
    assertEquals(FRESH, Files.readString(config()));
  }

  @Test
  void otherContent_isKept() throws IOException {
    String before = "# mine\n[net]\nretry = 3\n\n[build] # here\njobs = 2\n";
    assertEquals(0, init(before).exitCode());
    assertEquals(
        """
        # mine
        [net]
        retry = 3

        [build] # here
        target = "wasm32-wasip1"
        jobs = 2

        [target.wasm32-wasip1]
        runner = "selene run"
        """,
        Files.readString(config()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build.target = 'wasm32-wasip1'\n[target.wasm32-wasip1]\nrunner = [\"selene\", \"run\"]\n",
        "[build]\ntarget = [\"wasm32-wasip1\"] # one\n[target.\"wasm32-wasip1\"]\nrunner='selene run'",
      })
  void sameValues_inOtherForms_areLeftAlone(String before) throws IOException {
    CommandRun run = init(before);
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(before, Files.readString(config()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[build]\ntarget = \"wasm32-wasi\"\n",
        "[target.wasm32-wasip1]\nrunner = \"lunatic run\"\n",
        "build = { jobs = 2 }\n",
        "target.wasm32-wasip1.runner = 'wasmtime'\n",
      })
  void otherValues_areRefused(String before) throws IOException {
    CommandRun run = init(before);
    assertEquals(1, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("config.toml"), run.err());
    assertEquals(before, Files.readString(config()));
  }

  @Test
  void folder_withoutProject_isRefused() throws IOException {
    Files.delete(project.resolve("Cargo.toml"));
    CommandRun run = CommandRun.here("init", project.toString());
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("cargo new"), run.err());
  }
}
