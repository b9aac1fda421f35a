package dev.selene.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HostTrap;
import dev.selene.host.ProcessConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What each import does for a guest that means well. */
@EnabledOnOs(OS.LINUX)
class SqliteImportsTest {
  @TempDir Path folder;
  private SqliteGuest guest;

  @BeforeEach
  void start() {
    guest = new SqliteGuest(folder);
  }

  @AfterEach
  void end() {
    guest.close();
    assertEquals(0, guest.process.handleCount);
  }

  private static String trap(Runnable call) {
    return String.valueOf(assertThrows(HostTrap.class, call::run).getMessage());
  }

  @Test
  void open_firstConnectionIsZeroAndWrittenToAddressZero() {
    guest.process.memory.putLong(0, -1);
    assertEquals(0, guest.open("notes.db"));
    assertEquals(1, guest.open("notes.db"));
  }

  @Test
  void withoutThePermission_openingIsAnError() throws Exception {
    ProcessConfig trusted = guest.process.config();
    assertTrue(trusted.canUseDatabases());
    assertFalse(ProcessConfig.builder().build().canUseDatabases(), "nobody has it by default");
    guest.process.configure(trusted.toBuilder().canUseDatabases(false).build());
    for (String name : List.of("notes.db", ":memory:", "")) {
      assertEquals(
          "Failed to access '" + name + "': this process may not use databases",
          guest.openError(name));
    }
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void valuesOfAllKinds_roundTrip() {
    long db = guest.open("notes.db");
    guest.run(db, "CREATE TABLE t(a, b, c, d, e, f)");
    long insert = guest.prepare(db, "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)");
    guest.bind(
        insert,
        SqliteGuest.values()
            .add(1, "grüße 🐘")
            .add(2, new byte[] {0, 1, -1})
            .add(3, 1.5)
            .add(4, Integer.MIN_VALUE)
            .add(5, Long.MIN_VALUE)
            .add(6, Void.class)
            .encoded());
    assertFalse(guest.step(insert));
    assertEquals(1, guest.sqlite.sqlite3Changes(guest.process, db));

    long select = guest.prepare(db, "SELECT * FROM t");
    assertEquals(6, guest.sqlite.columnCount(guest.process, select));
    assertEquals(List.of("a", "b", "c", "d", "e", "f"), guest.columnNames(select));
    assertEquals("c", guest.columnName(select, 2));
    assertTrue(guest.step(select));
    List<Object> row = guest.row(select);
    assertEquals("grüße 🐘", row.get(0));
    assertArrayEquals(new byte[] {0, 1, -1}, (byte[]) row.get(1));
    assertEquals(List.of(1.5, (long) Integer.MIN_VALUE, Long.MIN_VALUE, "NULL"), row.subList(2, 6));
    assertEquals(1.5, guest.column(select, 2));
    assertEquals("NULL", guest.column(select, 6));
    assertEquals("NULL", guest.column(select, -1));
    assertFalse(guest.step(select));
    assertEquals(List.of(), guest.row(select));
    assertTrue(trap(() -> guest.columnName(select, 6)).contains("there is no column 6"));
  }

  @Test
  void emptyTextAndBlob_areNotNull() {
    long db = guest.open("");
    long select = guest.prepare(db, "SELECT ?, ?, typeof(?1), typeof(?2)");
    guest.bind(select, SqliteGuest.values().add(1, "").add(2, new byte[0]).encoded());
    assertTrue(guest.step(select));
    assertEquals("", guest.column(select, 0));
    assertArrayEquals(new byte[0], (byte[]) guest.column(select, 1));
    assertEquals("text", guest.column(select, 2));
    assertEquals("blob", guest.column(select, 3));
  }

  @Test
  void textEndsAtItsFirstNul() {
    long db = guest.open(":memory:");
    assertEquals(List.of(List.of("a")), guest.query(db, "SELECT 'a' || char(0) || 'b'"));
  }

  @Test
  void parametersByName_withAndWithoutSign() {
    long db = guest.open(":memory:");
    String sql = "SELECT :a, @b, $c, ?, :a, ?9, /* :no */ ':no' -- :no\n, ?";
    long select = guest.prepare(db, sql);
    guest.bind(
        select,
        SqliteGuest.values()
            .add(":a", "A")
            .add("b", "B")
            .add("$c", "C")
            .add(4, "four")
            .add("?9", "nine")
            .add(10, "ten")
            .encoded());
    assertTrue(guest.step(select));
    assertEquals(List.of("A", "B", "C", "four", "A", "nine", ":no", "ten"), guest.row(select));
    assertTrue(
        trap(() -> guest.bind(select, SqliteGuest.values().add("x", 1).encoded()))
            .contains("on a row"));
    guest.sqlite.statementReset(guest.process, select);
    assertTrue(
        trap(() -> guest.bind(select, SqliteGuest.values().add("no", 1).encoded()))
            .contains("no parameter no"));
    assertTrue(
        trap(() -> guest.bind(select, SqliteGuest.values().add(0, 1).encoded()))
            .contains("no number 0"));
    assertTrue(
        trap(() -> guest.bind(select, SqliteGuest.values().add(11, 1).encoded()))
            .contains("no number 11"));
    assertTrue(guest.lastError(db).startsWith("25 "));
  }

  @Test
  void keyNone_bindsTheFirstParameter() {
    long db = guest.open(":memory:");
    long select = guest.prepare(db, "SELECT ?, ?");
    guest.bind(select, SqliteGuest.values().add(Void.class, 7L).encoded());
    assertTrue(guest.step(select));
    assertEquals(List.of(7L, "NULL"), guest.row(select));
  }

  @Test
  void reset_keepsWhatIsBound_andDoneStartsAnew() {
    long db = guest.open(":memory:");
    long select = guest.prepare(db, "SELECT ?");
    guest.bind(select, SqliteGuest.values().add(1, 5L).encoded());
    for (int i = 0; i < 2; i++) {
      assertTrue(guest.step(select));
      assertEquals(5L, guest.column(select, 0));
      guest.sqlite.statementReset(guest.process, select);
    }
    assertTrue(guest.step(select));
    assertFalse(guest.step(select));
    assertTrue(guest.step(select));
    assertEquals(5L, guest.column(select, 0));
  }

  @Test
  void execute_runsAllStatementsUpToAnError() {
    long db = guest.open(":memory:");
    assertEquals(
        0,
        guest.execute(
            db,
            ";;CREATE TABLE t(a); -- one; comment\n"
                + "CREATE TABLE log(a);"
                + "CREATE TRIGGER r AFTER INSERT ON t BEGIN"
                + "  INSERT INTO log VALUES (CASE WHEN new.a THEN 'x;' ELSE ';' END);"
                + "  INSERT INTO log VALUES (2); END;"
                + "INSERT INTO t VALUES (1)"));
    assertEquals(List.of(List.of("x;"), List.of(2L)), guest.query(db, "SELECT * FROM log"));
    assertEquals(1, guest.execute(db, "INSERT INTO t VALUES (3); nonsense; DROP TABLE t"));
    assertEquals("1 near \"nonsense\": syntax error", guest.lastError(db));
    assertEquals(List.of(List.of(2L)), guest.query(db, "SELECT count(*) FROM t"));
    assertTrue(trap(() -> guest.lastError(db)).contains("no error"));
    assertEquals(0, guest.execute(db, ""));
    assertEquals(0, guest.execute(db, " -- nothing"));
  }

  @Test
  void errors_trapAndStay() {
    long db = guest.open("notes.db");
    assertEquals(
        "query_prepare: SQLite error 1: no such table: t",
        trap(() -> guest.prepare(db, "SELECT * FROM t")));
    assertEquals("1 no such table: t", guest.lastError(db));
    assertTrue(trap(() -> guest.prepare(db, " ; ")).contains("no statement"));
    guest.run(db, "CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES (1)");
    long insert = guest.prepare(db, "INSERT INTO t VALUES (?)");
    guest.bind(insert, SqliteGuest.values().add(1, 1).encoded());
    assertTrue(trap(() -> guest.step(insert)).contains("19: UNIQUE constraint failed: t.a"));
    guest.bind(insert, SqliteGuest.values().add(1, 2).encoded());
    assertFalse(guest.step(insert));
    // The driver gives statements up after most errors; they are prepared anew.
    long select = guest.prepare(db, "SELECT abs(?)");
    guest.bind(select, SqliteGuest.values().add(1, Long.MIN_VALUE).encoded());
    assertTrue(trap(() -> guest.step(select)).contains("integer overflow"));
    guest.bind(select, SqliteGuest.values().add(1, -3).encoded());
    assertTrue(guest.step(select));
    assertEquals(3L, guest.column(select, 0));
  }

  @Test
  void finalize_forgetsTheStatement() {
    long db = guest.open(":memory:");
    long select = guest.prepare(db, "SELECT 1");
    guest.sqlite.sqlite3Finalize(guest.process, select);
    assertEquals("unknown sqlite_statement id 0", trap(() -> guest.step(select)));
    assertEquals(1, guest.prepare(db, "SELECT 1"));
  }

  @Test
  void transactions_andWriteAheadLog() {
    long db = guest.open("notes.db");
    long other = guest.open("notes.db");
    assertEquals(List.of(List.of("wal")), guest.query(db, "PRAGMA journal_mode=WAL"));
    guest.run(db, "CREATE TABLE t(a); BEGIN; INSERT INTO t VALUES (1)");
    assertEquals(List.of(List.of(0L)), guest.query(other, "SELECT count(*) FROM t"));
    guest.run(db, "COMMIT");
    assertEquals(List.of(List.of(1L)), guest.query(other, "SELECT count(*) FROM t"));
    assertFalse(Files.exists(folder.resolve("notes.db-shm")), "nothing is mapped into memory");
    guest.run(db, "BEGIN; DELETE FROM t; ROLLBACK; VACUUM");
    assertEquals(List.of(List.of(1L)), guest.query(other, "SELECT count(*) FROM t"));
  }

  @Test
  void fileIsAnOrdinaryDatabaseAfterwards() throws Exception {
    long db = guest.open("notes.db");
    guest.run(db, "CREATE TABLE notes(id INTEGER PRIMARY KEY, text)");
    guest.run(db, "INSERT INTO notes(text) VALUES ('first'), ('zweite Notiz')");
    guest.close();
    Process shell =
        new ProcessBuilder("sqlite3", folder.resolve("notes.db").toString(), "SELECT * FROM notes")
            .redirectErrorStream(true)
            .start();
    String output = new String(shell.getInputStream().readAllBytes());
    assertEquals("1|first\n2|zweite Notiz\n", output);
    assertEquals(0, shell.waitFor());
  }
}
