package dev.selene.sqlite.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a text of SQL, with what has to be known of it before SQLite sees it: its words,
 * and the numbers of its named parameters, which the driver does not tell.
 *
 * <p>Tokens are SQLite's: quotes of four kinds, two kinds of comments, parameters by number and
 * name. Where a {@code CREATE TRIGGER} ends is found as {@code sqlite3_complete} does it. When a
 * text is no SQL, a piece may hold more than SQLite takes for its first statement; that is safe,
 * since SQLite compiles the first one of a piece and forgets the rest.
 *
 * <p>Thread-safety: immutable. Source: sqlite.org/lang.html, sqlite.org/c3ref/complete.html,
 * sqlite.org/c3ref/bind_blob.html.
 *
 * @param sql the statement, without the semicolon
 * @param words the first words and signs in upper case, quoted ones without quotes
 * @param names every word and quoted text of it in lower case that {@link Rules} asks for
 * @param parameters numbers of named parameters; names begin with {@code :}, {@code @}, {@code #}
 *     or {@code $}
 */
public record SqlText(
    String sql, List<String> words, Set<String> names, Map<String, Integer> parameters) {
  /** How many words are kept; the rules look no further. */
  private static final int MOST_WORDS = 8;

  /**
   * Takes a text apart.
   *
   * @param text ends at the first NUL, as for SQLite
   * @return its statements; empty ones are left out
   */
  public static List<SqlText> statements(String text) {
    int end = text.indexOf('\0');
    return new Scanner(end < 0 ? text : text.substring(0, end)).scan();
  }

  /**
   * The number of a parameter.
   *
   * @param name with its sign, or without
   * @return null when there is none
   */
  public @Nullable Integer parameter(String name) {
    Integer exact = parameters.get(name);
    for (String sign : List.of(":", "@", "$", "#")) {
      if (exact == null) {
        exact = parameters.get(sign + name);
      }
    }
    return exact;
  }

  /** One pass over a text. */
  private static final class Scanner {
    private final String text;
    private final List<SqlText> found = new ArrayList<>();
    private int at;
    private int start = -1;
    private List<String> words = new ArrayList<>();
    private Set<String> names = new HashSet<>();
    private Map<String, Integer> parameters = new HashMap<>();
    private int lastParameter;
    private boolean afterSemicolon;
    private boolean afterEnd;

    Scanner(String text) {
      this.text = text;
    }

    List<SqlText> scan() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (isSpace(c)) {
          at++;
        } else if (c == '-' && next() == '-') {
          at = endOf("\n", at);
        } else if (c == '/' && next() == '*') {
          at = endOf("*/", at + 2);
        } else if (c == ';') {
          semicolon();
        } else {
          token(c);
        }
      }
      finish(text.length());
      return found;
    }

    private char next() {
      return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    private int endOf(String mark, int from) {
      int index = text.indexOf(mark, from);
      return index < 0 ? text.length() : index + mark.length();
    }

    private void semicolon() {
      if (isTrigger() && !afterEnd) {
        afterSemicolon = true;
        at++;
      } else {
        finish(at);
        at++;
      }
    }

    private boolean isTrigger() {
      int i = 0;
      if (is(i, "EXPLAIN")) {
        i += is(i + 1, "QUERY") && is(i + 2, "PLAN") ? 3 : 1;
      }
      if (!is(i, "CREATE")) {
        return false;
      }
      return is(i + 1, "TRIGGER")
          || (is(i + 1, "TEMP") || is(i + 1, "TEMPORARY")) && is(i + 2, "TRIGGER");
    }

    private boolean is(int index, String word) {
      return index < words.size() && words.get(index).equals(word);
    }

    private void finish(int end) {
      if (start >= 0) {
        found.add(
            new SqlText(
                text.substring(start, end),
                List.copyOf(words),
                Set.copyOf(names),
                Map.copyOf(parameters)));
      }
      start = -1;
      words = new ArrayList<>();
      names = new HashSet<>();
      parameters = new HashMap<>();
      lastParameter = 0;
      afterSemicolon = false;
      afterEnd = false;
    }

    private void token(char c) {
      if (start < 0) {
        start = at;
      }
      String word;
      switch (c) {
        case '\'', '"', '`' -> word = quoted(c);
        case '[' -> {
          int end = endOf("]", at);
          word = text.substring(at + 1, Math.max(at + 1, end - 1));
          at = end;
        }
        case '?' -> {
          numbered();
          word = "?";
        }
        case ':', '@', '#', '$' -> word = named();
        default -> word = isName(c) ? name() : sign(c);
      }
      afterEnd = afterSemicolon && word.equalsIgnoreCase("END");
      afterSemicolon = false;
      if (words.size() < MOST_WORDS) {
        words.add(word.toUpperCase(Locale.ROOT));
      }
      String lower = word.toLowerCase(Locale.ROOT);
      if (Rules.NAMES.contains(lower)) {
        names.add(lower);
      }
    }

    private String sign(char c) {
      at++;
      return String.valueOf(c);
    }

    private String quoted(char quote) {
      StringBuilder word = new StringBuilder();
      int i = at + 1;
      while (i < text.length()) {
        char c = text.charAt(i);
        if (c == quote) {
          if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
            i++;
          } else {
            break;
          }
        }
        word.append(c);
        i++;
      }
      at = Math.min(text.length(), i + 1);
      return word.toString();
    }

    private String name() {
      int from = at;
      while (at < text.length() && isName(text.charAt(at))) {
        at++;
      }
      return text.substring(from, at);
    }

    private void numbered() {
      int from = ++at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == from) {
        lastParameter++;
      } else if (at - from <= 6) {
        int number = Integer.parseInt(text.substring(from, at));
        lastParameter = Math.max(lastParameter, number);
        parameters.putIfAbsent("?" + number, number);
      }
    }

    private String named() {
      int from = at++;
      while (at < text.length()) {
        char c = text.charAt(at);
        if (isName(c)) {
          at++;
        } else if (c == '(' && at - from > 1) {
          at = endOf(")", at);
          break;
        } else if (c == ':' && next() == ':') {
          at += 2;
        } else {
          break;
        }
      }
      String name = text.substring(from, at);
      if (name.length() > 1 && !parameters.containsKey(name)) {
        parameters.put(name, ++lastParameter);
      }
      return name;
    }

    private static boolean isSpace(char c) {
      // SQLite skips a byte order mark wherever a word may begin.
      return c == ' ' || c >= '\t' && c <= '\r' || c == '\uFEFF';
    }

    private static boolean isName(char c) {
      return c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || c == '_'
          || c == '$'
          || c >= 0x80;
    }
  }
}
