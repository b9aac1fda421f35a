package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code selene run}: exit codes, output, signals. */
class RunCommandTest {
  @TempDir Path folder;

  private String file(GuestBuilder guest) throws IOException {
    Path file = folder.resolve("guest.wasm");
    Files.write(file, guest.build());
    return file.toString();
  }

  @Test
  void program_thatReturns_is0() throws Exception {
    CommandRun run = CommandRun.here("run", file(new GuestBuilder().function("_start")));
    assertEquals(new CommandRun(0, "", ""), run);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "42, 42", "255, 255", "256, 1", "-1, 255"})
  void program_thatExits_givesItsCode(int code, int expected) throws Exception {
    String file = file(new GuestBuilder().function("_start", GuestBuilder.exit(code)));
    CommandRun run = CommandRun.here("run", file);
    assertEquals(expected, run.exitCode(), run.err());
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"interpreter", "compiled", "auto"})
  void program_thatTraps_is134WithAReport(String engine) throws Exception {
    String file = file(new GuestBuilder().function("_start", GuestBuilder.trap()));
    CommandRun run = CommandRun.here("run", "--engine", engine, file);
    assertEquals(134, run.exitCode(), run.err());
    assertTrue(run.err().contains("guest.wasm ended abnormally: trap: "), run.err());
    assertTrue(run.err().contains("    at "), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"interpreter", "compiled"})
  @Timeout(120)
  void program_withoutFuel_is134WithAHint(String engine) throws Exception {
    String file = file(new GuestBuilder().function("_start", GuestBuilder.loopForEver()));
    CommandRun run = CommandRun.here("run", "--engine=" + engine, "--max-fuel=3", file);
    assertEquals(134, run.exitCode(), run.err());
    assertTrue(run.err().contains("out of fuel (limit 3 units)"), run.err());
    assertTrue(run.err().contains("--max-fuel"), run.err());
  }

  @Test
  void end_asJson_isOneLine() throws Exception {
    String file = file(new GuestBuilder().function("_start", GuestBuilder.exit(7)));
    CommandRun run = CommandRun.here("run", "--json", file);
    assertEquals(7, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("\"exitCode\":7,\"reason\":\"exited\""), run.err());
  }

  @Test
  void guest_prints_toBothStreams() throws Exception {
    GuestBuilder guest = new GuestBuilder();
    String file =
        file(guest.function("_start", guest.print(1, "to out\n"), guest.print(2, "to err\n")));
    CommandRun run = CommandRun.process(folder, "run", file, "--not-ours", "-x");
    assertEquals(new CommandRun(0, "to out\n", "to err\n"), run);
    CommandRun implied = CommandRun.process(folder, file);
    assertEquals(new CommandRun(0, "to out\n", "to err\n"), implied);
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  @Timeout(120)
  void signal_endsAllProcesses(String signal, int expected) throws Exception {
    assumeFalse(
        signal.equals("INT") && ignoresInterrupts(),
        "started in the background of a shell, which makes programs ignore SIGINT");
    GuestBuilder guest = new GuestBuilder();
    String file =
        file(guest.function("_start", guest.print(1, "running\n"), GuestBuilder.loopForEver()));
    Process process = CommandRun.start(folder, Map.of(), "run", file);
    try {
      while (!Files.readString(folder.resolve(".out")).contains("running")) {
        assertFalse(process.waitFor(20, TimeUnit.MILLISECONDS), "ended before the signal");
      }
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      CommandRun run = CommandRun.finish(process, folder);
      assertEquals(expected, run.exitCode(), run.err());
      assertFalse(run.err().contains("ended abnormally"), run.err());
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whether this process ignores SIGINT, as all that it starts does then; Linux tells. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1 << 2 - 1) != 0;
      }
    }
    return false;
  }

  @Test
  void cargoTest_isFoundInAnyTargetFolder() {
    assertTrue(RunCommand.looksLikeCargoTest(Path.of("/a/wasm32-wasip1/debug/deps/x-12.wasm")));
    assertTrue(RunCommand.looksLikeCargoTest(Path.of("/a/mine/release/deps/x.wasm")));
    assertFalse(RunCommand.looksLikeCargoTest(Path.of("/a/mine/release/x.wasm")));
    assertFalse(RunCommand.looksLikeCargoTest(Path.of("/a/mine/release/deps/x.wat")));
  }

  @Test
  void run_underCargoTest_isTheTestRunner() throws Exception {
    Path deps = Files.createDirectories(folder.resolve("other-target/debug/deps"));
    GuestBuilder guest = new GuestBuilder();
    guest.function("_start", guest.print(1, "the program ran\n"));
    Path program = Files.write(deps.resolve("program.wasm"), guest.build());
    Path tests =
        Files.write(
            deps.resolve("tests.wasm"),
            guest.function("#lunatic_test_one").function("#lunatic_test_two").build());
    Map<String, String> cargo = Map.of("CARGO_MANIFEST_DIR", folder.toString());
    CommandRun asTests =
        CommandRun.process(folder, cargo, "run", tests.toString(), "one", "--test-threads=1");
    assertEquals(0, asTests.exitCode(), asTests.err());
    assertTrue(asTests.out().contains("test one ... ok"), asTests.out());
    assertTrue(asTests.out().contains("1 passed; 0 failed; 0 ignored"), asTests.out());
    CommandRun withoutTests = CommandRun.process(folder, cargo, "run", program.toString());
    assertEquals(new CommandRun(0, "the program ran\n", ""), withoutTests);
    CommandRun bench = CommandRun.process(folder, cargo, "run", tests.toString(), "--bench");
    assertEquals(new CommandRun(0, "the program ran\n", ""), bench);
  }

  /** A value of an option that is not its default. */
  private static String example(OptionSpec option) {
    return switch (option.longestName()) {
      case "--engine" -> "interpreter";
      case "--scheduler" -> "jdk";
      case "--dir" -> "src";
      case "--env" -> "KEY=a,b c";
      case "--max-memory", "--max-stack" -> "64KiB";
      case "--allow-net", "--allow-connect", "--allow-listen" -> "*:80,127.0.0.1";
      default -> "7";
    };
  }

  private static Map<String, Object> groups(String... arguments) throws Exception {
    CommandLine all = Main.newCommandLine();
    all.parseArgs(arguments);
    Object command = all.getSubcommands().get(arguments[0]).getCommandSpec().userObject();
    Map<String, Object> settings = settings(command);
    settings.keySet().removeIf(name -> !name.contains("."));
    return settings;
  }

  /** Under {@code cargo test}, what was given to {@code run} holds for the tests: all of it. */
  @Test
  void flagsOfRun_areThoseOfItsTests() throws Exception {
    List<String> given = new ArrayList<>(List.of("run"));
    for (Class<?> group : List.of(MachineOptions.class, GuestOptions.class)) {
      for (OptionSpec option : CommandSpec.forAnnotatedObject(group).options()) {
        boolean flag = option.arity().max() == 0;
        given.add(flag ? option.shortestName() : option.longestName() + "=" + example(option));
        if (option.isMultiValue() && option.splitRegex().isEmpty()) {
          given.add(given.getLast());
        }
      }
    }
    assertTrue(given.containsAll(List.of("-v", "--max-fuel=7", "--env=KEY=a,b c")), "" + given);
    given.add("x.wasm");
    Map<String, Object> wanted = groups(given.toArray(String[]::new));
    Map<String, Object> defaults = groups("run", "x.wasm");
    wanted.forEach(
        (name, value) -> {
          // The others are no options.
          if (!name.contains(".own") && !name.endsWith(".streams")) {
            assertNotEquals(defaults.get(name), value, name);
          }
        });

    CommandLine all = Main.newCommandLine();
    all.parseArgs(given.toArray(String[]::new));
    RunCommand run = (RunCommand) all.getSubcommands().get("run").getCommandSpec().userObject();
    List<String> commandLine = new ArrayList<>(List.of("test"));
    commandLine.addAll(run.flags());
    commandLine.add("x.wasm");
    assertEquals(wanted, groups(commandLine.toArray(String[]::new)));
  }

  @Test
  void limitsOfRun_holdForItsTests() throws Exception {
    Path deps = Files.createDirectories(folder.resolve("target/debug/deps"));
    byte[] endless =
        new GuestBuilder().function("#lunatic_test_one", GuestBuilder.loopForEver()).build();
    Path tests = Files.write(deps.resolve("tests.wasm"), endless);
    Map<String, String> cargo = Map.of("CARGO_MANIFEST_DIR", folder.toString());
    CommandRun run =
        CommandRun.process(folder, cargo, "run", "--max-fuel=3", tests.toString(), "--quiet");
    assertEquals(1, run.exitCode(), run.err());
    assertTrue(run.out().contains("out of fuel (limit 3 units)"), run.out());
  }

  @Test
  void impliedRun_isForFilesAndLunaticsFlags() {
    assertArrayEquals(
        new String[] {"run", "x.wasm", "-a"},
        Main.withImpliedRun(new String[] {"x.wasm", "-a"}, Main.newCommandLine()));
    assertArrayEquals(
        new String[] {"run", "--dir=d", "x.wasm"},
        Main.withImpliedRun(new String[] {"--dir=d", "x.wasm"}, Main.newCommandLine()));
    assertArrayEquals(
        new String[] {"test", "x.wasm"},
        Main.withImpliedRun(new String[] {"test", "x.wasm"}, Main.newCommandLine()));
    assertArrayEquals(
        new String[] {"--version"},
        Main.withImpliedRun(new String[] {"--version"}, Main.newCommandLine()));
  }

  private static final PrintWriter ERR = new PrintWriter(System.err, true);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run x.wasm",
        "x.wasm",
        "run x.wasm a b",
        "./x.wasm -a --help --version=3 - ",
        "run a-crate --bin one",
        "run x.wasm a=b \"q\" 'q' ${x} %s -vv",
        "run x.wasm @file @@ @",
        "@x.wasm",
      })
  void plainCommandLine_isReadAsPicocliReadsIt(String line) throws Exception {
    String[] arguments = line.split(" ", -1);

    RunCommand plain = RunCommand.ofPlain(arguments, ERR);

    CommandLine all = Main.newCommandLine();
    all.parseArgs(Main.withImpliedRun(arguments, all));
    Object parsed = all.getSubcommands().get("run").getCommandSpec().userObject();
    assertEquals(settings(parsed), settings(plain));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run",
        "--version",
        "run -v x.wasm",
        "run --help",
        "--dir=d x.wasm",
        "--bench x.wasm",
        "-x.wasm",
        "x.wasm -- a",
        "test x.wasm",
        "info",
      })
  void commandLineWithMore_isLeftToPicocli(String line) {
    assertNull(RunCommand.ofPlain(line.split(" ", -1), ERR));
  }

  /** All fields of a command and of its groups of flags. */
  private static Map<String, Object> settings(Object command) throws Exception {
    Map<String, Object> found = new TreeMap<>();
    for (Field field : command.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      field.setAccessible(true);
      Object value = field.get(command);
      if (value instanceof MachineOptions || value instanceof GuestOptions) {
        settings(value).forEach((name, inner) -> found.put(field.getName() + "." + name, inner));
      } else if (value instanceof boolean[] flags) {
        found.put(field.getName(), Arrays.toString(flags));
      } else if (field.getType() != CommandSpec.class && field.getType() != PrintWriter.class) {
        found.put(field.getName(), value);
      }
    }
    return found;
  }

  @Test
  void plainRun_failsWithThePicocliRunsLines() throws Exception {
    CommandRun plain = CommandRun.process(folder, "run", "none.wasm");
    CommandRun flagged = CommandRun.process(folder, "run", "--engine=auto", "none.wasm");

    assertEquals(flagged, plain);
    assertEquals(new CommandRun(1, "", "selene: none.wasm: no such file\n"), plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "test", "compile", "inspect", "info"})
  void subcommandThatStandsAlone_isTheOneOfTheWholeCommand(String name) {
    CommandLine alone = Main.newCommandLine(new String[] {name, "--help"});

    assertEquals(Set.of(name), alone.getSubcommands().keySet());
    assertEquals(
        Main.newCommandLine().getSubcommands().get(name).getUsageMessage(),
        alone.getSubcommands().get(name).getUsageMessage());
  }

  /** Compiles, and damages what the cache has of it; to use that is worth a warning. */
  private void damageCache(String file) throws Exception {
    assertEquals(0, CommandRun.process(folder, "compile", file).exitCode());
    Path cached;
    try (var files = Files.list(folder.resolve(".cache"))) {
      cached = files.findFirst().orElseThrow();
    }
    Files.write(cached, new byte[10]);
  }

  /** Of tests, the failures are the news. */
  @Test
  void warnings_areNotLoggedByTests() throws Exception {
    Path deps = Files.createDirectories(folder.resolve("target/debug/deps"));
    byte[] test = new GuestBuilder().function("#lunatic_test_one").build();
    String file = Files.write(deps.resolve("tests.wasm"), test).toString();
    Map<String, String> cargo = Map.of("CARGO_MANIFEST_DIR", folder.toString());
    for (String command : List.of("run", "test")) {
      damageCache(file);
      CommandRun run = CommandRun.process(folder, cargo, command, file);
      assertEquals(0, run.exitCode(), run.err());
      assertEquals("", run.err());
    }
    damageCache(file);
    CommandRun verbose = CommandRun.process(folder, cargo, "run", "-v", file);
    assertTrue(verbose.err().contains("[WARN]"), verbose.err());
  }

  @Test
  void warning_isLoggedWithItsTimeAndLevel() throws Exception {
    String file = file(new GuestBuilder().function("_start"));
    damageCache(file);

    CommandRun run = CommandRun.process(folder, "run", file);

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(
        run.err()
            .matches(
                "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\[WARN\\] dev\\.selene\\.vm\\S* - "
                    + "compiled code in \\S+ is not used: damaged\\R"),
        run.err());
  }
}
