package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.Handle;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.lunatic.AbiDocument;
import dev.selene.host.lunatic.LunaticImports;
import dev.selene.host.selene.SeleneImports;
import dev.selene.net.Networking;
import dev.selene.sqlite.SqliteImports;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The annotations, the page made of them, and the hand-written list say the same. */
class AbiDocumentTest {
  static final String WRITE = "selene.abi.write";

  @Test
  void page_isUpToDate() throws IOException {
    Path page = root().resolve("docs/abi.md");
    String wanted = AbiDocument.render(modules());
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, wanted);
    }
    String found = Files.exists(page) ? Files.readString(page) : "";
    assertEquals(
        wanted,
        found,
        "docs/abi.md is out of date; make it anew with: mvn -pl cli -am test"
            + " -Dtest=AbiDocumentTest -D"
            + WRITE
            + "=true");
  }

  /** The test may run in the room's folder or in the root. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    return Files.isDirectory(folder.resolve("host-api")) ? folder : folder.getParent();
  }

  @Test
  void imports_areThoseOfTheHandWrittenList() throws IOException {
    TreeSet<String> expected = new TreeSet<>();
    try (InputStream list = AbiDocumentTest.class.getResourceAsStream("expected-imports.txt")) {
      assertNotNull(list);
      new String(list.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> assertTrue(expected.add(line), () -> "twice in the list: " + line));
    }
    TreeSet<String> built = new TreeSet<>();
    for (HostFunction function : functions()) {
      String line =
          function.module() + "::" + function.name() + " " + AbiDocument.wasmSignature(function);
      assertTrue(built.add(line), () -> "offered twice: " + line);
    }
    assertEquals(String.join("\n", expected), String.join("\n", built));
  }

  @Test
  void everyImport_isDescribedAndCallable() {
    for (HostFunction function : functions()) {
      Import annotation = function.method().getAnnotation(Import.class);
      assertFalse(annotation.summary().isBlank(), function::toString);
      assertFalse(annotation.summary().contains("|"), function::toString);
      assertFalse(annotation.summary().contains("\n"), function::toString);
      assertNotNull(function.handle());
    }
  }

  @Test
  void everyMark_fitsItsParameter() {
    for (HostFunction function : functions()) {
      Parameter[] parameters = function.method().getParameters();
      for (int i = 1; i < parameters.length; i++) {
        Parameter parameter = parameters[i];
        assertTrue(parameter.isNamePresent(), "compile with -parameters");
        int marks = 0;
        if (parameter.isAnnotationPresent(Pointer.class)) {
          marks++;
          assertEquals(int.class, parameter.getType(), function::toString);
        }
        if (parameter.isAnnotationPresent(Length.class)) {
          marks++;
          assertEquals(int.class, parameter.getType(), function::toString);
          Pointer pointer = parameters[i - 1].getAnnotation(Pointer.class);
          assertNotNull(pointer, function::toString);
          assertEquals(0, pointer.bytes(), function::toString);
        }
        if (parameter.isAnnotationPresent(Handle.class)) {
          marks++;
          assertEquals(long.class, parameter.getType(), function::toString);
        }
        assertTrue(marks <= 1, function::toString);
      }
    }
  }

  static List<HostModule> modules() {
    List<HostModule> modules = new ArrayList<>(LunaticImports.all());
    modules.addAll(SeleneImports.all());
    modules.addAll(new Networking().hostModules());
    modules.add(new SqliteImports());
    return modules;
  }

  private static List<HostFunction> functions() {
    List<HostFunction> functions = new ArrayList<>();
    for (HostModule module : modules()) {
      functions.addAll(HostFunction.of(module));
    }
    return functions;
  }
}
