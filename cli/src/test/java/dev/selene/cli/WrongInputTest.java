package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong input gets one clear line and the right exit code. */
class WrongInputTest {
  private static final byte[] COMPONENT = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};

  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    byte[] good = new GuestBuilder().function("_start").build();
    write("good.wasm", good);
    write("empty.wasm", new byte[0]);
    write("text.wasm", "hello, I am no module at all".getBytes());
    write("wat.wasm", "(module (memory 1))".getBytes());
    write("component.wasm", COMPONENT);
    write("truncated.wasm", Arrays.copyOf(good, good.length - 7));
    write("header.wasm", Arrays.copyOf(good, 5));
    write("library.wasm", new GuestBuilder().function("add").build());
    write(
        "unknown.wasm",
        new GuestBuilder()
            .importing("nowhere", "first")
            .importing("nowhere", "second")
            .function("_start")
            .build());
    write(
        "wrong-type.wasm",
        new GuestBuilder().importing("lunatic::process", "sleep_ms").function("_start").build());
    Files.createDirectory(folder.resolve("plain"));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "1, missing.wasm, no such file",
    "1, empty.wasm, the file is empty",
    "1, text.wasm, text.wasm",
    "1, wat.wasm, wat2wasm",
    "1, component.wasm, component",
    "1, truncated.wasm, truncated.wasm",
    "1, header.wasm, header.wasm",
    "1, library.wasm, _start",
    "1, wrong-type.wasm, sleep_ms",
    "1, plain, Cargo.toml",
  })
  void file_thatCannotRun_isOneLineAndCode1(int exitCode, String file, String expected) {
    CommandRun run = CommandRun.here("run", folder.resolve(file).toString());
    assertEquals(exitCode, run.exitCode(), run.err());
    assertOneLine(run, expected);
    if (!file.equals("plain")) {
      CommandRun inspect = CommandRun.here("inspect", folder.resolve(file).toString());
      boolean isModule = file.equals("library.wasm") || file.equals("wrong-type.wasm");
      assertEquals(isModule ? 0 : 1, inspect.exitCode(), inspect.err());
      if (!isModule) {
        assertOneLine(inspect, expected);
      }
    }
  }

  @Test
  void name_thatIsEmpty_isUsage() {
    CommandRun run = CommandRun.here("run", "");
    assertEquals(2, run.exitCode());
    assertOneLine(run, "name is empty");
  }

  @Test
  void device_withoutEnd_isNotReadForEver() {
    Path zero = Path.of("/dev/zero");
    assumeTrue(Files.exists(zero), "no such device here");
    CommandRun run = CommandRun.here("run", zero.toString());
    assertEquals(1, run.exitCode());
    assertOneLine(run, "larger than any module may be: 64.0 MiB");
  }

  @Test
  void files_withoutPermission_areToldApartFromMissingOnes() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Path inside = Files.copy(folder.resolve("good.wasm"), closed.resolve("good.wasm"));
    Path secret = Files.copy(folder.resolve("good.wasm"), folder.resolve("secret.wasm"));
    Files.setPosixFilePermissions(secret, Set.of());
    Files.setPosixFilePermissions(closed, Set.of());
    try {
      assumeFalse(Files.isReadable(secret), "root reads everything");
      assertOneLine(CommandRun.here("run", secret.toString()), "no permission to read it");
      assertOneLine(CommandRun.here("run", inside.toString()), "no permission for a folder");
      assertOneLine(CommandRun.here("run", closed.toString()), "no permission to read this folder");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void imports_thatAreMissing_areAllNamed() {
    CommandRun run = CommandRun.here("run", folder.resolve("unknown.wasm").toString());
    assertEquals(1, run.exitCode());
    assertOneLine(run, "first");
    assertOneLine(run, "second");
  }

  @ParameterizedTest
  @CsvSource({
    "--frobnicate, --frobnicate",
    "--max-memory=-1, --max-memory",
    "--max-memory=12parsecs, 12parsecs",
    "--max-memory=99999999999GiB, --max-memory",
    "--max-memory=0, 64KiB",
    "--max-fuel=-5, --max-fuel",
    "--max-fuel=99999999999999999999, --max-fuel",
    "--max-stack=1TiB, --max-stack",
    "--max-stack=1, --max-stack",
    "--max-mailbox=0, --max-mailbox",
    "--max-processes=none, --max-processes",
    "--workers=0, --workers",
    "--workers=99999, --workers",
    "--engine=steam, --engine",
    "--scheduler=lottery, --scheduler",
    "--env=NOVALUE, NOVALUE",
    "--dir=/no/such/folder, /no/such/folder",
    "--bin=x, --bin",
  })
  void flag_thatIsWrong_isOneLineAndCode2(String flag, String expected) {
    CommandRun run = CommandRun.here("run", flag, folder.resolve("good.wasm").toString());
    assertEquals(2, run.exitCode(), run.err());
    assertOneLine(run, expected);
  }

  @Test
  void folder_thatIsAFile_isUsage() {
    String good = folder.resolve("good.wasm").toString();
    CommandRun run = CommandRun.here("run", "--dir", good, good);
    assertEquals(2, run.exitCode(), run.err());
    assertOneLine(run, "not a folder");
  }

  @Test
  void command_thatIsUnknown_namesTheCommands() {
    CommandRun run = CommandRun.here("frob");
    assertEquals(2, run.exitCode());
    assertOneLine(run, "inspect");
    assertFalse(run.err().contains("warm-up"), run.err());
  }

  @Test
  void name_withControlCharacters_cannotForgeOutput() {
    CommandRun run = CommandRun.here("run", "a\nb\u001b[31m.wasm");
    assertEquals(1, run.exitCode());
    assertOneLine(run, "no such file");
    assertFalse(run.err().contains("\u001b"), run.err());
  }

  private static void assertOneLine(CommandRun run, String expected) {
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("selene: "), run.err());
    assertTrue(run.err().contains(expected), run.err());
    assertFalse(run.err().contains("Exception"), run.err());
  }
}
