package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code selene new}: what it writes and what it refuses. That it works is another test's. */
class NewCommandTest {
  @TempDir Path folder;

  private CommandRun run(String name, String... options) {
    Stream<String> words =
        Stream.concat(
            Stream.of("new", name.isEmpty() ? "" : folder.resolve(name).toString()),
            Stream.of(options));
    return CommandRun.here(words.toArray(String[]::new));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private void refused(int exitCode, String text, CommandRun run) throws IOException {
    List<String> before = files();
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(text), run.err());
    assertEquals("", run.out());
    assertEquals(before, files());
    try (Stream<Path> left = Files.list(folder)) {
      assertFalse(left.anyMatch(path -> path.toString().contains(".selene-new")), "left over");
    }
  }

  @Test
  void serverIsTheDefault() throws IOException {
    CommandRun run = run("shop");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().startsWith("made "), run.out());
    assertEquals(
        List.of(
            "shop/.cargo/config.toml",
            "shop/.gitignore",
            "shop/Cargo.toml",
            "shop/README.md",
            "shop/src/counter.rs",
            "shop/src/main.rs"),
        files());
    assertEquals(
        """
        [build]
        target = "wasm32-wasip1"

        [target.wasm32-wasip1]
        runner = "selene run"
        """,
        Files.readString(folder.resolve("shop/.cargo/config.toml")));
    assertTrue(
        Files.readString(folder.resolve("shop/Cargo.toml"))
            .startsWith("[package]\nname = \"shop\"\n"));
  }

  @ParameterizedTest
  @EnumSource
  void everyFileOfATemplate_isWritten(ProjectTemplate template) throws Exception {
    assertEquals(0, run("shop", "--template", template.label()).exitCode());
    Path sources =
        Path.of(ProjectTemplate.class.getResource("templates/" + template.label()).toURI());
    try (Stream<Path> walk = Files.walk(sources)) {
      for (Path source : walk.filter(Files::isRegularFile).toList()) {
        Path written = folder.resolve("shop").resolve(sources.relativize(source).toString());
        assertEquals(Files.readString(source), Files.readString(written));
      }
    }
    for (String file : List.of("shop/Cargo.toml", "shop/README.md")) {
      assertFalse(
          Files.readString(folder.resolve(file)).matches("(?s).*\\{(name|sdk|summary)}.*"), file);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "Shop", "7up", "my shop", "a__b", "-a", "a-", "a.b", "naïve", "match", "self", "test",
        "selene", "serde", "std", "deps", "."
      })
  void badNames_areRefused(String name) throws IOException {
    refused(2, "'", run(name));
  }

  @Test
  void longNames_areRefused() throws IOException {
    assertEquals(0, run("a".repeat(64)).exitCode());
    refused(2, "at most 64", run("a".repeat(65)));
  }

  @Test
  void whatIsThere_isLeftAlone() throws IOException {
    Files.createDirectory(folder.resolve("empty"));
    refused(1, "is there already", run("empty"));
    Files.writeString(folder.resolve("file"), "mine");
    refused(1, "is there already", run("file"));
    assertEquals("mine", Files.readString(folder.resolve("file")));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    refused(1, "is there already", run("link"));
  }

  @Test
  void aPlaceThatIsNotThere_isRefused() throws IOException {
    refused(1, "is not there", run("no/such/place"));
  }

  @Test
  void unknownTemplates_areRefused() throws IOException {
    refused(2, "expected one of server, supervised, web", run("shop", "--template", "chat"));
  }

  @Test
  void theSdk_mayBeElsewhere() throws IOException {
    Path crate = Files.createDirectories(folder.resolve("my \"sdk\"/selene"));
    Files.writeString(crate.resolve("Cargo.toml"), "[package]\nname = \"selene\"\n");
    for (Path named : List.of(crate, crate.getParent())) {
      String name = "shop" + named.getNameCount();
      assertEquals(0, run(name, "--sdk", named.toString()).exitCode());
      String manifest = Files.readString(folder.resolve(name).resolve("Cargo.toml"));
      String quoted = crate.toRealPath().toString().replace("\"", "\\\"");
      assertTrue(manifest.contains("selene = { path = \"" + quoted + "\" }\n"), manifest);
    }
  }

  @Test
  void anSdkThatIsNone_isRefused() throws IOException {
    refused(1, "no crate selene here", run("shop", "--sdk", folder.toString()));
    refused(1, "no such file", run("shop", "--sdk", folder.resolve("nowhere").toString()));
  }

  @Test
  void stringsOfToml_areQuoted() {
    assertEquals("\"a\\\\b\\\"c\\u0009\"", ProjectTemplate.quoted("a\\b\"c\t"));
  }
}
