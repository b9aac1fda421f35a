package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fenced block in the README, CONTRIBUTING and docs is run by somebody: those in {@code sh}
 * here, but for what {@code .ci/run} does itself and for the book's ten commands, which are {@link
 * NewProjectsTest}'s; those in Rust as documentation of the crate {@code selene-book}. All others
 * are a part of a file that is named above them and compiled or run elsewhere.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SnippetsTest {
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^( *)```([^`\\n]*)\\n(.*?)^\\1```$", Pattern.DOTALL);

  /** The comment above a block that is a part of a file. */
  private static final Pattern PART = Pattern.compile("<!-- part of (\\S+) -->\\n\\z");

  private static final Pattern REGION = Pattern.compile("<!-- region \\S+ of \\S+ -->\\n\\z");

  private static final String TEN_COMMANDS = "ten-commands.md";

  /** On a checkout these build everything, so they are run once, by {@code .ci/run}. */
  private static final List<String> RUN_BY_CI =
      List.of("./selene run test-modules/demo", "./mvnw verify");

  @TempDir Path folder;

  private record Block(Path page, String before, String language, String text) {
    boolean isIn(String name) {
      return page.endsWith(name);
    }
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : here.getParent();
  }

  private static List<Block> blocks() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(root());
        Stream<Path> docs = Files.walk(root().resolve("docs"))) {
      Stream.concat(top, docs).filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
    }
    List<Block> blocks = new ArrayList<>();
    for (Path page : pages) {
      String text = Files.readString(page);
      Matcher block = BLOCK.matcher(text);
      while (block.find()) {
        blocks.add(
            new Block(page, text.substring(0, block.start()), block.group(2), block.group(3)));
      }
    }
    return blocks;
  }

  /** What the snippets speak of: a program, a crate, compiled tests, and the command itself. */
  @BeforeEach
  void surroundings() throws IOException {
    GuestBuilder guest = new GuestBuilder();
    Files.write(
        folder.resolve("server.wasm"),
        guest.function("_start", guest.print(1, "serving\n")).build());
    Path tests = Files.createDirectories(folder.resolve("target/wasm32-wasip1/debug/deps"));
    Files.write(
        tests.resolve("my_crate-0123456789abcdef.wasm"),
        new GuestBuilder().function("#lunatic_test_module::name").build());
    Path crate = Files.createDirectories(folder.resolve("my-crate/src")).getParent();
    Files.writeString(
        crate.resolve("Cargo.toml"),
        "[package]\nname = \"my-crate\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n");
    Files.writeString(
        crate.resolve("src/main.rs"), "fn main() {\n    println!(\"built and run\");\n}\n");
    SeleneOnPath.install(folder);
  }

  @Test
  void everyBlock_isRunBySomebody() throws Exception {
    String ci = Files.readString(root().resolve(".ci/run"));
    String pom = Files.readString(root().resolve("pom.xml"));
    int run = 0;
    String book = Files.readString(root().resolve("guest-sdk-rust/book/src/lib.rs"));
    for (Block block : blocks()) {
      switch (block.language()) {
        case "sh" -> {
          run++;
          if (RUN_BY_CI.contains(block.text().strip())) {
            String[] words = block.text().strip().split(" ");
            Pattern line =
                Pattern.compile(
                    "(?m)^[^#\\n]*" + Pattern.quote(words[0]) + ".* " + words[words.length - 1]);
            assertTrue(line.matcher(ci).find(), ".ci/run does not run " + block.text());
          } else if (!block.isIn(TEN_COMMANDS)) {
            runInShell(block);
          }
        }
        case "rust,standalone_crate" ->
            assertTrue(
                book.contains("\"" + block.page().getFileName() + "\""),
                "guest-sdk-rust/book does not run " + block.page());
        case "text" -> assertTrue(block.isIn(TEN_COMMANDS), "no test shows " + block);
        case "" ->
            assertTrue(
                pom.contains(block.text().strip()), "not the options of the build: " + block);
        case "java" -> {
          // ReadmeTest compares regions, whole.
          if (!REGION.matcher(block.before()).find()) {
            isPart(block);
          }
        }
        default -> isPart(block);
      }
    }
    assertTrue(run >= 5, "blocks run: " + run);
  }

  private static void isPart(Block block) throws IOException {
    Matcher part = PART.matcher(block.before());
    assertTrue(part.find(), "no test runs, and no file contains, " + block);
    String whole = Files.readString(root().resolve(part.group(1)));
    assertTrue(whole.contains(block.text()), part.group(1) + " does not contain " + block);
  }

  private void runInShell(Block block) throws Exception {
    // what stands in brackets may be left out
    String script =
        "set -eu\n" + block.text().replace("./selene ", "selene ").replaceAll(" \\[[A-Z]+\\]", "");
    Path where = script.contains("selene init") ? folder.resolve("my-crate") : folder;
    Process process =
        CommandRun.start(where, SeleneOnPath.environment(folder), List.of("sh", "-c", script));
    CommandRun run = CommandRun.finish(process, where);
    assertEquals(0, run.exitCode(), script + run.out() + run.err());
    if (script.contains("cargo run")) {
      assertTrue(run.out().contains("built and run\n"), run.out());
      assertTrue(run.out().contains("test result: ok. 0 passed"), run.out());
    }
    if (script.contains("server.wasm")) {
      assertEquals(count("server.wasm", script), count("serving\n", run.out()), run.out());
      assertEquals(count("my-crate", script), count("built and run\n", run.out()), run.out());
    }
    if (script.contains("module::name")) {
      assertTrue(run.out().contains("test module::name ... ok"), run.out());
    }
  }

  private static int count(String part, String text) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
