package dev.selene.sqlite.internal;

import dev.selene.host.wasi.NamedFile;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.BusyHandler;
import org.sqlite.Function;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteException;
import org.sqlite.core.DB;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A connection.
 *
 * <p>Ownership: one process, whose calls come one after the other, from threads that may block. Two
 * things may come from other threads at any time: {@link #close}, when the process is killed in the
 * middle of a statement, and nothing else. {@code using}, {@code closing} and {@code closed} are
 * guarded by {@code this}; the native connection is closed once and only while nobody uses it, and
 * interrupted only while it is open. Proved by {@code KillTest}.
 *
 * <p>What guests may do is bounded by SQLite's own limits, set in {@link #open}, and by {@link
 * Rules}. Files are opened with the VFS {@code unix-excl}: the index of a write-ahead log is on the
 * heap then, not in a file mapped into memory, which a guest could cut off to crash the JVM. The
 * price is that other programs cannot use the file meanwhile.
 *
 * <p>Source: sqlite.org/c3ref/intro.html, sqlite.org/security.html, sqlite.org/vfs.html.
 */
public final class Database implements AutoCloseable {
  /** Longest text, blob or row, in bytes. */
  public static final int LONGEST_VALUE = 16 << 20;

  /** Longest text of SQL, in bytes. */
  public static final int LONGEST_SQL = 1_000_000;

  /** Instructions of WebAssembly that an operation of SQLite's virtual machine counts as. */
  static final int INSTRUCTIONS_PER_OPERATION = 10;

  private static final Logger LOGGER = LoggerFactory.getLogger(Database.class);

  private static final int READ_WRITE_CREATE = 0x6;
  private static final int URI = 0x40;
  private static final int NO_FOLLOW = 0x0100_0000;

  /** Pages that a database without a file, or a connection's temporary one, may have: 64 MiB. */
  private static final int MOST_PAGES = 16_384;

  private static final int PAGE_BYTES = 4_096;

  /** How often a running statement looks up: some tens of microseconds. */
  private static final int OPERATIONS_PER_LOOK = 1_000;

  // Numbers of sqlite3_limit.
  private static final int LIMIT_LENGTH = 0;
  private static final int LIMIT_SQL_LENGTH = 1;
  private static final int LIMIT_ATTACHED = 7;
  private static final int LIMIT_LIKE_PATTERN = 8;
  private static final int LIMIT_VARIABLES = 9;
  private static final int LIMIT_TRIGGER_DEPTH = 10;
  private static final int LIMIT_WORKERS = 11;

  /** LIKE and GLOB recurse once a wildcard, and a thread's stack has an end. */
  private static final int LONGEST_PATTERN = 1_000;

  /** Registers for all three encodings at once: the driver adds SQLITE_UTF16, 4, to SQLITE_UTF8. */
  private static final int ALL_ENCODINGS = 1;

  /** A name and a number of arguments. */
  private record Signature(String name, int arguments) {}

  /**
   * Functions that the driver adds to SQLite. They are not written for hostile arguments: one of
   * them writes past its buffer.
   */
  private static final List<Signature> ADDED =
      List.of(
          new Signature("atn2", 2),
          new Signature("charindex", 2),
          new Signature("charindex", 3),
          new Signature("cot", 1),
          new Signature("coth", 1),
          new Signature("difference", 2),
          new Signature("leftstr", 2),
          new Signature("lower_quartile", 1),
          new Signature("mode", 1),
          new Signature("padc", 2),
          new Signature("padl", 2),
          new Signature("padr", 2),
          new Signature("proper", 1),
          new Signature("replicate", 2),
          new Signature("reverse", 1),
          new Signature("rightstr", 2),
          new Signature("square", 1),
          new Signature("stdev", 1),
          new Signature("strfilter", 2),
          new Signature("upper_quartile", 1),
          new Signature("variance", 1));

  /**
   * Closing may wait for the disk, which a process's own thread must not do; few at once, since
   * they would only wait for each other.
   */
  private static final ExecutorService CLOSERS = closers();

  private final JDBC4Connection connection;
  private final DB library;
  private final @Nullable NamedFile file;
  private boolean using;
  private boolean closing;
  private boolean closed;

  /** Set by the thread that runs a statement and read by it. */
  private boolean lockMet;

  private boolean temporaryTablesBounded;
  private long operations;
  private long affordableOperations = Long.MAX_VALUE;

  /** Written under {@code this}, read by the running statement's looks. */
  private volatile boolean interrupted;

  private Database(JDBC4Connection connection, @Nullable NamedFile file) {
    this.connection = connection;
    this.library = connection.getDatabase();
    this.file = file;
  }

  private static ExecutorService closers() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            4,
            4,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("selene-sqlite-close-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Work with a connection, on a thread that may block. */
  @FunctionalInterface
  public interface Work<T> {
    /**
     * Does it.
     *
     * @return the result
     * @throws SqlFailure when SQLite fails
     * @throws SQLException when SQLite fails, from the driver
     */
    T run() throws SqlFailure, SQLException;
  }

  /**
   * Opens a file. It is not looked into yet: that happens at the first statement.
   *
   * @param file closed with this; also when this fails
   * @return the caller closes it
   * @throws SqlFailure when SQLite cannot open it
   */
  public static Database open(NamedFile file) throws SqlFailure {
    return open("file:" + encoded(file.hostPath()) + "?vfs=unix-excl", file);
  }

  /**
   * Makes a database of its own that goes with the connection.
   *
   * @param inMemory else on disk as far as its cache does not hold it
   * @return the caller closes it
   * @throws SqlFailure when SQLite cannot
   */
  public static Database openPrivate(boolean inMemory) throws SqlFailure {
    return open(inMemory ? ":memory:" : "", null);
  }

  private static Database open(String name, @Nullable NamedFile file) throws SqlFailure {
    JDBC4Connection connection = null;
    boolean done = false;
    try {
      Properties properties = new Properties();
      properties.setProperty(
          "open_mode", String.valueOf(READ_WRITE_CREATE | URI | (file == null ? 0 : NO_FOLLOW)));
      properties.setProperty("busy_timeout", "0");
      connection = new JDBC4Connection("jdbc:sqlite:", name, properties);
      // Or the driver begins and commits an empty transaction after each statement.
      connection.getConnectionConfig().setAutoCommit(false);
      Database database = new Database(connection, file);
      database.prepareForGuests();
      done = true;
      return database;
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      if (!done) {
        closeQuietly(connection, file);
      }
    }
  }

  /** Every byte of the path but letters, digits and what cannot be misread. */
  private static String encoded(String path) {
    StringBuilder uri = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '/';
      uri.append(plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "%%%02X", b));
    }
    return uri.toString();
  }

  private void prepareForGuests() throws SQLException {
    library.limit(LIMIT_LENGTH, LONGEST_VALUE);
    library.limit(LIMIT_SQL_LENGTH, LONGEST_SQL);
    library.limit(LIMIT_ATTACHED, 0);
    library.limit(LIMIT_LIKE_PATTERN, LONGEST_PATTERN);
    library.limit(LIMIT_VARIABLES, 32_766);
    library.limit(LIMIT_TRIGGER_DEPTH, 100);
    library.limit(LIMIT_WORKERS, 0);
    for (Signature added : ADDED) {
      library.create_function(added.name(), new Unavailable(), added.arguments(), ALL_ENCODINGS);
    }
    library.busy_handler(
        new BusyHandler() {
          @Override
          protected int callback(int attempts) {
            // The process waits, not this thread: whoever holds the lock may need a thread to
            // give it back.
            lockMet = true;
            return 0;
          }
        });
    library.register_progress_handler(
        OPERATIONS_PER_LOOK,
        new ProgressHandler() {
          @Override
          protected int progress() {
            operations += OPERATIONS_PER_LOOK;
            return interrupted || operations > affordableOperations ? 1 : 0;
          }
        });
    library.exec("PRAGMA trusted_schema=OFF", true);
    library.exec("PRAGMA cell_size_check=ON", true);
    if (file == null) {
      library.exec("PRAGMA page_size=" + PAGE_BYTES, true);
      library.exec("PRAGMA max_page_count=" + MOST_PAGES, true);
    }
  }

  private static final class Unavailable extends Function {
    @Override
    protected void xFunc() throws SQLException {
      throw new SQLException("this function is not available");
    }
  }

  /** Whether there is no file. */
  boolean isPrivate() {
    return file == null;
  }

  JDBC4Connection connection() {
    return connection;
  }

  DB library() {
    return library;
  }

  /**
   * Uses the connection.
   *
   * @param affordableInstructions after so much work the statement is interrupted
   * @param work what
   * @param <T> the result
   * @return the result
   * @throws SqlFailure when SQLite fails, or the connection was closed
   */
  public <T> T use(long affordableInstructions, Work<T> work) throws SqlFailure {
    enter();
    try {
      lockMet = false;
      operations = 0;
      affordableOperations = affordableInstructions / INSTRUCTIONS_PER_OPERATION;
      return work.run();
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      leave();
    }
  }

  private synchronized void enter() throws SqlFailure {
    if (closing || using) {
      throw new SqlFailure(SqlFailure.MISUSE, "the connection is closed or in use");
    }
    using = true;
  }

  private void leave() {
    synchronized (this) {
      using = false;
      if (!closing || closed) {
        return;
      }
      closed = true;
    }
    closeQuietly(connection, file);
  }

  /**
   * The work that the last {@link #use} did, in instructions.
   *
   * @return a multiple of what statements count in
   */
  public long instructions() {
    return operations * INSTRUCTIONS_PER_OPERATION;
  }

  /**
   * Whether the last {@link #use} met somebody else's lock and would have waited for it.
   *
   * @return true when trying again makes sense
   */
  public boolean hasMetLock() {
    return lockMet;
  }

  /**
   * Runs one statement to its end, rows ignored.
   *
   * @param statement one
   * @throws SqlFailure when it is not allowed
   * @throws SQLException when SQLite fails
   */
  public void execute(SqlText statement) throws SqlFailure, SQLException {
    if (Rules.judge(statement, isPrivate()) != Rules.Verdict.SKIP) {
      try (Statement prepared = new Statement(this, statement)) {
        boolean row = true;
        while (row) {
          row = prepared.step();
        }
      }
    }
  }

  /**
   * Rows that the last INSERT, UPDATE or DELETE changed.
   *
   * @return the lower 32 bits
   * @throws SqlFailure when the connection is closed
   */
  public int changes() throws SqlFailure {
    return use(Long.MAX_VALUE, () -> (int) library.changes());
  }

  /**
   * Bounds temporary tables, which are in files of the host's own folder. To be called between the
   * compilation of a statement and its first step: the bound needs the schema, which a new
   * connection has not read. A statement that writes to a temporary table does not compile without
   * the schema; so what fails here fails before there is anything to bound, and is tried again.
   */
  void boundTemporaryTables() {
    if (!temporaryTablesBounded) {
      try {
        library.exec("PRAGMA temp.max_page_count=" + MOST_PAGES, true);
        temporaryTablesBounded = true;
      } catch (SQLException e) {
        LOGGER.debug("temporary tables are not bounded yet: {}", e.getMessage());
      }
    }
  }

  /** Lets the next statement be a VACUUM, which attaches a database; or no more. */
  void allowVacuum(boolean allow) throws SQLException {
    library.limit(LIMIT_ATTACHED, allow ? 1 : 0);
  }

  /**
   * Memory that a database without a file takes.
   *
   * @return bytes; 0 with a file
   * @throws SqlFailure when the connection is closed
   */
  public long privateBytes() throws SqlFailure {
    if (file != null) {
      return 0;
    }
    long[] pages = new long[1];
    use(
        Long.MAX_VALUE,
        () -> {
          try (Statement count =
              new Statement(this, SqlText.statements("PRAGMA page_count").getFirst())) {
            if (count.step() && count.value(0) instanceof Long number) {
              pages[0] = number;
            }
          }
          return 0;
        });
    return pages[0] * PAGE_BYTES;
  }

  /**
   * Gives the connection and all of its statements up; an open transaction is undone. A running
   * statement is interrupted, and its thread closes; otherwise this waits until it is done, on a
   * virtual thread by parking.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
      interrupted = true;
      if (using) {
        try {
          library.interrupt();
        } catch (SQLException e) {
          LOGGER.warn("a statement could not be interrupted", e);
        }
        return;
      }
      closed = true;
    }
    CompletableFuture.runAsync(() -> closeQuietly(connection, file), CLOSERS).join();
  }

  /** For what the caller never got. */
  public static final Consumer<Database> CLOSE = Database::close;

  private static void closeQuietly(@Nullable JDBC4Connection connection, @Nullable NamedFile file) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOGGER.warn("a database did not close cleanly: {}", e.getMessage());
    } finally {
      if (file != null) {
        file.close();
      }
    }
  }

  /** What the driver threw, without what it puts around SQLite's text. */
  static SqlFailure failure(SQLException thrown) {
    String text = String.valueOf(thrown.getMessage());
    if (!(thrown instanceof SQLiteException exception)) {
      return new SqlFailure(SqlFailure.MISUSE, text);
    }
    String before = exception.getResultCode() + " (";
    if (text.startsWith(before) && text.endsWith(")")) {
      text = text.substring(before.length(), text.length() - 1);
    }
    return new SqlFailure(exception.getResultCode().code & 0xFF, text);
  }
}
