package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bindings of other languages say what the annotations say. */
class GuestBindingsTest {
  private static final String HELP =
      "is out of date; make it anew with: mvn -pl cli -am test -Dtest=GuestBindingsTest -D"
          + AbiDocumentTest.WRITE
          + "=true";

  @Test
  void rustFiles_areUpToDate() throws IOException {
    Path folder = AbiDocumentTest.root().resolve("guest-sdk-rust/selene/src/sys");
    Map<String, String> wanted = RustBindings.files(AbiDocumentTest.modules());
    if (Boolean.getBoolean(AbiDocumentTest.WRITE)) {
      for (Map.Entry<String, String> file : wanted.entrySet()) {
        write(folder.resolve(file.getKey()), file.getValue());
      }
    }
    assertTrue(wanted.size() > 20, () -> "only " + wanted.keySet());
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        found.put(name, Files.readString(file));
      }
    }
    assertEquals(wanted.keySet(), found.keySet(), folder + " " + HELP);
    wanted.forEach((name, text) -> assertEquals(text, found.get(name), name + " " + HELP));
  }

  @Test
  void header_isUpToDate() throws IOException {
    check("guest-sdk-c/selene.h", CHeader.render(AbiDocumentTest.modules()));
  }

  @Test
  void assemblyScript_isUpToDate() throws IOException {
    check(
        "guest-sdk-assemblyscript/selene.ts",
        AssemblyScriptBindings.render(AbiDocumentTest.modules()));
  }

  private static void check(String path, String wanted) throws IOException {
    Path file = AbiDocumentTest.root().resolve(path);
    if (Boolean.getBoolean(AbiDocumentTest.WRITE)) {
      write(file, wanted);
    }
    assertEquals(wanted, Files.exists(file) ? Files.readString(file) : "", file + " " + HELP);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
