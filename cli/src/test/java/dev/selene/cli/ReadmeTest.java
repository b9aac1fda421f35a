package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README shows code that is compiled and run, names flags that exist and files that are there.
 */
class ReadmeTest {
  private static final Pattern REGION =
      Pattern.compile("<!-- region (\\S+) of (\\S+) -->\\n```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
  private static final Pattern FLAG = Pattern.compile("`[^`\\n]*?(--[a-z][a-z-]+)[^`\\n]*`");

  private static final Path ROOT = root();

  /** Surefire's folder is the module's; an editor's may be the project's. */
  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : here.getParent();
  }

  @Test
  void snippets_areRegionsOfCompiledFiles() throws IOException {
    Matcher snippet = REGION.matcher(Files.readString(ROOT.resolve("README.md")));
    int found = 0;
    while (snippet.find()) {
      String source = Files.readString(ROOT.resolve(snippet.group(2)));
      String start = "// region " + snippet.group(1) + "\n";
      int from = source.indexOf(start);
      assertTrue(from >= 0, snippet.group(1));
      String region = source.substring(from + start.length(), source.indexOf("// endregion"));
      assertEquals(region, snippet.group(3), "README.md and " + snippet.group(2) + " differ");
      found++;
    }
    assertEquals(1, found);
  }

  @Test
  void links_leadToFiles() throws IOException {
    for (String page : new String[] {"README.md", "CONTRIBUTING.md"}) {
      Matcher link = LINK.matcher(Files.readString(ROOT.resolve(page)));
      while (link.find()) {
        assertTrue(Files.exists(ROOT.resolve(link.group(1))), page + ": " + link.group(1));
      }
    }
  }

  @Test
  void flags_exist() throws IOException {
    String help = CommandRun.here("help", "run").out() + CommandRun.here("help", "test").out();
    Matcher flag = FLAG.matcher(Files.readString(ROOT.resolve("README.md")));
    int found = 0;
    while (flag.find()) {
      assertTrue(help.contains(flag.group(1)), flag.group(1));
      found++;
    }
    assertTrue(found > 10, "flags found: " + found);
  }

  @Test
  void example_doesWhatItSays(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("guest.wasm");
    Files.write(
        file,
        new GuestBuilder()
            .importing("host", "count")
            .function(
                "_start",
                GuestBuilder.call(2, 40),
                GuestBuilder.call(2, 2),
                GuestBuilder.loopForEver())
            .build());
    assertEquals("42 counted, then: out of fuel (limit 10 units)", EmbeddingExample.run(file));
  }
}
