package dev.selene.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a Rust panic printed. Until Rust 1.72 the text stood in quotes on the first line;
 * since 1.73 it follows the line with the place, up to the note about the backtrace.
 */
final class PanicText {
  private static final Pattern UNTIL_1_72 =
      Pattern.compile(
          "^thread '[^\\n]*?' panicked at '(.*?)', [^\\n]*?:\\d+:\\d+$",
          Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern SINCE_1_73 =
      Pattern.compile(
          "^thread '[^\\n]*?'(?: \\(\\d+\\))? panicked at [^\\n]*:\\d+:\\d+:\\n"
              + "(.*?)(?=^note: |^stack backtrace:|^thread '|\\z)",
          Pattern.MULTILINE | Pattern.DOTALL);

  private PanicText() {}

  /** The texts of all panics in a process's output, in order within each format. */
  static List<String> in(String output) {
    List<String> texts = new ArrayList<>();
    for (Pattern format : List.of(UNTIL_1_72, SINCE_1_73)) {
      Matcher matcher = format.matcher(output);
      while (matcher.find()) {
        texts.add(matcher.group(1));
      }
    }
    return texts;
  }
}
