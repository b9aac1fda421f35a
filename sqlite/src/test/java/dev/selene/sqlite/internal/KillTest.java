package dev.selene.sqlite.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ProcessConfig;
import dev.selene.host.wasi.NamedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A connection that is closed while it is used. */
@EnabledOnOs(OS.LINUX)
class KillTest {
  @TempDir Path folder;

  private Database open() throws Exception {
    return Database.open(
        NamedFile.find(List.of(new ProcessConfig.Preopen(".", folder.toString())), "x.db"));
  }

  private static int execute(Database database, String sql) throws SqlFailure {
    return database.use(
        Long.MAX_VALUE,
        () -> {
          for (SqlText statement : SqlText.statements(sql)) {
            database.execute(statement);
          }
          return 0;
        });
  }

  @Test
  void runningStatement_isInterrupted_andItsTransactionUndone() throws Exception {
    try (Database first = open()) {
      execute(first, "CREATE TABLE t(a)");
    }
    for (int i = 0; i < 30; i++) {
      Database database = open();
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<Integer> run =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return database.use(
                      Long.MAX_VALUE,
                      () -> {
                        begun.countDown();
                        database.execute(
                            SqlText.statements(
                                    "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
                                        + " SELECT i + 1 FROM n) SELECT i FROM n")
                                .getFirst());
                        return 0;
                      });
                } catch (SqlFailure failure) {
                  return failure.code();
                }
              });
      assertTrue(begun.await(30, TimeUnit.SECONDS));
      if (i % 2 == 0) {
        Thread.yield();
      }
      database.close();
      database.close();
      assertEquals(SqlFailure.INTERRUPT, run.get(30, TimeUnit.SECONDS));
      assertThrows(SqlFailure.class, () -> execute(database, "SELECT 1"));
      try (Database next = open()) {
        execute(next, "INSERT INTO t VALUES (1)");
        assertEquals(1, next.changes());
      }
    }
  }

  @Test
  void connectionInUse_cannotBeUsedTwice() throws Exception {
    try (Database database = open()) {
      database.use(
          Long.MAX_VALUE,
          () -> {
            SqlFailure failure = assertThrows(SqlFailure.class, database::changes);
            assertEquals(SqlFailure.MISUSE, failure.code());
            return 0;
          });
      assertEquals(0, database.changes());
    }
  }

  @Test
  void closing_waitsUntilTheFileIsFree() throws Exception, ExecutionException {
    for (int i = 0; i < 20; i++) {
      Database database = open();
      execute(database, "BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS u(a)");
      database.close();
    }
    try (Database next = open()) {
      execute(next, "CREATE TABLE u(a)");
    }
  }
}
