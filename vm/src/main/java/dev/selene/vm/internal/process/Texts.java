package dev.selene.vm.internal.process;

/**
 * Texts of guests on their way to people: bounded, and on one line, so that no log line is forged.
 */
final class Texts {
  private static final int SHORT = 200;
  private static final int LONG = 2_000;

  private Texts() {}

  /** A name or a path. */
  static String shortened(String text) {
    return shortened(text, SHORT);
  }

  /** A message. */
  static String message(String text) {
    return shortened(text, LONG);
  }

  private static String shortened(String text, int most) {
    int length = Math.min(text.length(), most);
    StringBuilder result = new StringBuilder(length + 3);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      result.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
    }
    return result.append(length < text.length() ? "..." : "").toString();
  }
}
