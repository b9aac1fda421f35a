package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compile}, {@code inspect}, {@code info}, {@code warm-up}, help and completion. */
class SmallCommandsTest {
  @TempDir Path folder;

  @Test
  void inspect_showsWhatIsInAModule() throws Exception {
    Path file =
        Files.write(folder.resolve("m.wasm"), new GuestBuilder().function("_start").build());
    CommandRun run = CommandRun.here("inspect", file.toString());
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("functions: 1"), run.out());
    assertTrue(run.out().contains("wasi_snapshot_preview1"), run.out());
    assertTrue(run.out().contains("_start"), run.out());
    CommandRun json = CommandRun.here("inspect", "--json", file.toString());
    assertEquals(1, json.out().lines().count(), json.out());
    assertTrue(json.out().contains("\"functions\":1"), json.out());
  }

  @Test
  void inspect_marksImportsThatAreNotHere() throws Exception {
    byte[] module =
        new GuestBuilder()
            .importing("nowhere", "first")
            .importing("lunatic::process", "sleep_ms")
            .function("_start")
            .build();
    Path file = Files.write(folder.resolve("m.wasm"), module);
    CommandRun run = CommandRun.here("inspect", file.toString());
    assertEquals(0, run.exitCode(), run.err());
    List<String> lines = run.out().lines().map(String::strip).toList();
    assertTrue(lines.contains("imports: 4"), run.out());
    assertTrue(
        lines.contains("known       wasi_snapshot_preview1.proc_exit: (i32) -> ()"), run.out());
    assertTrue(lines.contains("unknown     nowhere.first: (i32) -> ()"), run.out());
    assertTrue(
        lines.contains(
            "wrong type  lunatic::process.sleep_ms: (i32) -> (), but here it is (i64) -> ()"),
        run.out());
    assertTrue(run.out().contains("_start: () -> ()"), run.out());
    assertTrue(run.out().contains("cannot run here: missing imports: nowhere.first"), run.out());

    CommandRun json = CommandRun.here("inspect", "--json", file.toString());
    assertEquals(0, json.exitCode(), json.err());
    assertTrue(json.out().contains("\"runsHere\":false"), json.out());
    assertTrue(
        json.out()
            .contains(
                "{\"module\":\"lunatic::process\",\"name\":\"sleep_ms\",\"type\":\"(i32) -> ()\","
                    + "\"status\":\"wrong type\",\"offered\":\"(i64) -> ()\"}"),
        json.out());
  }

  /** {@code (module (import "env" "memory" (memory 1)) (func (export "f")))}. */
  @Test
  void inspect_listsWhatIsNoFunction() throws Exception {
    byte[] module =
        HexFormat.of()
            .parseHex(
                "0061736d01000000"
                    + "010401600000"
                    + "020f0103656e76066d656d6f7279020001"
                    + "03020100"
                    + "0705010166"
                    + "0000"
                    + "0a040102000b");
    Path file = Files.write(folder.resolve("m.wasm"), module);
    CommandRun run = CommandRun.here("inspect", file.toString());
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("unknown     env.memory: memory"), run.out());
    assertTrue(run.out().contains("f: () -> ()"), run.out());
    assertTrue(run.out().contains("cannot run here: the module imports more"), run.out());
  }

  @Test
  void compile_fillsTheCache_thatRunUses() throws Exception {
    Path file =
        Files.write(folder.resolve("m.wasm"), new GuestBuilder().function("_start").build());
    CommandRun run = CommandRun.process(folder, "compile", file.toString());
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("compiled in"), run.out());
    try (var files = Files.walk(folder.resolve(".cache"))) {
      assertTrue(files.anyMatch(Files::isRegularFile), "nothing in the cache");
    }
    assertEquals(
        0, CommandRun.process(folder, "run", "--engine=compiled", file.toString()).exitCode());
  }

  @Test
  void info_tellsWhatRuns() {
    CommandRun run = CommandRun.here("info", "--workers=2");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("scheduler      work-stealing"), run.out());
    assertTrue(run.out().contains("workers        2"), run.out());
    CommandRun jdk = CommandRun.here("info", "--json", "--scheduler=jdk");
    assertTrue(jdk.out().contains("\"scheduler\":\"jdk\""), jdk.out());
  }

  @Test
  void warmUp_runsItsProgram() {
    assertEquals(new CommandRun(0, "", ""), CommandRun.here("warm-up"));
  }

  @Test
  void help_andCompletion_arePrinted() {
    assertTrue(CommandRun.here().out().contains("inspect"));
    assertTrue(CommandRun.here("help", "run").out().contains("--max-fuel"));
    assertTrue(CommandRun.here("--version").out().startsWith("selene "));
    assertTrue(CommandRun.here("generate-completion").out().contains("complete -F"));
  }
}
