package dev.selene.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cargo's configuration as lines of TOML: adds what is missing and leaves every other byte as it
 * is. It knows the forms people write: tables, and dotted keys. What it does not understand it
 * refuses rather than damages.
 */
final class CargoConfig {
  private static final Pattern TABLE = Pattern.compile("\\s*\\[([^\\[\\]]+)\\]\\s*(#.*)?");
  private static final Pattern ENTRY = Pattern.compile("\\s*([A-Za-z0-9_.\"' -]+?)\\s*=\\s*(.*)");
  private static final Pattern STRING = Pattern.compile("[\"']([^\"']*)[\"']");

  private static final String RUNNER = "selene run";

  private final String file;
  private final List<String> lines;

  CargoConfig(String file, String text) {
    this.file = file;
    lines = new ArrayList<>(text.isEmpty() ? List.of() : Arrays.asList(text.split("\n", -1)));
  }

  /**
   * The same text, made to build for WebAssembly and to run by Selene.
   *
   * @param file its name, for complaints
   * @throws CommandFailure when it says something else
   */
  static String forSelene(String file, String text) {
    CargoConfig config = new CargoConfig(file, text);
    config.set("build", "target", CargoProject.TARGET);
    config.set("target." + CargoProject.TARGET, "runner", RUNNER);
    return config.text();
  }

  String text() {
    return String.join("\n", lines);
  }

  /**
   * Makes {@code key} of {@code table} this value.
   *
   * @throws CommandFailure when it has another
   */
  void set(String table, String key, String value) {
    String path = table + "." + key;
    String current = "";
    int header = -1;
    for (int i = 0; i < lines.size(); i++) {
      Matcher tableLine = TABLE.matcher(lines.get(i));
      if (tableLine.matches()) {
        current = plain(tableLine.group(1));
        if (current.equals(table)) {
          header = i;
        }
        continue;
      }
      Matcher entry = ENTRY.matcher(lines.get(i));
      if (!entry.matches()) {
        continue;
      }
      String name = plain(entry.group(1));
      String whole = current.isEmpty() ? name : current + "." + name;
      if (whole.equals(path)) {
        check(path, entry.group(2), value);
        return;
      }
      if (path.startsWith(whole + ".")) {
        throw CommandFailure.cannotLoad(
            file
                + ": sets "
                + whole
                + " in a form I do not change; add "
                + path
                + " = \""
                + value
                + "\" by hand");
      }
    }
    insert(table, header, key + " = \"" + value + "\"");
  }

  private void check(String path, String written, String value) {
    String current = valueOf(written);
    if (!value.equals(current)) {
      throw CommandFailure.cannotLoad(
          file
              + ": sets "
              + path
              + " = "
              + written.strip()
              + "; remove that line, or make it \""
              + value
              + "\", and try again");
    }
  }

  /** A string's value, or the words of an array of strings; null for anything else. */
  private static @Nullable String valueOf(String written) {
    String text = written.strip();
    if (!text.startsWith("\"") && !text.startsWith("'") && !text.startsWith("[")) {
      return null;
    }
    boolean array = text.startsWith("[");
    List<String> words = new ArrayList<>();
    Matcher matcher = STRING.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group(1));
      if (!array) {
        break;
      }
    }
    return words.isEmpty() ? null : String.join(" ", words);
  }

  private void insert(String table, int header, String line) {
    if (header >= 0) {
      lines.add(header + 1, line);
      return;
    }
    // A text that ends with a line end splits into lines of which the last is empty.
    if (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.add("[" + table + "]");
    lines.add(line);
    lines.add("");
  }

  private static String plain(String name) {
    return name.replaceAll("[\"'\\s]", "");
  }
}
