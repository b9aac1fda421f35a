package dev.selene.sqlite.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;

/**
 * A prepared statement. What is bound is kept here and given to SQLite at the first step, since the
 * driver binds and steps in one; so it can also be prepared again after an error, when the driver
 * has given it up.
 *
 * <p>Thread-safety: as {@link Database}, inside {@link Database#use}; but {@link #bind}, {@link
 * #isOnRow} and the column methods touch no file, and may be called by the process itself while no
 * call of the connection is running.
 */
public final class Statement implements AutoCloseable {
  /** What stands for a statement that has no effect here. */
  private static final SqlText NOTHING = SqlText.statements("SELECT 0 WHERE 0").getFirst();

  /** Where a statement is. */
  private enum State {
    /** Not begun, or reset. */
    FRESH,
    /** On a row. */
    ROW,
    /** Over. */
    DONE
  }

  private final Database database;
  private final SqlText text;
  private final boolean vacuum;
  private @Nullable Object[] values;
  private CoreStatement prepared;
  private State state = State.FRESH;
  private boolean hasGivenRows;

  /**
   * Prepares.
   *
   * @param database open
   * @param text one statement
   * @throws SqlFailure when it is not allowed
   * @throws SQLException when SQLite cannot compile it
   */
  public Statement(Database database, SqlText text) throws SqlFailure, SQLException {
    this.database = database;
    Rules.Verdict verdict = Rules.judge(text, database.isPrivate());
    this.text = verdict == Rules.Verdict.SKIP ? NOTHING : text;
    this.vacuum = verdict == Rules.Verdict.RUN_VACUUM;
    PreparedStatement made = prepare();
    this.prepared = (CoreStatement) made;
    this.values = new Object[made.getParameterMetaData().getParameterCount()];
  }

  private PreparedStatement prepare() throws SQLException {
    PreparedStatement made = database.connection().prepareStatement(text.sql());
    if (((CoreStatement) made).pointer.isClosed()) {
      throw new SQLException("there is no statement in the text");
    }
    database.boundTemporaryTables();
    return made;
  }

  private SafeStmtPtr pointer() throws SQLException {
    if (prepared.pointer.isClosed()) {
      prepared = (CoreStatement) prepare();
      state = State.FRESH;
    }
    return prepared.pointer;
  }

  /**
   * Binds values; what is not mentioned stays.
   *
   * @param bindings which
   * @throws SqlFailure when there is no such parameter, a value is too large, or the statement is
   *     on a row
   */
  public void bind(List<Bindings.Binding> bindings) throws SqlFailure {
    if (state == State.ROW && !bindings.isEmpty()) {
      throw new SqlFailure(SqlFailure.MISUSE, "the statement is on a row: reset it before binding");
    }
    @Nullable Object[] changed = values.clone();
    for (Bindings.Binding binding : bindings) {
      changed[index(binding)] = checked(binding.value());
    }
    values = changed;
    state = State.FRESH;
  }

  private int index(Bindings.Binding binding) throws SqlFailure {
    long number = binding.number();
    String name = binding.name();
    if (name != null) {
      Integer known = text.parameter(name);
      if (known == null) {
        throw new SqlFailure(SqlFailure.RANGE, "the statement has no parameter " + shortened(name));
      }
      number = known;
    }
    if (number < 1 || number > values.length) {
      throw new SqlFailure(
          SqlFailure.RANGE,
          "the statement has "
              + values.length
              + " parameters, and no number "
              + Long.toUnsignedString(number));
    }
    return (int) number - 1;
  }

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "...";
  }

  private static @Nullable Object checked(@Nullable Object value) throws SqlFailure {
    if (size(value) > Database.LONGEST_VALUE) {
      throw new SqlFailure(SqlFailure.TOO_BIG, "string or blob too big");
    }
    return value;
  }

  private static long size(@Nullable Object value) {
    return switch (value) {
      case byte[] bytes -> bytes.length;
      case String string -> string.length();
      case null, default -> 0;
    };
  }

  /**
   * Bytes that bound texts and blobs take, here and in SQLite.
   *
   * @return bytes
   */
  public long boundBytes() {
    return Arrays.stream(values).mapToLong(value -> 3 * size(value)).sum();
  }

  /**
   * Goes to the next row; after the last one it starts anew.
   *
   * @return false when it is done
   * @throws SQLException when SQLite fails; the statement is reset then
   */
  public boolean step() throws SQLException {
    SafeStmtPtr at = pointer();
    DB library = database.library();
    boolean first = state != State.ROW;
    boolean row = false;
    boolean fine = false;
    if (vacuum) {
      database.allowVacuum(true);
    }
    try {
      if (first) {
        hasGivenRows = false;
        library.reset(pointerValue(at));
        row = library.execute(prepared, values);
      } else {
        int code = at.safeRunInt(DB::step);
        if (code != Codes.SQLITE_ROW && code != Codes.SQLITE_DONE) {
          library.throwex(code);
        }
        row = code == Codes.SQLITE_ROW;
      }
      fine = true;
    } finally {
      if (vacuum) {
        database.allowVacuum(false);
      }
      if (!fine && !prepared.pointer.isClosed()) {
        library.reset(pointerValue(prepared.pointer));
      }
      state = row ? State.ROW : fine ? State.DONE : State.FRESH;
    }
    hasGivenRows |= row;
    return row;
  }

  private static long pointerValue(SafeStmtPtr pointer) throws SQLException {
    return pointer.safeRunLong((library, value) -> value);
  }

  /**
   * Whether it has given a row and is not over.
   *
   * @return true when the next step goes on
   */
  public boolean isOnRow() {
    return state == State.ROW;
  }

  /**
   * Whether trying again after a lock would repeat rows that the guest has seen.
   *
   * @return true when it must not be tried again
   */
  public boolean hasGivenRows() {
    return hasGivenRows;
  }

  /**
   * Starts anew; what is bound stays.
   *
   * @throws SQLException when SQLite fails
   */
  public void reset() throws SQLException {
    state = State.FRESH;
    hasGivenRows = false;
    if (!prepared.pointer.isClosed()) {
      prepared.pointer.safeRunInt(DB::reset);
    }
  }

  /**
   * Columns of its rows.
   *
   * @return 0 for statements without rows
   * @throws SqlFailure when SQLite fails
   */
  public int columns() throws SqlFailure {
    try {
      return pointer().safeRunInt(DB::column_count);
    } catch (SQLException e) {
      throw Database.failure(e);
    }
  }

  /**
   * Columns of the current row.
   *
   * @return 0 when it is on none
   * @throws SqlFailure when SQLite fails
   */
  public int rowColumns() throws SqlFailure {
    return state == State.ROW ? columns() : 0;
  }

  /**
   * The name of a column.
   *
   * @param index from 0
   * @return null when there is no such column
   * @throws SqlFailure when SQLite fails
   */
  public @Nullable String name(int index) throws SqlFailure {
    if (index < 0 || index >= columns()) {
      return null;
    }
    try {
      return pointer().safeRun((library, value) -> library.column_name(value, index));
    } catch (SQLException e) {
      throw Database.failure(e);
    }
  }

  /**
   * The names of all columns.
   *
   * @return in order
   * @throws SqlFailure when SQLite fails
   */
  public List<String> names() throws SqlFailure {
    List<String> names = new ArrayList<>();
    int count = columns();
    for (int i = 0; i < count; i++) {
      String name = name(i);
      names.add(name == null ? "" : name);
    }
    return names;
  }

  /**
   * A value of the current row by its storage class; null when there is no row or no such column.
   * Text ends at its first NUL, as in Lunatic.
   *
   * @param index from 0
   * @return null, byte[], String, Double or Long
   * @throws SqlFailure when SQLite fails
   */
  public @Nullable Object value(int index) throws SqlFailure {
    if (index < 0 || index >= rowColumns()) {
      return null;
    }
    try {
      return pointer().safeRun((library, value) -> value(library, value, index));
    } catch (SQLException e) {
      throw Database.failure(e);
    }
  }

  private static @Nullable Object value(DB library, long pointer, int index) throws SQLException {
    return switch (library.column_type(pointer, index)) {
      case Codes.SQLITE_INTEGER -> library.column_long(pointer, index);
      case Codes.SQLITE_FLOAT -> library.column_double(pointer, index);
      case Codes.SQLITE_TEXT -> untilNul(library.column_text(pointer, index));
      case Codes.SQLITE_BLOB -> {
        byte[] bytes = library.column_blob(pointer, index);
        yield bytes == null ? new byte[0] : bytes;
      }
      default -> null;
    };
  }

  private static String untilNul(@Nullable String text) {
    if (text == null) {
      return "";
    }
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /** Binds nothing any more. */
  public void unbind() {
    values = new Object[values.length];
  }

  /**
   * Memory that a statement takes, roughly: SQLite compiles a byte to some tens.
   *
   * @param text the statement
   * @return bytes
   */
  public static long footprint(SqlText text) {
    return 16_384 + 32L * text.sql().length();
  }

  @Override
  public void close() throws SQLException {
    prepared.pointer.close();
  }
}
