package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ProcessConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The table of limits in the README: each flag bites, with the exit code and the words that are
 * promised. What needs several processes is in {@code ConfiguredLimitsTest} of the virtual machine;
 * here it is seen that the flag gets there.
 */
@Timeout(120)
class LimitsTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(--max-[a-z]+) ");

  /** {@code if (memory.grow(100) == -1) exit(7)}. */
  private static final byte[] GROWS = {
    0x41, (byte) 0xE4, 0, 0x40, 0, 0x41, 0x7F, 0x46, 0x04, 0x40, 0x41, 7, 0x10, 1, 0x0B
  };

  /** {@code memory.fill} of the whole page, which is not all that a process costs. */
  private static final byte[] FILLS_ITS_PAGE = {
    0x41, 0, 0x41, 1, 0x41, (byte) 0x80, (byte) 0x80, 4, (byte) 0xFC, 0x0B, 0
  };

  /** {@code call 2}, which is the first function of a built guest. */
  private static final byte[] CALLS_ITSELF = {0x10, 2};

  @TempDir Path folder;

  private CommandRun run(byte[] code, String... flags) throws Exception {
    byte[] module = new GuestBuilder().function("_start", code).build();
    Path file = Files.write(folder.resolve("guest.wasm"), module);
    String[] arguments = new String[flags.length + 2];
    arguments[0] = "run";
    System.arraycopy(flags, 0, arguments, 1, flags.length);
    arguments[flags.length + 1] = file.toString();
    return CommandRun.here(arguments);
  }

  private static ProcessConfig config(String... flags) {
    return CommandLine.populateCommand(new GuestOptions(), flags).config(List.of());
  }

  @Test
  void table_hasTheFlagsThatThereAre() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path readme = here.resolve("README.md");
    String text = Files.readString(Files.exists(readme) ? readme : here.resolve("../README.md"));
    TreeSet<String> inTable = new TreeSet<>();
    Matcher row = ROW.matcher(text);
    while (row.find()) {
      inTable.add(row.group(1));
    }
    TreeSet<String> flags =
        new TreeSet<>(new CommandLine(new GuestOptions()).getCommandSpec().optionsMap().keySet());
    flags.removeIf(flag -> !flag.startsWith("--max-"));
    assertEquals(flags, inTable);
  }

  @Test
  void memory_growFails_andWhatMustBeHadEndsTheProcess() throws Exception {
    assertEquals(4_294_967_295L, config().maxMemoryBytes());
    assertEquals(0, run(GROWS).exitCode());
    assertEquals(7, run(GROWS, "--max-memory=1MiB").exitCode());
    assertEquals(0, run(FILLS_ITS_PAGE, "--max-memory=1MiB").exitCode());
    CommandRun nothingLeft = run(FILLS_ITS_PAGE, "--max-memory=64KiB");
    assertEquals(134, nothingLeft.exitCode(), nothingLeft.err());
    assertTrue(nothingLeft.err().contains("raise the limit with --max-memory"), nothingLeft.err());
  }

  @Test
  void fuel_endsTheProcess() throws Exception {
    assertEquals(0, config().maxFuel());
    CommandRun run = run(GuestBuilder.loopForEver(), "--max-fuel=2");
    assertEquals(134, run.exitCode(), run.err());
    assertTrue(run.err().contains("out of fuel (limit 2 units)"), run.err());
  }

  @Test
  void stack_isATrap() throws Exception {
    assertEquals(512 * 1024, config().maxStackBytes());
    CommandRun run = run(CALLS_ITSELF, "--max-stack=64KiB");
    assertEquals(134, run.exitCode(), run.err());
    assertTrue(run.err().contains("call stack exhausted (limit 65536 bytes)"), run.err());
  }

  @Test
  void mailboxProcessesAndHandles_reachTheConfiguration() {
    assertEquals(1_000_000, config().maxMailboxMessages());
    assertEquals(12, config("--max-mailbox=12").maxMailboxMessages());
    assertEquals(Long.MAX_VALUE, config().maxProcesses());
    assertEquals(13, config("--max-processes=13").maxProcesses());
    assertEquals(100_000, config().maxHandles());
    assertEquals(14, config("--max-handles=14").maxHandles());
  }
}
