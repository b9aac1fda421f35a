package dev.selene.sqlite;

import dev.selene.host.HostTrap;
import dev.selene.host.ProcessExit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A virtual machine of its own in which one guest tries to take more memory than it pays for.
 * Arguments: the attack's name and a folder. Prints by how much the resident set grew at most, in
 * MiB; ends with 3 as soon as that is over {@link #BOUND_MIB}, with 4 when the ledger is off.
 */
final class MemoryAttacks {
  /** More than the guest's own limit by what the machine needs for itself. */
  static final long BOUND_MIB = 300;

  static final int OVER_THE_BOUND = 3;
  static final int LEDGER_OFF = 4;

  private static final long LEDGER_LIMIT = 256L << 20;
  private static final String BLOB = "randomblob(16000000)";

  /** What an attack does with a connection to a private database and one to a file. */
  private record Fixture(SqliteGuest guest, long memory, long file) {}

  private static final Map<String, BiConsumer<Fixture, Long>> ATTACKS = new TreeMap<>();

  private MemoryAttacks() {}

  private static String many(int count, String separator, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(separator));
  }

  private static String rows(long count) {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT " + count + ") ";
  }

  /** An attack that is one query, stepped twice, and executed. */
  private static void query(String name, String sql) {
    ATTACKS.put(
        name,
        (fixture, db) -> {
          tolerate(() -> fixture.guest.execute(db, sql));
          tolerate(
              () -> {
                long statement = fixture.guest.prepare(db, sql);
                try {
                  if (fixture.guest.step(statement)) {
                    fixture.guest.step(statement);
                  }
                } finally {
                  fixture.guest.sqlite.sqlite3Finalize(fixture.guest.process, statement);
                }
              });
        });
  }

  /** An attack that prepares a database with some statements, and runs a last one. */
  private static void script(String name, List<String> before, String last) {
    query(name, last);
    BiConsumer<Fixture, Long> end = ATTACKS.get(name);
    ATTACKS.put(
        name,
        (fixture, db) -> {
          for (String sql : before) {
            tolerate(() -> fixture.guest.execute(db, sql));
          }
          end.accept(fixture, db);
        });
  }

  private static void tolerate(Runnable call) {
    try {
      call.run();
    } catch (HostTrap | ProcessExit expected) {
      // Whatever the guest gets is fine, as long as the memory is.
    }
  }

  static {
    query("columns", "SELECT " + many(1_999, ",", i -> BLOB));
    query(
        "hidden",
        "SELECT "
            + many(200, "+", i -> "length(c" + i + ")")
            + " FROM (SELECT "
            + many(200, ",", i -> BLOB + " AS c" + i)
            + " LIMIT 1)");
    query(
        "groupConcat",
        rows(15)
            + "SELECT "
            + many(60, ",", i -> "group_concat(hex(randomblob(500000)), '" + i + "')")
            + " FROM n");
    query(
        "groupConcatOfNothing",
        rows(2_000_000)
            + "SELECT "
            + many(60, ",", i -> "length(group_concat('', substr('ab', 1, i % 2)))")
            + " FROM n");
    query("growth", "SELECT " + many(40, ",", i -> "hex(zeroblob(" + (7_900_000 - i) + "))"));
    query(
        "replace",
        "SELECT "
            + many(
                60,
                ",",
                i ->
                    "replace(hex(zeroblob(5000)), '0', "
                        + "printf('%.*c', "
                        + (1_500 - i)
                        + ", 'x'))"));
    query(
        "printf", "SELECT " + many(60, ",", i -> "printf('%.*c', " + (15_900_000 - i) + ", 'x')"));
    query(
        "concat",
        "SELECT length(concat("
            + many(90, ",", i -> "a")
            + ")) FROM (SELECT printf('%.*c', 15900000, 'x') AS a LIMIT 1)");
    query(
        "recursion",
        "WITH RECURSIVE n(i, x) AS (SELECT 1, randomblob(4000000) UNION ALL SELECT i + 1,"
            + " randomblob(4000000) FROM n WHERE i < 150) SELECT "
            + many(40, ",", i -> "max(x || " + i + ")")
            + " FROM n");
    query(
        "windows",
        rows(40)
            + "SELECT "
            + many(60, ",", i -> "first_value(randomblob(15000000 - " + i + ")) OVER (ORDER BY i)")
            + " FROM n");
    query(
        "json",
        "SELECT length(json_array("
            + many(90, ",", i -> "a")
            + ")) FROM (SELECT printf('%.*c', 15900000, '\"') AS a LIMIT 1)");
    query(
        "jsonGroup",
        rows(2_000) + "SELECT length(json_group_array(printf('%.*c', 3000000, 'x'))) FROM n");
    query(
        "jsonPretty",
        "SELECT length(json_pretty('"
            + "[".repeat(900)
            + many(20_000, ",", i -> "1")
            + "]".repeat(900)
            + "', printf('%.*c', 100, ' ')))");
    query(
        "ephemeralTables",
        rows(8_000)
            + ", m AS MATERIALIZED (SELECT i, randomblob(60) AS x FROM n) SELECT "
            + many(
                700,
                "+",
                i -> "(SELECT count(*) FROM (SELECT DISTINCT x || " + i + " FROM m LIMIT 8000))"));
    query(
        "sorters",
        rows(20_000)
            + ", m AS MATERIALIZED (SELECT i, randomblob(100) AS x FROM n) SELECT "
            + many(
                300, "+", i -> "(SELECT i FROM m ORDER BY x || " + i + " LIMIT 1 OFFSET 19000)"));
    query(
        "medians",
        rows(700_000) + "SELECT " + many(90, "+", i -> "median(i + " + i + ")") + " FROM n");
    query("concatenations", "SELECT " + many(300, ",", i -> BLOB + " || " + i));
    script(
        "joins",
        List.of(
            "CREATE TABLE wide(" + many(30, ",", i -> "c" + i) + ")",
            "INSERT INTO wide SELECT " + many(30, ",", i -> "randomblob(500000)")),
        "SELECT * FROM " + many(60, ",", i -> "wide AS t" + i));
    script(
        "cases",
        List.of(
            "CREATE TABLE big(a, b)",
            rows(3) + "INSERT INTO big SELECT i, randomblob(15000000) FROM n"),
        "SELECT "
            + many(500, ",", i -> "CASE WHEN a <> " + i + " THEN b || " + i + " END")
            + " FROM big");
    List<String> triggers = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      triggers.add("CREATE TABLE t" + i + "(a)");
    }
    for (int i = 0; i < 24; i++) {
      String next = "INSERT INTO t" + (i + 1) + " VALUES (new.a);";
      triggers.add(
          "CREATE TRIGGER r" + i + " AFTER INSERT ON t" + i + " BEGIN " + next + next + " END");
    }
    script("triggerTree", triggers, "INSERT INTO t0 VALUES (1)");
    script(
        "triggerValues",
        List.of(
            "PRAGMA recursive_triggers=ON",
            "CREATE TABLE r(a)",
            "CREATE TRIGGER rr AFTER INSERT ON r WHEN new.a < 90 BEGIN SELECT length(randomblob(15000000)"
                + " || new.a || randomblob(100)); INSERT INTO r VALUES (new.a + 1); END"),
        "INSERT INTO r VALUES (1)");
    script(
        "fullText",
        List.of(
            "CREATE VIRTUAL TABLE ft USING fts5(a)",
            "INSERT INTO ft(ft, rank) VALUES ('hashsize', 2000000000)"),
        rows(200_000)
            + "INSERT INTO ft SELECT "
            + many(20, "|| ' ' ||", i -> "hex(randomblob(60))")
            + " FROM n");
    ATTACKS.put("openStatements", MemoryAttacks::openStatements);
    ATTACKS.put("changedView", MemoryAttacks::changedView);
    ATTACKS.put("changedViewOfAFile", (fixture, db) -> changedView(fixture, fixture.file));
    views();
  }

  private static void views() {
    List<String> doubling = new ArrayList<>(List.of("CREATE VIEW v0 AS SELECT 1 AS a"));
    StringBuilder tables = new StringBuilder("WITH c0 AS (SELECT 1 AS a)");
    StringBuilder nested = new StringBuilder("SELECT sqlite_version() AS a");
    for (int i = 1; i < 26; i++) {
      String from = (i - 1) + " UNION ALL SELECT a FROM ";
      doubling.add("CREATE VIEW v" + i + " AS SELECT a FROM v" + from + "v" + (i - 1));
      tables.append(", c" + i + " AS (SELECT a FROM c" + from + "c" + (i - 1) + ")");
    }
    for (int i = 1; i < 26; i++) {
      nested.insert(0, "SELECT a || a AS a FROM (").append(")");
    }
    script("nestedViews", doubling, "SELECT count(*) FROM v25");
    script("nestedViewsExplained", doubling, "EXPLAIN SELECT count(*) FROM v25");
    script("columnsOfNestedViews", doubling, "PRAGMA table_info(v25)");
    script("listOfNestedViews", doubling, "SELECT * FROM pragma_table_list");
    script("alteredNestedViews", doubling, "ALTER TABLE warm RENAME TO cold");
    query("nestedTables", tables + " SELECT count(*) FROM c25");
    query("nestedExpressions", nested.toString());
    query("nestedExpressionsExplained", "EXPLAIN " + nested);
    script(
        "generatedColumns",
        List.of(
            "CREATE TABLE g(c0, "
                + many(26, ",", i -> "c" + (i + 1) + " AS (c" + i + " || c" + i + ")")
                + ")",
            "INSERT INTO g(c0) VALUES ('x')"),
        "SELECT c26 FROM g");
    query(
        "fewNestedExpressions",
        "SELECT "
            + many(300, "||", i -> "a")
            + " FROM (SELECT "
            + many(300, "||", i -> "a")
            + " AS a FROM (SELECT "
            + many(300, "||", i -> "a")
            + " AS a FROM (SELECT sqlite_version() AS a)))");
  }

  private static void openStatements(Fixture fixture, long db) {
    List<Long> open = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      tolerate(
          () -> {
            long statement =
                fixture.guest.prepare(db, "SELECT randomblob(16000000) UNION ALL SELECT 1");
            open.add(statement);
            fixture.guest.step(statement);
          });
    }
    for (long statement : open) {
      fixture.guest.sqlite.sqlite3Finalize(fixture.guest.process, statement);
    }
  }

  /** SQLite compiles a statement anew when the schema has changed. */
  private static void changedView(Fixture fixture, long db) {
    SqliteGuest guest = fixture.guest;
    guest.run(db, "CREATE VIEW changing AS SELECT 1 AS a");
    long statement = guest.prepare(db, "SELECT * FROM changing");
    guest.step(statement);
    guest.sqlite.statementReset(guest.process, statement);
    long other = db == fixture.file ? guest.open("x.db") : db;
    guest.run(other, "DROP VIEW changing");
    guest.run(other, "CREATE VIEW changing AS SELECT " + many(500, ",", i -> BLOB));
    tolerate(() -> guest.step(statement));
    guest.sqlite.sqlite3Finalize(guest.process, statement);
  }

  static List<String> names() {
    return List.copyOf(ATTACKS.keySet());
  }

  private static long residentKib(String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(field + ":")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IllegalStateException("no " + field);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @SuppressWarnings(
      "SystemExitOutsideMain") // The guard ends this machine before it takes another's memory.
  private static void guard(long start) {
    Thread guard =
        new Thread(
            () -> {
              while (true) {
                long grown = (residentKib("VmRSS") - start) >> 10;
                if (grown > BOUND_MIB) {
                  System.out.println("grown by " + grown + " MiB");
                  Runtime.getRuntime().halt(OVER_THE_BOUND);
                }
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
              }
            });
    guard.setDaemon(true);
    guard.start();
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    try (SqliteGuest guest = new SqliteGuest(folder)) {
      guest.process.ledgerLimit = LEDGER_LIMIT;
      guest.process.affordableInstructions = 400_000_000;
      long memory = guest.open(":memory:");
      long file = guest.open("x.db");
      guest.run(memory, "CREATE TABLE warm(a)");
      guest.run(file, "CREATE TABLE warm(a)");
      guest.query(memory, "SELECT * FROM warm ORDER BY a");
      long ledger = guest.process.ledger;
      long start = residentKib("VmRSS");
      guard(start);
      ATTACKS.get(arguments[0]).accept(new Fixture(guest, memory, file), memory);
      long grown = (residentKib("VmHWM") - start) >> 10;
      System.out.println("grown by " + grown + " MiB");
      if (grown > BOUND_MIB) {
        System.exit(OVER_THE_BOUND);
      }
      // What a private database holds, and other connections, is charged for good.
      long kept = guest.process.ledger - ledger;
      tolerate(() -> guest.execute(memory, "SELECT 1"));
      System.out.println("ledger " + kept);
      if (guest.process.ledger - ledger != kept || kept > (64L << 20)) {
        System.exit(LEDGER_OFF);
      }
    }
    System.exit(0);
  }
}
