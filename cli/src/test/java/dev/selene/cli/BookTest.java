package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The book of {@code docs/book}: its links lead somewhere, and the names in its tables are those of
 * the crate. {@link SnippetsTest} runs its examples.
 */
class BookTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]+");
  private static final String SUMMARY = "SUMMARY.md";

  private static Path chapters() {
    return GuestSdk.ofInstallation().resolve("../../docs/book/src").normalize();
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> list = Files.list(chapters())) {
      return list.sorted().toList();
    }
  }

  /** A page's text without its examples. */
  private static String prose(Path page) throws IOException {
    return BLOCK.matcher(Files.readString(page)).replaceAll("");
  }

  private static Set<String> links(Path page) throws IOException {
    return LINK.matcher(prose(page))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.startsWith("https://"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Headings as mdBook turns them into parts of addresses. */
  private static Set<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(prose(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").strip().replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void summary_hasEveryChapter() throws IOException {
    Set<String> there =
        pages().stream()
            .map(page -> String.valueOf(page.getFileName()))
            .filter(name -> !name.equals(SUMMARY))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(there, links(chapters().resolve(SUMMARY)));
  }

  @Test
  void links_leadSomewhere() throws IOException {
    int found = 0;
    for (Path page : pages()) {
      for (String link : links(page)) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : chapters().resolve(parts[0]);
        assertTrue(Files.isRegularFile(target), page + ": " + link);
        assertTrue(parts.length == 1 || anchors(target).contains(parts[1]), page + ": " + link);
        found++;
      }
    }
    assertTrue(found > 30, "links found: " + found);
  }

  /** What the second column calls Selene's is a word of the crate's source. */
  @Test
  void names_areThoseOfTheCrate() throws IOException {
    Set<String> words = new TreeSet<>();
    Path sdk = GuestSdk.ofInstallation();
    for (Path crate : new Path[] {sdk, sdk.resolveSibling("selene-macros")}) {
      try (Stream<Path> sources = Files.walk(crate.resolve("src"))) {
        for (Path source : sources.filter(Files::isRegularFile).toList()) {
          NAME.matcher(Files.readString(source))
              .results()
              .map(MatchResult::group)
              .forEach(words::add);
        }
      }
    }
    int found = 0;
    for (String line : Files.readAllLines(chapters().resolve("features.md"))) {
      String[] columns = line.split(" \\| ?", -1);
      if (!line.startsWith("|") || columns.length < 2) {
        continue;
      }
      for (MatchResult code : CODE.matcher(columns[1]).results().toList()) {
        for (MatchResult name : NAME.matcher(code.group(1)).results().toList()) {
          assertTrue(words.contains(name.group()), "selene has no " + name.group() + ": " + line);
          found++;
        }
      }
    }
    assertTrue(found > 150, "names found: " + found);
  }
}
