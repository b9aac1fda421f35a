package dev.selene.sqlite;

import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::sqlite}: databases. Every import links, since guests import them whether they use
 * databases or not; calling one traps, because databases are not built yet.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class SqliteImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::sqlite";
  }

  @Import(
      value = "open",
      blocking = true,
      summary = "Opens a database. 0: a connection id was written. 1: an error id.")
  public long open(
      ProcessContext process,
      @Pointer int path,
      @Length int pathLength,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("open");
  }

  @Import(
      value = "execute",
      blocking = true,
      summary = "Runs all statements of a text; SQLite's result code, 0 is ok.")
  public int execute(
      ProcessContext process,
      @Handle("sqlite_connection") long connection,
      @Pointer int sql,
      @Length int sqlLength) {
    throw notBuilt("execute");
  }

  @Import(
      value = "query_prepare",
      blocking = true,
      summary = "Prepares the first statement of a text and returns its id. Traps on an error.")
  public long queryPrepare(
      ProcessContext process,
      @Handle("sqlite_connection") long connection,
      @Pointer int sql,
      @Length int sqlLength) {
    throw notBuilt("query_prepare");
  }

  @Import(value = "bind_value", summary = "Binds a list of values in bincode. Traps on an error.")
  public void bindValue(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      @Pointer int values,
      @Length int valuesLength) {
    throw notBuilt("bind_value");
  }

  @Import(value = "sqlite3_changes", summary = "Rows changed by the last statement.")
  public int sqlite3Changes(ProcessContext process, @Handle("sqlite_connection") long connection) {
    throw notBuilt("sqlite3_changes");
  }

  @Import(
      value = "sqlite3_step",
      blocking = true,
      summary = "100: a row. 101: done. Traps on an error.")
  public int sqlite3Step(ProcessContext process, @Handle("sqlite_statement") long statement) {
    throw notBuilt("sqlite3_step");
  }

  @Import(value = "statement_reset", summary = "Starts a statement anew; what was bound stays.")
  public void statementReset(ProcessContext process, @Handle("sqlite_statement") long statement) {
    throw notBuilt("statement_reset");
  }

  @Import(value = "sqlite3_finalize", summary = "Gives a statement up.")
  public void sqlite3Finalize(ProcessContext process, @Handle("sqlite_statement") long statement) {
    throw notBuilt("sqlite3_finalize");
  }

  @Import(value = "column_count", summary = "Columns of the result.")
  public int columnCount(ProcessContext process, @Handle("sqlite_statement") long statement) {
    throw notBuilt("column_count");
  }

  @Import(
      value = "column_name",
      summary = "A column's name as UTF-8, in memory from `lunatic_alloc`; returns the address.")
  public int columnName(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      int index,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    throw notBuilt("column_name");
  }

  @Import(
      value = "column_names",
      summary = "All names in bincode, in memory from `lunatic_alloc`; returns the address.")
  public int columnNames(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    throw notBuilt("column_names");
  }

  @Import(
      value = "read_column",
      summary = "A value in bincode, in memory from `lunatic_alloc`; returns the address.")
  public int readColumn(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      int index,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    throw notBuilt("read_column");
  }

  @Import(
      value = "read_row",
      summary = "The current row in bincode, in memory from `lunatic_alloc`; returns the address.")
  public int readRow(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    throw notBuilt("read_row");
  }

  @Import(
      value = "last_error",
      summary =
          "The last error in bincode, in memory from `lunatic_alloc`; returns the address. Traps"
              + " when there is none.")
  public int lastError(
      ProcessContext process,
      @Handle("sqlite_connection") long connection,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    throw notBuilt("last_error");
  }

  private static HostTrap notBuilt(String name) {
    return new HostTrap("lunatic::sqlite::" + name + " is not built yet");
  }
}
