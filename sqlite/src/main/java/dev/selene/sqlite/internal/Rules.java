package dev.selene.sqlite.internal;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a statement may not do: reach another file, change what belongs to the whole JVM, or take
 * memory that nobody counts. SQLite's own authorizer is not within the driver's reach, so this
 * looks at words, and errs on the safe side; what it lets pass meets the limits that {@link
 * Database} sets.
 *
 * <p>Thread-safety: stateless. Source: sqlite.org/pragma.html, sqlite.org/security.html.
 */
final class Rules {
  /** Tables that tell where files are on the host. */
  static final Set<String> NAMES = Set.of("pragma_database_list");

  /** Pragmas that guests may use in any way. */
  private static final Set<String> ALLOWED =
      Set.of(
          "ANALYSIS_LIMIT",
          "APPLICATION_ID",
          "AUTOMATIC_INDEX",
          "AUTO_VACUUM",
          "CASE_SENSITIVE_LIKE",
          "CHECKPOINT_FULLFSYNC",
          "COLLATION_LIST",
          "COMPILE_OPTIONS",
          "COUNT_CHANGES",
          "DATA_VERSION",
          "DEFER_FOREIGN_KEYS",
          "EMPTY_RESULT_CALLBACKS",
          "ENCODING",
          "FOREIGN_KEYS",
          "FOREIGN_KEY_CHECK",
          "FOREIGN_KEY_LIST",
          "FREELIST_COUNT",
          "FULLFSYNC",
          "FULL_COLUMN_NAMES",
          "FUNCTION_LIST",
          "IGNORE_CHECK_CONSTRAINTS",
          "INCREMENTAL_VACUUM",
          "INDEX_INFO",
          "INDEX_LIST",
          "INDEX_XINFO",
          "INTEGRITY_CHECK",
          "JOURNAL_SIZE_LIMIT",
          "LEGACY_ALTER_TABLE",
          "LEGACY_FILE_FORMAT",
          "LOCKING_MODE",
          "MODULE_LIST",
          "OPTIMIZE",
          "PAGE_COUNT",
          "PRAGMA_LIST",
          "QUERY_ONLY",
          "QUICK_CHECK",
          "READ_UNCOMMITTED",
          "RECURSIVE_TRIGGERS",
          "REVERSE_UNORDERED_SELECTS",
          "SECURE_DELETE",
          "SHORT_COLUMN_NAMES",
          "SYNCHRONOUS",
          "TABLE_INFO",
          "TABLE_LIST",
          "TABLE_XINFO",
          "USER_VERSION",
          "WAL_AUTOCHECKPOINT",
          "WAL_CHECKPOINT");

  /** Pragmas that guests may ask, not set. */
  private static final Set<String> READABLE =
      Set.of("MAX_PAGE_COUNT", "SCHEMA_VERSION", "TRUSTED_SCHEMA", "WRITABLE_SCHEMA");

  /** Tuning of memory and waiting that programs do out of habit; the host's settings stay. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "BUSY_TIMEOUT",
          "CACHE_SIZE",
          "CACHE_SPILL",
          "DEFAULT_CACHE_SIZE",
          "MMAP_SIZE",
          "TEMP_STORE",
          "THREADS");

  private static final Set<String> JOURNALS = Set.of("DELETE", "TRUNCATE", "PERSIST", "WAL", "OFF");

  private Rules() {}

  /** What to do with a statement. */
  enum Verdict {
    /** Nothing special. */
    RUN,
    /** SQLite attaches a file of its own meanwhile. */
    RUN_VACUUM,
    /** Succeeds without being run. */
    SKIP
  }

  /**
   * Judges a statement.
   *
   * @param statement one
   * @param inMemory whether the database has no file
   * @return what to do
   * @throws SqlFailure when it is not allowed
   */
  static Verdict judge(SqlText statement, boolean inMemory) throws SqlFailure {
    if (!statement.names().isEmpty()) {
      throw refused(statement.names().iterator().next() + " is not available");
    }
    List<String> words = statement.words();
    int first = 0;
    if (word(words, 0).equals("EXPLAIN")) {
      first = word(words, 1).equals("QUERY") ? 3 : 1;
    }
    return switch (word(words, first)) {
      case "ATTACH" -> throw refused("ATTACH is not available: a connection has one database");
      case "VACUUM" -> {
        if (words.subList(first, words.size()).contains("INTO")) {
          throw refused("VACUUM INTO is not available: copy the file instead");
        }
        yield Verdict.RUN_VACUUM;
      }
      case "PRAGMA" -> pragma(words, first + 1, inMemory);
      default -> Verdict.RUN;
    };
  }

  private static Verdict pragma(List<String> words, int at, boolean inMemory) throws SqlFailure {
    int name = word(words, at + 1).equals(".") ? at + 2 : at;
    String pragma = word(words, name);
    boolean sets = words.size() > name + 1;
    if (WITHOUT_EFFECT.contains(pragma)) {
      return Verdict.SKIP;
    }
    boolean fine =
        switch (pragma) {
          // A journal in memory is not bounded; DELETE and the like are ignored there anyway.
          case "JOURNAL_MODE" -> !sets || JOURNALS.contains(word(words, name + 2));
          // Databases in memory and temporary tables are bounded by their number of pages.
          case "PAGE_SIZE" -> !sets || !inMemory && !(name > at && word(words, at).equals("TEMP"));
          default -> ALLOWED.contains(pragma) || !sets && READABLE.contains(pragma);
        };
    if (!fine) {
      throw refused("PRAGMA " + pragma.toLowerCase(Locale.ROOT) + " is not available");
    }
    return Verdict.RUN;
  }

  private static String word(List<String> words, int index) {
    return index < words.size() ? words.get(index) : "";
  }

  private static SqlFailure refused(String text) {
    return new SqlFailure(SqlFailure.AUTHORIZATION, "not authorized: " + text);
  }
}
