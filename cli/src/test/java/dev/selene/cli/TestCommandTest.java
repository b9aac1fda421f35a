package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code selene test} on a module with one test of each kind. */
class TestCommandTest {
  private static final String NEW_PANIC =
      "\nthread '<unnamed>' (1) panicked at src/lib.rs:3:5:\nboom # %s\n"
          + "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
  private static final String OLD_PANIC =
      "thread 'main' panicked at 'boom # %s', src/lib.rs:3:5\nnote: run with ...\n";

  @TempDir Path folder;
  private String file;

  @BeforeEach
  void tests() throws Exception {
    GuestBuilder guest = new GuestBuilder();
    byte[] trap = GuestBuilder.trap();
    guest.function("#lunatic_test_a::passes", guest.print(1, "quiet words\n"));
    guest.function("#lunatic_test_#ignore_a::slow", trap);
    guest.function("#lunatic_test_#panic_#b::any", trap);
    guest.function(
        "#lunatic_test_#panic_boom \\# new#b::new",
        guest.print(2, NEW_PANIC.formatted("new")),
        trap);
    guest.function(
        "#lunatic_test_#panic_boom \\# old#b::old",
        guest.print(2, OLD_PANIC.formatted("old")),
        trap);
    file = Files.write(folder.resolve("good.wasm"), guest.build()).toString();
  }

  @Test
  void allPass_inLibtestsWords() {
    CommandRun run = CommandRun.here("test", file);
    assertEquals(0, run.exitCode(), run.out() + run.err());
    assertTrue(run.out().startsWith("\nrunning 5 tests\n"), run.out());
    assertTrue(run.out().contains("test a::passes ... ok\n"), run.out());
    assertTrue(run.out().contains("test a::slow ... ignored\n"), run.out());
    assertTrue(run.out().contains("test b::any - should panic ... ok\n"), run.out());
    assertTrue(run.out().contains("test b::new - should panic ... ok\n"), run.out());
    assertTrue(run.out().contains("test b::old - should panic ... ok\n"), run.out());
    assertTrue(
        run.out()
            .contains(
                "\ntest result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; "
                    + "finished in "),
        run.out());
    assertFalse(run.out().contains("quiet words"), run.out());
    assertFalse(run.out().contains("\u001b"), run.out());
  }

  @Test
  void ignored_run_whenAskedFor() {
    CommandRun only = CommandRun.here("test", file, "--ignored");
    assertEquals(1, only.exitCode());
    assertTrue(only.out().contains("test a::slow ... FAILED"), only.out());
    assertTrue(only.out().contains("0 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out"));
    assertTrue(only.out().contains("note: process trapped or received kill signal"), only.out());
    CommandRun all = CommandRun.here("test", file, "--include-ignored");
    assertTrue(all.out().contains("4 passed; 1 failed; 0 ignored"), all.out());
  }

  @Test
  void filter_isPartOfTheNameOrExact() {
    assertTrue(CommandRun.here("test", file, "b::").out().contains("3 passed"));
    assertTrue(
        CommandRun.here("test", file, "b::", "--exact").out().contains("0 passed; 0 failed"));
    assertTrue(CommandRun.here("test", file, "--exact", "b::new").out().contains("4 filtered out"));
    assertTrue(CommandRun.here("test", file, "--skip", "b::").out().contains("1 passed"));
  }

  @Test
  void list_terse_hasOnlyNames() {
    assertEquals(
        "a::passes: test\na::slow: test\nb::any: test\nb::new: test\nb::old: test\n",
        CommandRun.here("test", file, "--list", "--format", "terse").out());
    assertTrue(CommandRun.here("test", file, "--list").out().endsWith("\n5 tests, 0 benchmarks\n"));
  }

  @Test
  void output_isShown_whenAskedFor() {
    CommandRun run = CommandRun.here("test", file, "--show-output", "passes");
    assertTrue(run.out().contains("---- a::passes stdout ----\nquiet words\n"), run.out());
  }

  @Test
  void noCapture_echoesAtOnce() throws Exception {
    CommandRun run = CommandRun.process(folder, "test", file, "passes", "--nocapture");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("quiet words\n"), run.out());
  }

  @Test
  void failures_sayWhy() throws Exception {
    GuestBuilder guest = new GuestBuilder();
    byte[] trap = GuestBuilder.trap();
    guest.function("#lunatic_test_fails", guest.print(2, NEW_PANIC.formatted("x")), trap);
    guest.function("#lunatic_test_#panic_#tame", guest.print(1, "all is well\n"));
    guest.function(
        "#lunatic_test_#panic_bang#wrong", guest.print(2, NEW_PANIC.formatted("y")), trap);
    guest.function("#lunatic_test_#panic_bang#silent", trap);
    Path bad = Files.write(folder.resolve("bad.wasm"), guest.build());
    CommandRun run = CommandRun.here("test", bad.toString(), "--color=always");
    assertEquals(1, run.exitCode());
    assertTrue(run.out().contains("test fails ... \u001b[91mFAILED\u001b[0m"), run.out());
    assertTrue(run.out().contains("---- fails stdout ----\n\nthread '<unnamed>' (1) panicked"));
    assertTrue(run.out().contains("all is well\nnote: test did not panic as expected"), run.out());
    assertTrue(run.out().contains("panic message: `boom # y`"), run.out());
    assertTrue(run.out().contains("expected substring: `bang`"), run.out());
    assertTrue(run.out().contains("ended without a panic"), run.out());
    assertTrue(run.out().contains("\nfailures:\n    fails\n    silent\n    tame\n    wrong\n"));
    assertTrue(run.out().contains("0 passed; 4 failed"), run.out());
  }

  @Test
  void threads_boundsHowManyRun_andAllEnd() throws Exception {
    GuestBuilder guest = new GuestBuilder();
    for (int i = 0; i < 60; i++) {
      guest.function("#lunatic_test_t" + i);
    }
    Path many = Files.write(folder.resolve("many.wasm"), guest.build());
    for (String threads : new String[] {"1", "3", "1000"}) {
      CommandRun run = CommandRun.here("test", many.toString(), "--test-threads=" + threads, "-q");
      assertTrue(run.out().contains("60 passed"), run.out());
      assertTrue(Arrays.asList(run.out().split("\n")).contains(".".repeat(60)), run.out());
    }
  }

  @Test
  void module_withoutTests_passes() throws Exception {
    byte[] bytes = new GuestBuilder().function("_start").build();
    Path none = Files.write(folder.resolve("none.wasm"), bytes);
    CommandRun run = CommandRun.here("test", none.toString());
    assertEquals(0, run.exitCode());
    assertTrue(run.out().contains("running 0 tests"), run.out());
  }

  @Test
  void flags_thatContradict_areUsage() {
    assertEquals(2, CommandRun.here("test", "--ignored", "--include-ignored", file).exitCode());
    assertEquals(2, CommandRun.here("test", "--color=red", file).exitCode());
    assertEquals(2, CommandRun.here("test", "--test-threads=0", file).exitCode());
  }
}
