package dev.selene.sqlite;

import dev.selene.host.BlockingPool;
import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.lunatic.ErrorImports;
import dev.selene.host.wasi.NamedFile;
import dev.selene.sqlite.internal.Bindings;
import dev.selene.sqlite.internal.Database;
import dev.selene.sqlite.internal.SqlFailure;
import dev.selene.sqlite.internal.SqlText;
import dev.selene.sqlite.internal.Statement;
import dev.selene.sqlite.internal.ValueEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code lunatic::sqlite}: databases in files below the process's preopened folders, and private
 * ones. What SQLite does runs on the database pool while the process is parked; arguments are
 * copied before, results after. A lock that another connection holds is waited for by the process,
 * off the pool, for {@link #BUSY_TIMEOUT}.
 *
 * <p>What a guest holds is charged: a fixed amount for a connection, statements by their text,
 * bound values, results while they are copied, and private databases by their pages. The work of a
 * statement is charged as fuel, and a statement ends when the fuel does.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class SqliteImports implements HostModule {
  /** How long a statement waits for another connection's lock. */
  public static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

  private static final Logger LOGGER = LoggerFactory.getLogger(SqliteImports.class);

  // Statements come first: kinds are released in the order they were made.
  private static final HandleKind<Prepared> STATEMENT =
      new HandleKind<>("sqlite_statement", statement -> {});
  private static final HandleKind<Connection> CONNECTION =
      HandleKind.waiting("sqlite_connection", connection -> connection.database.close());

  /** Longest path, in bytes. */
  private static final int LONGEST_PATH = 4_096;

  /** Bytes of a connection: its page cache, lookaside memory and schema. */
  private static final long CONNECTION_BYTES = (2 << 20) + (256 << 10);

  /** Bytes of a row with which copying ends. */
  private static final long LARGEST_ROW = 4L * Database.LONGEST_VALUE;

  /** What any call costs beside the work of the statement: as much as moving so many bytes. */
  private static final long CALL_BYTES = 4_096;

  private static final int BYTES_PER_INSTRUCTION = 8;
  private static final long FIRST_WAIT_NANOS = 1_000_000;
  private static final long LONGEST_WAIT_NANOS = 50_000_000;
  private static final int ROW = 100;
  private static final int DONE = 101;

  private final long busyNanos;

  /** The imports, with {@link #BUSY_TIMEOUT}. */
  public SqliteImports() {
    this(BUSY_TIMEOUT);
  }

  SqliteImports(Duration busyTimeout) {
    this.busyNanos = busyTimeout.toNanos();
  }

  /** A connection of a process. Only its thread touches the fields. */
  private static final class Connection {
    final Database database;
    @Nullable SqlFailure lastError;
    long privateBytes;

    Connection(Database database) {
      this.database = database;
    }
  }

  /** A statement of a process. Only its thread touches the fields. */
  private static final class Prepared {
    final Connection connection;
    final Statement statement;

    /** On the ledger, without what is bound. */
    final long footprint;

    /** On the ledger for what is bound. */
    long boundBytes;

    Prepared(Connection connection, Statement statement, long footprint) {
      this.connection = connection;
      this.statement = statement;
      this.footprint = footprint;
    }
  }

  @Override
  public String name() {
    return "lunatic::sqlite";
  }

  @Import(
      value = "open",
      blocking = true,
      summary =
          "Opens a database below a preopened folder; `:memory:` and an empty path are private"
              + " ones. 0: a connection id was written. 1: an error id.")
  public long open(
      ProcessContext process,
      @Pointer int path,
      @Length int pathLength,
      @Pointer(bytes = 8, out = true) int idOut) {
    process.memory().check(idOut, 8);
    String name = text(process, path, pathLength, LONGEST_PATH, "path");
    process.charge(CONNECTION_BYTES);
    boolean opened = false;
    try {
      ProcessConfig config = process.config();
      Database database = onPool(process, () -> open(config, name), Database.CLOSE);
      long id = addConnection(process, database);
      opened = true;
      process.memory().putLong(idOut, id);
      return 0;
    } catch (SqlFailure failure) {
      String message = "Failed to access '" + name + "': " + failure.text();
      process.memory().putLong(idOut, ErrorImports.report(process, message));
      return 1;
    } finally {
      if (!opened) {
        process.release(CONNECTION_BYTES);
      }
    }
  }

  private static Database open(ProcessConfig config, String name) throws SqlFailure {
    if (!config.canUseDatabases()) {
      throw new SqlFailure(SqlFailure.ERROR, "this process may not use databases");
    }
    if (name.isEmpty() || name.equals(":memory:")) {
      return Database.openPrivate(!name.isEmpty());
    }
    try {
      return Database.open(NamedFile.find(config.preopens(), name));
    } catch (IOException e) {
      throw new SqlFailure(SqlFailure.ERROR, String.valueOf(e.getMessage()));
    }
  }

  private static long addConnection(ProcessContext process, Database database) {
    boolean added = false;
    try {
      long id = process.handles(CONNECTION).add(new Connection(database));
      added = true;
      return id;
    } finally {
      if (!added) {
        database.close();
      }
    }
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
    Connection owner = process.handles(CONNECTION).get(connection);
    List<SqlText> statements = statements(process, sql, sqlLength);
    int[] next = new int[1];
    try {
      run(
          process,
          owner,
          () -> {
            while (next[0] < statements.size()) {
              owner.database.execute(statements.get(next[0]));
              next[0]++;
            }
            return 0;
          },
          () -> true);
      return 0;
    } catch (SqlFailure failure) {
      return failure.code();
    }
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
    Connection owner = process.handles(CONNECTION).get(connection);
    List<SqlText> statements = statements(process, sql, sqlLength);
    if (statements.isEmpty()) {
      throw new HostTrap("query_prepare: there is no statement in the text");
    }
    SqlText text = statements.getFirst();
    long footprint = Statement.footprint(text);
    process.charge(footprint);
    Statement[] made = new Statement[1];
    boolean added = false;
    try {
      run(
          process,
          owner,
          () -> {
            made[0] = new Statement(owner.database, text);
            return 0;
          },
          () -> true);
      long id = process.handles(STATEMENT).add(new Prepared(owner, made[0], footprint));
      added = true;
      return id;
    } catch (SqlFailure failure) {
      throw trap("query_prepare", failure);
    } finally {
      if (!added) {
        process.release(footprint);
        discard(owner.database, made[0]);
      }
    }
  }

  /** Of a statement that never ran, so nothing waits for the disk. */
  private static void discard(Database database, @Nullable Statement statement) {
    if (statement != null) {
      try {
        database.use(Long.MAX_VALUE, () -> close(statement));
      } catch (SqlFailure failure) {
        // Its connection is closing, and closes it.
        LOGGER.debug("a statement was not closed: {}", failure.text());
      }
    }
  }

  private static int close(Statement statement) throws SQLException {
    statement.close();
    return 0;
  }

  @Import(
      value = "bind_value",
      summary =
          "Binds a list of values in bincode, by number or by name, with or without its `:`, `@` or"
              + " `$`. Traps on an error.")
  public void bindValue(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      @Pointer int values,
      @Length int valuesLength) {
    GuestMemory memory = process.memory();
    memory.check(values, valuesLength);
    Prepared prepared = process.handles(STATEMENT).get(statement);
    process.chargeBytes(CALL_BYTES + Integer.toUnsignedLong(valuesLength));
    // Once as it is here, and up to five times as objects.
    long workspace = 6 * Integer.toUnsignedLong(valuesLength);
    process.charge(workspace);
    try {
      List<Bindings.Binding> list = Bindings.decode(memory.read(values, valuesLength));
      prepared.statement.bind(list);
      chargeBound(process, prepared);
    } catch (IllegalArgumentException e) {
      throw new HostTrap("bind_value: this is no list of values: " + e.getMessage());
    } catch (SqlFailure failure) {
      prepared.connection.lastError = failure;
      throw trap("bind_value", failure);
    } finally {
      process.release(workspace);
    }
  }

  private static void chargeBound(ProcessContext process, Prepared prepared) {
    long wanted = prepared.statement.boundBytes();
    process.release(prepared.boundBytes);
    prepared.boundBytes = 0;
    boolean paid = false;
    try {
      process.charge(wanted);
      prepared.boundBytes = wanted;
      paid = true;
    } finally {
      if (!paid) {
        prepared.statement.unbind();
      }
    }
  }

  @Import(value = "sqlite3_changes", summary = "Rows changed by the last statement.")
  public int sqlite3Changes(ProcessContext process, @Handle("sqlite_connection") long connection) {
    try {
      return process.handles(CONNECTION).get(connection).database.changes();
    } catch (SqlFailure failure) {
      throw trap("sqlite3_changes", failure);
    }
  }

  @Import(
      value = "sqlite3_step",
      blocking = true,
      summary = "100: a row. 101: done. Traps on an error.")
  public int sqlite3Step(ProcessContext process, @Handle("sqlite_statement") long statement) {
    Prepared prepared = process.handles(STATEMENT).get(statement);
    Statement inner = prepared.statement;
    try {
      boolean first = !inner.isOnRow();
      boolean row = run(process, prepared.connection, inner::step, () -> !inner.hasGivenRows());
      if (row && first) {
        // All that a statement changes is changed before its first row.
        chargePages(process, prepared.connection);
      }
      return row ? ROW : DONE;
    } catch (SqlFailure failure) {
      throw trap("sqlite3_step", failure);
    }
  }

  @Import(
      value = "statement_reset",
      blocking = true,
      summary = "Starts a statement anew; what was bound stays.")
  public void statementReset(ProcessContext process, @Handle("sqlite_statement") long statement) {
    Prepared prepared = process.handles(STATEMENT).get(statement);
    try {
      run(
          process,
          prepared.connection,
          () -> {
            prepared.statement.reset();
            return 0;
          },
          () -> true);
    } catch (SqlFailure failure) {
      throw trap("statement_reset", failure);
    }
  }

  @Import(value = "sqlite3_finalize", blocking = true, summary = "Gives a statement up.")
  public void sqlite3Finalize(ProcessContext process, @Handle("sqlite_statement") long statement) {
    Prepared prepared = process.handles(STATEMENT).remove(statement);
    process.release(prepared.footprint + prepared.boundBytes);
    try {
      run(process, prepared.connection, () -> close(prepared.statement), () -> false);
    } catch (SqlFailure failure) {
      throw trap("sqlite3_finalize", failure);
    }
  }

  @Import(value = "column_count", summary = "Columns of the result.")
  public int columnCount(ProcessContext process, @Handle("sqlite_statement") long statement) {
    try {
      return process.handles(STATEMENT).get(statement).statement.columns();
    } catch (SqlFailure failure) {
      throw trap("column_count", failure);
    }
  }

  @Import(
      value = "column_name",
      summary = "A column's name as UTF-8, in memory from `lunatic_alloc`; returns the address.")
  public int columnName(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      int index,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    return result(
        process,
        lengthOut,
        "column_name",
        statement(process, statement),
        (inner, allowance) -> {
          String name = inner.name(index);
          if (name == null) {
            throw new HostTrap("column_name: there is no column " + index);
          }
          return name.getBytes(StandardCharsets.UTF_8);
        });
  }

  @Import(
      value = "column_names",
      summary = "All names in bincode, in memory from `lunatic_alloc`; returns the address.")
  public int columnNames(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    return result(
        process,
        lengthOut,
        "column_names",
        statement(process, statement),
        (inner, allowance) -> ValueEncoding.texts(inner.names()));
  }

  @Import(
      value = "read_column",
      summary =
          "A value in bincode, in memory from `lunatic_alloc`; returns the address. Null where there"
              + " is no row or no such column.")
  public int readColumn(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      int index,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    return result(
        process,
        lengthOut,
        "read_column",
        statement(process, statement),
        (inner, allowance) -> ValueEncoding.value(inner.value(index)));
  }

  @Import(
      value = "read_row",
      summary = "The current row in bincode, in memory from `lunatic_alloc`; returns the address.")
  public int readRow(
      ProcessContext process,
      @Handle("sqlite_statement") long statement,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    return result(
        process, lengthOut, "read_row", statement(process, statement), ValueEncoding::row);
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
    process.memory().check(lengthOut, 4);
    SqlFailure failure = process.handles(CONNECTION).get(connection).lastError;
    if (failure == null) {
      throw new HostTrap("last_error: the connection has no error");
    }
    return give(process, ValueEncoding.error(failure), lengthOut);
  }

  private static String text(
      ProcessContext process, int address, int length, int limit, String what) {
    process.memory().check(address, length);
    if (Integer.compareUnsigned(length, limit) > 0) {
      throw new HostTrap(
          what + " has " + Integer.toUnsignedString(length) + " bytes, more than " + limit);
    }
    process.chargeBytes(CALL_BYTES + length);
    return process.memory().readText(address, length);
  }

  private static List<SqlText> statements(ProcessContext process, int sql, int length) {
    String text = text(process, sql, length, Database.LONGEST_SQL, "sql");
    // The pieces live no longer than the call.
    long workspace = 16L * length;
    process.charge(workspace);
    try {
      return SqlText.statements(text);
    } finally {
      process.release(workspace);
    }
  }

  private static HostTrap trap(String name, SqlFailure failure) {
    return new HostTrap(name + ": SQLite error " + failure.code() + ": " + failure.text());
  }

  /** Whether a statement that met a lock may be tried again. */
  @FunctionalInterface
  private interface Repeatable {
    boolean now();
  }

  /**
   * Uses a connection on the pool, waits for locks, remembers the error, and charges the work.
   *
   * @throws SqlFailure now the connection's last error
   */
  private <T> T run(
      ProcessContext process, Connection owner, Database.Work<T> work, Repeatable repeatable)
      throws SqlFailure {
    long start = System.nanoTime();
    long wait = FIRST_WAIT_NANOS;
    Database database = owner.database;
    while (true) {
      try {
        long affordable = process.affordableInstructions();
        T result = onPool(process, () -> database.use(affordable, work), abandoned -> {});
        owner.lastError = null;
        chargeWork(process, database);
        if (!Boolean.TRUE.equals(result)) {
          // Not after every row: the number of pages is a statement of its own.
          chargePages(process, owner);
        }
        return result;
      } catch (SqlFailure failure) {
        chargeWork(process, database);
        boolean again =
            failure.code() == SqlFailure.BUSY && database.hasMetLock() && repeatable.now();
        if (!again || System.nanoTime() - start >= busyNanos) {
          owner.lastError = failure;
          // Earlier statements of the text may have made it larger.
          chargePages(process, owner);
          throw failure;
        }
        process.sleep(wait);
        wait = Math.min(2 * wait, LONGEST_WAIT_NANOS);
      }
    }
  }

  private static void chargeWork(ProcessContext process, Database database) {
    process.chargeBytes(CALL_BYTES + database.instructions() * BYTES_PER_INSTRUCTION);
  }

  private static void chargePages(ProcessContext process, Connection owner) throws SqlFailure {
    long now = owner.database.privateBytes();
    long before = owner.privateBytes;
    owner.privateBytes = Math.min(now, before);
    process.release(before - owner.privateBytes);
    process.charge(now - owner.privateBytes);
    owner.privateBytes = now;
  }

  private static <T> T onPool(
      ProcessContext process, Callable<T> work, Consumer<? super T> abandoned) throws SqlFailure {
    try {
      return process.runBlocking(BlockingPool.DATABASE, work, abandoned);
    } catch (SqlFailure | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads something of a statement that is on hand, without the disk. */
  @FunctionalInterface
  private interface Reading {
    byte[] read(Statement statement, ValueEncoding.Allowance allowance) throws SqlFailure;
  }

  private static Prepared statement(ProcessContext process, long statement) {
    return process.handles(STATEMENT).get(statement);
  }

  private static int result(
      ProcessContext process, int lengthOut, String name, Prepared prepared, Reading reading) {
    process.memory().check(lengthOut, 4);
    long[] charged = new long[1];
    try {
      byte[] bytes =
          reading.read(
              prepared.statement,
              more -> {
                if (charged[0] + more > LARGEST_ROW) {
                  throw new HostTrap(name + ": the row has more than " + LARGEST_ROW + " bytes");
                }
                process.charge(more);
                charged[0] += more;
              });
      return give(process, bytes, lengthOut);
    } catch (SqlFailure failure) {
      throw trap(name, failure);
    } finally {
      process.release(charged[0]);
    }
  }

  /** Copies a result into memory that the guest allocates. */
  private static int give(ProcessContext process, byte[] bytes, int lengthOut) {
    process.chargeBytes(CALL_BYTES + bytes.length);
    int address = process.allocateInGuest(bytes.length);
    process.memory().write(address, bytes, 0, bytes.length);
    process.memory().putInt(lengthOut, bytes.length);
    return address;
  }
}
