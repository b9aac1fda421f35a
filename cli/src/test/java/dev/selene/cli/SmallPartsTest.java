package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selene.host.StandardStreams;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Parsers and writers that need no virtual machine. */
class SmallPartsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "123, 123",
    "123B, 123",
    "64KiB, 65536",
    "64k, 65536",
    "1MB, 1000000",
    "2GiB, 2147483648",
    "1 TiB, 1099511627776",
    "9223372036854775807, 9223372036854775807",
  })
  void size_isParsed(String text, long expected) {
    assertEquals(expected, Amounts.parseSize(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5MiB", "KiB", "1iB", "1XB", "9223372036854775808", "9EiB"})
  void size_thatIsNone_isRefused(String text) {
    assertThrows(TypeConversionException.class, () -> Amounts.parseSize(text));
  }

  @Test
  void size_isWrittenForPeople() {
    assertEquals("0 B", Amounts.format(0));
    assertEquals("1.5 KiB", Amounts.format(1536));
    assertEquals("8.0 EiB", Amounts.format(Long.MAX_VALUE));
  }

  @Test
  void json_isEscaped() {
    assertEquals("{}", Json.write(Map.of()));
    assertEquals("[]", Json.write(List.of()));
    assertEquals(
        "{\"a\\\"\\\\\":[1,true,null,\"\\n\\u0001\\ud800x\\u001b\"]}",
        Json.write(
            Map.of("a\"\\", java.util.Arrays.asList(1, true, null, "\n\u0001\ud800x\u001b"))));
    assertEquals("\"\ud83d\ude00\"", Json.write("\ud83d\ude00"));
  }

  @Test
  void exports_areReadWithoutAnEngine() {
    GuestBuilder guest = new GuestBuilder();
    byte[] module =
        guest.function("_start", guest.print(1, "x")).function("#lunatic_test_é").build();
    assertEquals(List.of("memory", "_start", "#lunatic_test_é"), ExportNames.of(module));
    for (int length = 0; length < module.length; length++) {
      ExportNames.of(java.util.Arrays.copyOf(module, length));
    }
    byte[] absurd = {0, 'a', 's', 'm', 1, 0, 0, 0, 7, 127, -1, -1, -1, -1, 15};
    assertEquals(List.of(), ExportNames.of(absurd));
  }

  @Test
  void cargo_namesItsPrograms() {
    assertEquals(
        List.of(Path.of("/t/a \"b\".wasm")),
        CargoProject.executables(
            "{\"reason\":\"compiler-artifact\",\"executable\":\"/t/a \\\"b\\\".wasm\",\"fresh\":true}"));
    assertEquals(
        List.of(),
        CargoProject.executables("{\"reason\":\"compiler-artifact\",\"executable\":null}"));
    assertEquals(
        List.of(),
        CargoProject.executables("{\"reason\":\"build-finished\",\"executable\":\"/a.wasm\"}"));
  }

  @Test
  void cache_isWhereThePlatformHasIt() {
    assertEquals(Path.of("/h/.cache/selene"), CacheDirectory.choose(Map.of(), "/h", false));
    assertEquals(Path.of("/h/Library/Caches/selene"), CacheDirectory.choose(Map.of(), "/h", true));
    assertEquals(
        Path.of("/x/selene"), CacheDirectory.choose(Map.of("XDG_CACHE_HOME", "/x"), "/h", false));
    assertEquals(
        Path.of("/h/.cache/selene"),
        CacheDirectory.choose(Map.of("XDG_CACHE_HOME", "relative"), "/h", false));
    assertEquals(
        Path.of("/own"), CacheDirectory.choose(Map.of("SELENE_CACHE_DIR", "/own"), "/h", false));
    assertNull(CacheDirectory.choose(Map.of("SELENE_CACHE_DIR", ""), "/h", false));
    assertNull(CacheDirectory.choose(Map.of(), null, false));
  }

  @Test
  void panics_areThoseOfTheTestsOwnProcess() throws Exception {
    CapturedOutput output = new CapturedOutput(null);
    String panic = "\nthread '<unnamed>' (1) panicked at src/lib.rs:3:5:\n%s\nnote: run with ...\n";
    StandardStreams own = output.streamsForProcess();
    StandardStreams child = output.streamsForProcess();
    child.error().write(panic.formatted("the child's").getBytes());
    assertEquals(List.of(), output.panics());
    own.error().write(panic.formatted("its own").getBytes());
    assertEquals(List.of("its own\n"), output.panics());
    assertEquals(2, output.all().split("--- process").length - 1, output.all());
  }
}
