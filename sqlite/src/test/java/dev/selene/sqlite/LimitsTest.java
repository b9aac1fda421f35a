package dev.selene.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessExit;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a hostile or unlucky guest meets: bounds, locks, and files that are no databases. */
@EnabledOnOs(OS.LINUX)
class LimitsTest {
  private static final String ENDLESS =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

  /** Functions of SQLite itself that it does not call built in: those of its own extensions. */
  private static final Set<String> OF_SQLITE =
      Set.of(
          "bm25",
          "fts3_tokenizer",
          "fts5",
          "fts5_get_locale",
          "fts5_insttoken",
          "fts5_locale",
          "fts5_source_id",
          "highlight",
          "match",
          "matchinfo",
          "offsets",
          "optimize",
          "rtreecheck",
          "rtreedepth",
          "rtreenode",
          "snippet");

  @TempDir Path folder;
  private SqliteGuest guest;

  @BeforeEach
  void start() {
    guest = new SqliteGuest(folder, Duration.ofMillis(100));
  }

  @AfterEach
  void end() {
    guest.close();
  }

  @Test
  void endlessStatement_endsWithTheFuel() {
    long db = guest.open(":memory:");
    guest.process.affordableInstructions = 5_000_000;
    long before = guest.process.fuelBytes;
    assertEquals(9, guest.execute(db, ENDLESS));
    long instructions = (guest.process.fuelBytes - before) / 8;
    assertTrue(
        instructions >= 5_000_000 && instructions < 6_000_000, () -> "charged " + instructions);
    assertEquals("9 interrupted", guest.lastError(db));
    guest.run(db, "SELECT 1");
  }

  /** Each of them would crash the JVM without a limit. */
  @Test
  void argumentsThatOverflowNativeCode_areRefused() {
    long db = guest.open(":memory:");
    assertTrue(guest.execute(db, "SELECT replicate('abcdefgh', 536870912)") > 0);
    for (String operator :
        List.of("LIKE '" + "%a".repeat(24_000), "GLOB '" + "*a".repeat(24_000))) {
      assertTrue(guest.execute(db, "SELECT '" + "a".repeat(24_000) + "' " + operator + "b'") > 0);
      assertEquals("1 LIKE or GLOB pattern too complex", guest.lastError(db));
    }
  }

  @Test
  void functionsThatTheDriverAdds_areNotAvailable() {
    long db = guest.open(":memory:");
    int checked = 0;
    for (List<Object> row :
        guest.query(db, "SELECT DISTINCT name, narg FROM pragma_function_list WHERE NOT builtin")) {
      String name = (String) row.getFirst();
      if (!OF_SQLITE.contains(name)) {
        String arguments =
            IntStream.range(0, (int) Math.max(0, (Long) row.get(1)))
                .mapToObj(i -> "1")
                .collect(Collectors.joining(","));
        assertEquals(1, guest.execute(db, "SELECT " + name + "(" + arguments + ")"), name);
        assertTrue(guest.lastError(db).contains("not available"), name);
        checked++;
      }
    }
    assertTrue(checked >= 21, "only " + checked);
  }

  /** On a thread with the stack of the pool's threads. */
  @Test
  void deepNesting_isAnError() throws Exception {
    List<String> statements = new ArrayList<>();
    for (int depth : new int[] {100, 900, 20_000}) {
      statements.add("SELECT " + "(".repeat(depth) + "1" + ")".repeat(depth));
      statements.add("SELECT " + "NOT ".repeat(depth) + "1");
      statements.add("SELECT " + "abs(".repeat(depth) + "1" + ")".repeat(depth));
      statements.add("SELECT * FROM (".repeat(depth) + "SELECT 1" + ")".repeat(depth));
      statements.add("SELECT 1" + " UNION SELECT 1".repeat(depth));
      statements.add("SELECT json('" + "[".repeat(depth) + "]".repeat(depth) + "')");
      statements.add("SELECT " + "CASE WHEN 1 THEN ".repeat(depth) + "1" + " END".repeat(depth));
    }
    long db = guest.open(":memory:");
    guest.run(db, "CREATE VIEW v0 AS SELECT 1 AS a");
    for (int i = 1; i < 1_200; i++) {
      guest.run(db, "CREATE VIEW v" + i + " AS SELECT * FROM v" + (i - 1));
    }
    statements.add("SELECT * FROM v1199");
    guest.run(db, "CREATE TABLE t(a); PRAGMA recursive_triggers=ON");
    guest.run(db, "CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO t VALUES (new.a + 1); END");
    statements.add("INSERT INTO t VALUES (1)");
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .stackSize(1 << 20)
        .start(
            () -> {
              try {
                statements.forEach(sql -> guest.execute(db, sql));
                guest.run(db, "SELECT 1");
                done.complete(null);
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
    done.get(120, TimeUnit.SECONDS);
  }

  @Test
  void privateDatabases_areChargedAndBounded() {
    long db = guest.open(":memory:");
    guest.run(db, "CREATE TABLE t(a)");
    long before = guest.process.ledger;
    guest.run(db, "INSERT INTO t VALUES (zeroblob(1000000))");
    // Some of it is in the page that was there.
    assertTrue(guest.process.ledger >= before + 990_000);
    guest.run(db, "DELETE FROM t; VACUUM");
    assertEquals(before, guest.process.ledger);
    int code = 0;
    for (int i = 0; i < 100 && code == 0; i++) {
      code = guest.execute(db, "INSERT INTO t VALUES (zeroblob(1000000))");
    }
    assertEquals(13, code);
    assertEquals("13 database or disk is full", guest.lastError(db));
    assertTrue(guest.process.ledger < before + (65 << 20));
    assertEquals(23, guest.execute(db, "PRAGMA page_size=65536"));
  }

  @Test
  void privateDatabases_areChargedAlsoAfterAnErrorAndOnARow() {
    long db = guest.open(":memory:");
    guest.run(db, "CREATE TABLE t(a)");
    long before = guest.process.ledger;
    assertEquals(1, guest.execute(db, "INSERT INTO t VALUES (zeroblob(5000000)); SELECT missing"));
    assertEquals("1 no such column: missing", guest.lastError(db));
    assertTrue(guest.process.ledger >= before + 4_990_000, () -> "" + guest.process.ledger);
    long insert = guest.prepare(db, "INSERT INTO t VALUES (zeroblob(5000000)) RETURNING 1");
    assertTrue(guest.step(insert));
    assertTrue(guest.process.ledger >= before + 9_980_000, () -> "" + guest.process.ledger);
    assertFalse(guest.step(insert));
    assertTrue(guest.step(insert), "it starts anew");
    assertTrue(guest.process.ledger >= before + 14_970_000, () -> "" + guest.process.ledger);
  }

  @Test
  void temporaryTables_areBounded() {
    for (String name : List.of(":memory:", "file.db")) {
      long db = guest.open(name);
      guest.run(db, "CREATE TEMP TABLE t(a)");
      int code = 0;
      for (int i = 0; i < 100 && code == 0; i++) {
        code = guest.execute(db, "INSERT INTO t VALUES (zeroblob(1000000))");
      }
      assertEquals("13 database or disk is full", guest.lastError(db), name);
      assertEquals(23, guest.execute(db, "PRAGMA temp.max_page_count=1000000"));
      assertEquals(23, guest.execute(db, "PRAGMA temp.page_size=65536"));
    }
  }

  @Test
  void ledger_endsTheProcess() {
    guest.process.ledgerLimit = 10 << 20;
    long db = guest.open(":memory:");
    ProcessExit exit =
        assertThrows(
            ProcessExit.class,
            () ->
                guest.execute(db, "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(15000000))"));
    assertInstanceOf(ExitReason.OutOfMemory.class, exit.reason());
    assertThrows(
        ProcessExit.class,
        () -> {
          while (true) {
            guest.open(":memory:");
          }
        });
  }

  @Test
  void values_areBounded() {
    long db = guest.open(":memory:");
    assertEquals(18, guest.execute(db, "SELECT zeroblob(20000000)"));
    assertEquals("18 string or blob too big", guest.lastError(db));
    long select = guest.prepare(db, "SELECT zeroblob(1000000), zeroblob(1000000)");
    assertTrue(guest.step(select));
    guest.process.ledgerLimit = guest.process.ledger + 1_500_000;
    long before = guest.process.ledger;
    assertThrows(ProcessExit.class, () -> guest.row(select));
    assertEquals(before, guest.process.ledger);
    guest.process.ledgerLimit = 1L << 30;
    String many = "zeroblob(16000000),".repeat(5);
    long large = guest.prepare(db, "SELECT " + many + " 1");
    assertTrue(guest.step(large));
    HostTrap trap = assertThrows(HostTrap.class, () -> guest.row(large));
    assertTrue(trap.getMessage().contains("the row has more than"), trap.getMessage());
  }

  @Test
  void boundValues_areChargedUntilTheyAreReplacedOrFinalized() {
    long db = guest.open(":memory:");
    long before = guest.process.ledger;
    long select = guest.prepare(db, "SELECT ?");
    long prepared = guest.process.ledger;
    guest.bind(select, SqliteGuest.values().add(1, "x".repeat(100_000)).encoded());
    assertTrue(guest.process.ledger >= prepared + 200_000);
    guest.bind(select, SqliteGuest.values().add(1, 1).encoded());
    assertEquals(prepared, guest.process.ledger);
    guest.bind(select, SqliteGuest.values().add(1, "x".repeat(100_000)).encoded());
    guest.sqlite.sqlite3Finalize(guest.process, select);
    assertEquals(before, guest.process.ledger);
  }

  @Test
  void handles_areBounded_andWhatIsOverIsClosed() {
    guest.process.handleLimit = 3;
    long db = guest.open("x.db");
    guest.open("x.db");
    guest.prepare(db, "SELECT 1");
    long before = guest.process.ledger;
    assertThrows(HostTrap.class, () -> guest.open("x.db"));
    assertThrows(HostTrap.class, () -> guest.prepare(db, "SELECT 1"));
    assertEquals(before, guest.process.ledger);
    guest.run(db, "CREATE TABLE t(a)");
  }

  @Test
  void lockOfAnother_isWaitedForThenReported() {
    long db = guest.open("x.db");
    guest.run(db, "CREATE TABLE t(a); BEGIN IMMEDIATE");
    try (SqliteGuest other = new SqliteGuest(folder, Duration.ofMillis(100))) {
      long second = other.open("x.db");
      assertEquals(5, other.execute(second, "INSERT INTO t VALUES (1)"));
      assertEquals("5 database is locked", other.lastError(second));
      assertTrue(other.process.sleptNanos > 0, "the process waits, not a thread of the pool");
      long insert = other.prepare(second, "INSERT INTO t VALUES (2)");
      assertThrows(HostTrap.class, () -> other.step(insert));
      guest.run(db, "COMMIT");
      assertFalse(other.step(insert));
      assertEquals(List.of(List.of(2L)), guest.query(db, "SELECT a FROM t"));
    }
  }

  @Test
  void lockThatIsGivenBack_isTaken() throws Exception {
    long db = guest.open("x.db");
    guest.run(db, "CREATE TABLE t(a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
    try (SqliteGuest other = new SqliteGuest(folder, Duration.ofSeconds(60))) {
      long second = other.open("x.db");
      CompletableFuture<Integer> waiting =
          CompletableFuture.supplyAsync(
              () -> other.execute(second, "SELECT 1; INSERT INTO t VALUES (2)"));
      while (other.process.sleptNanos < 0 && !waiting.isDone()) {
        VarHandle.acquireFence();
        Thread.yield();
      }
      guest.run(db, "COMMIT");
      assertEquals(0, waiting.get(60, TimeUnit.SECONDS));
      assertEquals(2, guest.query(db, "SELECT a FROM t").size());
    }
  }

  @Test
  void deadlock_isReportedAtOnce() {
    long db = guest.open("x.db");
    guest.run(db, "CREATE TABLE t(a); BEGIN; SELECT * FROM t");
    try (SqliteGuest other = new SqliteGuest(folder, Duration.ofHours(1))) {
      long second = other.open("x.db");
      other.run(second, "BEGIN; SELECT count(*) FROM t");
      long read = other.prepare(second, "SELECT count(*) FROM t");
      assertTrue(other.step(read));
      guest.run(db, "INSERT INTO t VALUES (1)");
      assertEquals(5, other.execute(second, "INSERT INTO t VALUES (2)"));
      assertEquals(-1, other.process.sleptNanos);
    }
  }

  @Test
  void filesThatAreNoDatabases_areErrors() throws Exception {
    Files.writeString(folder.resolve("text.db"), "this is not a database\n".repeat(500));
    long text = guest.open("text.db");
    assertEquals(26, guest.execute(text, "SELECT * FROM sqlite_schema"));
    assertEquals("26 file is not a database", guest.lastError(text));

    long db = guest.open("cut.db");
    guest.run(db, "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(100000))");
    byte[] bytes = Files.readAllBytes(folder.resolve("cut.db"));
    Files.write(folder.resolve("cut.db"), Arrays.copyOf(bytes, bytes.length / 2));
    try (SqliteGuest other = new SqliteGuest(folder)) {
      long cut = other.open("cut.db");
      assertEquals(11, other.execute(cut, "SELECT length(a), a FROM t; DELETE FROM t"));
      assertEquals("11 database disk image is malformed", other.lastError(cut));
    }
    guest.execute(db, "SELECT a FROM t");
    long fine = guest.open("fine.db");
    guest.run(fine, "CREATE TABLE t(a)");
  }
}
