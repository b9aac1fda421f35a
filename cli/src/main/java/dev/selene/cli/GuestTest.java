package dev.selene.cli;

import org.jspecify.annotations.Nullable;

/**
 * One test of a guest, as its export's name tells: {@code #lunatic_test_}, then {@code #ignore_}
 * and {@code #panic_EXPECTED#} where they apply, then the path of the function.
 *
 * @param export the whole name
 * @param name the function with its modules
 * @param ignored only run when asked for
 * @param expectedPanic null: must not fail; empty: any panic; else a part of the panic's text
 */
record GuestTest(String export, String name, boolean ignored, @Nullable String expectedPanic) {
  private static final String TEST = "#lunatic_test_";
  private static final String IGNORE = "#ignore_";
  private static final String PANIC = "#panic_";

  static boolean isTest(String export) {
    return export.startsWith(TEST);
  }

  static GuestTest of(String export) {
    String rest = export.substring(TEST.length());
    boolean ignored = rest.startsWith(IGNORE);
    if (ignored) {
      rest = rest.substring(IGNORE.length());
    }
    if (!rest.startsWith(PANIC)) {
      return new GuestTest(export, rest, ignored, null);
    }
    StringBuilder expected = new StringBuilder();
    int i = PANIC.length();
    while (i < rest.length() && rest.charAt(i) != '#') {
      // A # of the expected text itself is written \#.
      if (rest.charAt(i) == '\\' && i + 1 < rest.length() && rest.charAt(i + 1) == '#') {
        i++;
      }
      expected.append(rest.charAt(i));
      i++;
    }
    return new GuestTest(
        export, rest.substring(Math.min(i + 1, rest.length())), ignored, expected.toString());
  }

  /** As libtest names it in its result line. */
  String title() {
    return expectedPanic == null ? name : name + " - should panic";
  }
}
