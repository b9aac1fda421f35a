package dev.selene.sqlite.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;

/**
 * How the statements of a connection are compiled: whether that ends, and what the programs may
 * take. What was found out is valid while the schema is the same: SQLite compiles a statement anew
 * at its next step when it has changed, and says nothing.
 *
 * <p>Ownership: as {@link Database}, inside {@link Database#use}.
 */
final class Programs {
  /** Plans of statements that were prepared before. */
  private static final int MOST_PROGRAMS = 32;

  /** Texts that are longer are not remembered. */
  private static final int LONGEST_REMEMBERED = 2_000;

  /** All views and triggers of a database. */
  private static final int LONGEST_STORED = 2_000_000;

  /** What statements are copied from; the memory for it was taken when the schema was read. */
  private static final String STORED =
      "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE type IN ('view', 'trigger')"
          + " UNION ALL SELECT type, name, tbl_name, sql FROM temp.sqlite_schema"
          + " WHERE type IN ('view', 'trigger')";

  private final Database database;

  /** Counts what this connection does that may change how statements are compiled. */
  private long changesOfSchema;

  private @Nullable CoreStatement versionOfSchema;
  private @Nullable Expansion expansion;
  private long expansionChanges;
  private long expansionVersion;
  private final Map<String, Compiled> programs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Compiled> eldest) {
          return size() > MOST_PROGRAMS;
        }
      };

  /** A program and the schema that it was compiled for. */
  record Compiled(Program program, long changesOfSchema, long version) {}

  /**
   * For one connection.
   *
   * @param database it
   */
  Programs(Database database) {
    this.database = database;
  }

  /** Something happened after which statements may be compiled in another way. */
  void forget() {
    changesOfSchema++;
  }

  /**
   * Compiles a guest's statement.
   *
   * @param text one statement
   * @return the statement
   * @throws SqlFailure when it would become too large
   * @throws SQLException when SQLite cannot
   */
  PreparedStatement prepare(SqlText text) throws SqlFailure, SQLException {
    check(text);
    return database.compile(text.sql());
  }

  /** Whether compiling it ends. */
  void check(SqlText text) throws SqlFailure, SQLException {
    if (text.isCopied()
        && expansion().words(text.sql()) > Expansion.MOST_WORDS + text.sql().length()) {
      throw new SqlFailure(
          SqlFailure.ERROR,
          "the statement is too complex: name views, subqueries and their columns less often in"
              + " one another");
    }
  }

  /** Of the schema as it is. */
  private Expansion expansion() throws SQLException {
    long version = version();
    Expansion current = expansion;
    if (current == null || expansionChanges != changesOfSchema || expansionVersion != version) {
      current = new Expansion(stored());
      expansion = current;
      expansionChanges = changesOfSchema;
      expansionVersion = version;
    }
    return current;
  }

  private List<Expansion.Stored> stored() throws SQLException {
    List<Expansion.Stored> stored = new ArrayList<>();
    int[] left = {LONGEST_STORED};
    database.read(
        STORED,
        (library, pointer) -> {
          String sql = String.valueOf(library.column_text(pointer, 3));
          left[0] -= sql.length();
          if (left[0] < 0) {
            throw new SQLException(
                "the views and triggers have more than " + LONGEST_STORED + " characters");
          }
          stored.add(
              new Expansion.Stored(
                  String.valueOf(library.column_text(pointer, 0)),
                  String.valueOf(library.column_text(pointer, 1)),
                  String.valueOf(library.column_text(pointer, 2)),
                  sql));
        });
    return stored;
  }

  /**
   * What a statement may take.
   *
   * @param text compiled already, so that it is known to be fine
   * @return valid until {@link #isCurrent} says no
   * @throws SQLException when SQLite fails
   */
  Compiled program(SqlText text) throws SQLException {
    Compiled known = programs.get(text.sql());
    if (known != null && isCurrent(known)) {
      return known;
    }
    long version = version();
    Program program =
        switch (text.kind()) {
          case COMPUTING -> read(text);
          case SMALL -> Program.SMALL;
          case NESTING -> Program.NESTING;
        };
    Compiled made = new Compiled(program, changesOfSchema, version);
    if (text.sql().length() <= LONGEST_REMEMBERED) {
      programs.put(text.sql(), made);
    }
    return made;
  }

  /** Whether a statement would still be compiled in the same way. */
  boolean isCurrent(Compiled compiled) throws SQLException {
    return compiled.changesOfSchema() == changesOfSchema && compiled.version() == version();
  }

  /** Of the schema in the file, which others may change. */
  private long version() throws SQLException {
    if (database.isPrivate()) {
      return 0;
    }
    CoreStatement statement = versionOfSchema;
    if (statement == null || statement.pointer.isClosed()) {
      statement = (CoreStatement) database.compile("PRAGMA main.schema_version");
      versionOfSchema = statement;
    }
    return statement.pointer.safeRunLong(
        (db, pointer) -> {
          try {
            int code = db.step(pointer);
            if (code != Codes.SQLITE_ROW) {
              db.throwex(code);
            }
            return db.column_long(pointer, 0);
          } finally {
            db.reset(pointer);
          }
        });
  }

  private Program read(SqlText text) throws SQLException {
    Program.Reader reader = new Program.Reader(pageBytes());
    database.read(
        "EXPLAIN " + text.sql(),
        (library, pointer) -> {
          String p4 = library.column_text(pointer, 5);
          reader.add(
              library.column_long(pointer, 0),
              library.column_text(pointer, 1),
              library.column_int(pointer, 2),
              library.column_int(pointer, 3),
              library.column_int(pointer, 4),
              p4 == null ? "" : p4);
        });
    database.addOperations(reader.operations());
    return reader.end();
  }

  private int pageBytes() throws SQLException {
    if (database.isPrivate()) {
      return Database.PAGE_BYTES;
    }
    int[] bytes = {Database.PAGE_BYTES};
    database.read(
        "PRAGMA main.page_size", (library, pointer) -> bytes[0] = library.column_int(pointer, 0));
    return bytes[0];
  }
}
