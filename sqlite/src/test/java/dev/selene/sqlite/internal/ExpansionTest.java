package dev.selene.sqlite.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How large statements become, and that ordinary ones are far from the limit. */
class ExpansionTest {
  private static Expansion.Stored view(String name, String sql) {
    return new Expansion.Stored("view", name, name, sql);
  }

  private static double words(List<Expansion.Stored> stored, String sql) {
    return new Expansion(stored).words(sql);
  }

  @Test
  void statementWithoutCopies_hasItsWords() {
    assertEquals(4, words(List.of(), "SELECT a FROM t"));
    assertEquals(0, words(List.of(), ""));
  }

  @Test
  void columnOfASubquery_countsAsItsExpression() {
    StringBuilder sql = new StringBuilder("SELECT a FROM t");
    for (int i = 0; i < 20; i++) {
      sql.insert(0, "SELECT a || a AS a FROM (").append(")");
    }
    assertTrue(words(List.of(), sql.toString()) > 1 << 20);
    String once = sql.toString().replace("a || a", "a");
    assertTrue(words(List.of(), once) < 2_000);
  }

  @Test
  void views_areCopiedAsOftenAsTheyAreNamed() {
    List<Expansion.Stored> views = new ArrayList<>();
    views.add(view("v0", "CREATE VIEW v0(x) AS SELECT a + a FROM t"));
    for (int i = 1; i <= 20; i++) {
      views.add(
          view(
              "v" + i,
              "CREATE VIEW \"v" + i + "\" AS SELECT 1 FROM V" + (i - 1) + ", v" + (i - 1)));
    }
    assertTrue(words(views, "SELECT * FROM v20") > 1 << 20);
    assertTrue(words(views, "PRAGMA table_info('v20')") > 1 << 20);
    assertTrue(words(views, "SELECT * FROM pragma_table_list") > 1 << 20);
    assertTrue(words(views, "ALTER TABLE t RENAME TO u") > 1 << 20);
    assertTrue(words(views, "SELECT * FROM v5") < 2_000);
    assertTrue(words(views, "CREATE VIEW v21 AS SELECT * FROM v20, v20") < 20);
  }

  @Test
  void triggers_countOnce_alsoWhenTheyFireEachOther() {
    List<Expansion.Stored> stored =
        List.of(
            new Expansion.Stored(
                "trigger",
                "r",
                "t",
                "CREATE TRIGGER r INSERT ON t BEGIN INSERT INTO u SELECT 1; END"),
            new Expansion.Stored(
                "trigger",
                "s",
                "u",
                "CREATE TRIGGER s INSERT ON u BEGIN INSERT INTO t SELECT 2; END"));
    double words = words(stored, "INSERT INTO t VALUES (1)");
    assertTrue(words > 20 && words < 100, () -> "" + words);
  }

  /** A report as people write them. */
  @Test
  void ordinaryTableExpressions_areFarFromTheLimit() {
    StringBuilder sql =
        new StringBuilder("WITH s0 AS (SELECT id, amount AS total, day FROM sales WHERE year = ?)");
    for (int i = 1; i <= 5; i++) {
      String before = "s" + (i - 1);
      sql.append(", s" + i + " AS (SELECT a.id, CASE WHEN a.total > b.total THEN")
          .append(" round(a.total / nullif(b.total, 0), 2) ELSE b.total END AS total, a.day")
          .append(" FROM " + before + " AS a JOIN " + before + " AS b ON a.id = b.id)");
    }
    double words = words(List.of(), sql + " SELECT id, total FROM s5 ORDER BY total");
    assertTrue(words < Expansion.MOST_WORDS, () -> "" + words);
  }

  @Test
  void whatIsNestedTooDeep_isTooLarge_andSpoilsNothingElse() {
    List<Expansion.Stored> views = new ArrayList<>();
    views.add(view("v0", "CREATE VIEW v0 AS SELECT 1 AS a"));
    for (int i = 1; i <= 2_000; i++) {
      views.add(view("v" + i, "CREATE VIEW v" + i + " AS SELECT a FROM v" + (i - 1)));
    }
    Expansion expansion = new Expansion(views);
    assertEquals(Double.POSITIVE_INFINITY, expansion.words("SELECT * FROM v2000"));
    assertTrue(expansion.words("SELECT * FROM v100") < 2_000);
    String nested = "SELECT * FROM (".repeat(20_000) + "SELECT 1" + ")".repeat(20_000);
    assertEquals(Double.POSITIVE_INFINITY, expansion.words(nested));
  }
}
