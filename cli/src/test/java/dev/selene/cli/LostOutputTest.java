package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Output that nobody gets: a closed pipe, a full disk, a cache without room. */
@Timeout(180)
class LostOutputTest {
  /** The reader is gone before a JVM can have started. */
  private static final String INTO_A_CLOSED_PIPE = "{ \"$@\"; echo \"code $?\" >&2; } | true";

  @TempDir Path folder;

  private String guest(byte[]... after) throws IOException {
    GuestBuilder guest = new GuestBuilder();
    byte[][] code = new byte[after.length + 1][];
    code[0] = guest.print(1, "hello\n");
    System.arraycopy(after, 0, code, 1, after.length);
    return Files.write(folder.resolve("guest.wasm"), guest.function("_start", code).build())
        .toString();
  }

  private CommandRun run(String script, String... arguments) throws Exception {
    return CommandRun.shell(folder, Map.of(), script, arguments);
  }

  @Test
  void command_whoseReaderIsGone_isQuietAnd141() throws Exception {
    assertEquals("code 141\n", run(INTO_A_CLOSED_PIPE, "info").err());
    assertEquals("code 141\n", run(INTO_A_CLOSED_PIPE, "help", "run").err());
  }

  @Test
  void program_whoseReaderIsGone_is141() throws Exception {
    assertEquals("code 141\n", run(INTO_A_CLOSED_PIPE, "run", guest()).err());
    String trapping = guest(GuestBuilder.trap());
    assertEquals(
        List.of("selene: " + trapping + " ended: nobody reads its output any more", "code 141"),
        run(INTO_A_CLOSED_PIPE, "run", trapping).err().lines().toList());
    assertEquals("code 3\n", run(INTO_A_CLOSED_PIPE, "run", guest(GuestBuilder.exit(3))).err());
  }

  @Test
  void output_toAFullDisk_isOneLineAnd1() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "no such device here");
    for (String command : new String[] {"info", "help"}) {
      CommandRun run = run("\"$@\" >/dev/full", command);
      assertEquals(1, run.exitCode(), run.err());
      assertEquals(
          "selene: standard output cannot be written: No space left on device\n", run.err());
    }
    CommandRun run = run("\"$@\" >/dev/full", "run", guest(GuestBuilder.trap()));
    assertEquals(134, run.exitCode(), run.err());
    assertTrue(run.err().contains("ended abnormally: trap"), run.err());
  }

  @Test
  void input_thatIsClosed_isNoFailure() throws Exception {
    assertEquals(new CommandRun(0, "hello\n", ""), run("exec \"$@\" <&-", "run", guest()));
  }

  @Test
  void compile_whoseCodeCannotBeKept_isOneLineAnd1() throws Exception {
    String file = guest();
    Path cache = folder.resolve(".cache");
    assertEquals(0, CommandRun.process(folder, "compile", file).exitCode());
    Path kept;
    try (var files = Files.list(cache)) {
      kept = files.findFirst().orElseThrow();
    }
    // a folder in its place can neither be read nor replaced
    Files.delete(kept);
    Files.createDirectories(kept.resolve("in the way"));
    CommandRun run = CommandRun.process(folder, "compile", file);
    assertEquals(1, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("cannot be kept in " + cache), run.err());
    assertEquals("", run.out());
    CommandRun warned = CommandRun.process(folder, "run", "--engine=compiled", file);
    assertEquals(0, warned.exitCode());
    assertEquals("hello\n", warned.out());
    assertFalse(warned.err().contains("Exception"), warned.err());
  }

  @Test
  void home_thatIsUnsetOrClosed_isNoFailure() throws Exception {
    String file = guest();
    String script = "unset SELENE_CACHE_DIR XDG_CACHE_HOME HOME; exec \"$@\"";
    // the Java option stands in for a user without an entry in the system's table
    Map<String, String> nowhere = Map.of("JAVA_TOOL_OPTIONS", "-Duser.home=/proc/nowhere");
    CommandRun run = CommandRun.shell(folder, nowhere, script, "run", file);
    assertEquals(0, run.exitCode(), run.err());
    assertEquals("hello\n", run.out());
    CommandRun compile = CommandRun.shell(folder, nowhere, script, "compile", file);
    assertEquals(1, compile.exitCode(), compile.err());
    assertTrue(compile.err().contains("set SELENE_CACHE_DIR"), compile.err());
  }
}
