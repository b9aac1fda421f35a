package dev.selene.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HostTrap;
import dev.selene.host.ProcessConfig;
import dev.selene.host.testing.TestProcess;
import dev.selene.host.wasi.WasiImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way from a database to another file that we know. */
@EnabledOnOs(OS.LINUX)
class ConfinementTest {
  private static final int BUSY = 10;
  private static final int ROOT = 3;

  @TempDir Path base;
  private Path inside;
  private Path outside;
  private SqliteGuest guest;

  @BeforeEach
  void start() throws Exception {
    inside = Files.createDirectory(base.resolve("inside"));
    outside = Files.createDirectory(base.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectory(inside.resolve("d"));
    guest = new SqliteGuest(inside);
  }

  @AfterEach
  void end() throws Exception {
    guest.close();
    assertEquals(List.of("secret"), names(outside));
    assertEquals("secret", Files.readString(outside.resolve("secret")));
  }

  private static List<String> names(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void refused(String path, String reason) {
    String error = guest.openError(path);
    assertTrue(error.startsWith("Failed to access '" + path + "': "), error);
    assertTrue(error.contains(reason), error);
  }

  @Test
  void pathsOutside_areRefused() throws Exception {
    refused("../outside/x.db", "leads out");
    refused("d/../../outside/x.db", "leads out");
    refused(outside.resolve("x.db").toString(), "not below a preopened folder");
    refused(inside + "/../outside/x.db", "leads out");
    refused("/", "not below");
    refused(".", "does not name a file");
    refused("d", "it is a folder");
    refused("d/", "it is a folder");
    refused("none/x.db", "no such folder");
    Files.writeString(inside.resolve("file"), "");
    refused("file/x.db", "not a folder");
    Files.createSymbolicLink(inside.resolve("folder-link"), outside);
    refused("folder-link/x.db", "leads out");
    Files.createSymbolicLink(inside.resolve("relative-link"), Path.of("../outside"));
    refused("relative-link/x.db", "leads out");
    Files.createSymbolicLink(inside.resolve("file-link"), outside.resolve("x.db"));
    refused("file-link", "leads out");
    refused("file:" + outside + "/x.db", "no such folder");
  }

  @Test
  void noFolders_meansPrivateDatabasesAlone() {
    guest.process.configure(ProcessConfig.builder().allPermissions(true).build());
    refused("x.db", "not below a preopened folder");
    guest.run(guest.open(":memory:"), "CREATE TABLE t(a)");
    guest.run(guest.open(""), "CREATE TABLE t(a)");
  }

  @Test
  void linksAndOddNamesInside_work() throws Exception {
    Files.createSymbolicLink(inside.resolve("link"), Path.of("d"));
    Files.createSymbolicLink(inside.resolve("notes"), Path.of("d/./real name?vfs=memdb#%41.db"));
    guest.run(guest.open("./link/../d/a.db"), "CREATE TABLE t(a)");
    guest.run(guest.open("notes"), "CREATE TABLE t(a)");
    guest.run(guest.open(inside + "/b.db"), "CREATE TABLE t(a)");
    guest.close();
    assertEquals(List.of("a.db", "real name?vfs=memdb#%41.db"), names(inside.resolve("d")));
    assertTrue(Files.size(inside.resolve("b.db")) > 0);
  }

  @Test
  void pipesAndDevices_areRefused() throws Exception {
    assertEquals(
        0, new ProcessBuilder("mkfifo", inside.resolve("pipe").toString()).start().waitFor());
    refused("pipe", "not a regular file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ATTACH '%s/x.db' AS x",
        "attach database ':memory:' as x",
        "/* */ -- \n ; ATTACH '%s/x.db' AS x",
        "EXPLAIN ATTACH '%s/x.db' AS x",
        "\uFEFFATTACH '%s/x.db' AS x",
        "VACUUM INTO '%s/x.db'",
        "VACUUM main INTO '%s/x.db'",
        "vacuum/**/\"main\"\ninto '%s/x.db'",
        "PRAGMA temp_store_directory='%s'",
        "PRAGMA main.temp_store_directory='%s'",
        "PRAGMA \"temp_store_directory\"='%s'",
        "PRAGMA [temp_store_directory]('%s')",
        "EXPLAIN PRAGMA temp_store_directory='%s'",
        "EXPLAIN QUERY PLAN PRAGMA temp_store_directory='%s'",
        "\uFEFF \uFEFFPRAGMA temp_store_directory='%s'",
        "SELECT 1; PRAGMA temp_store_directory='%s'",
        "PRAGMA data_store_directory='%s'",
        "PRAGMA hard_heap_limit=1",
        "PRAGMA soft_heap_limit=1",
        "PRAGMA writable_schema=ON",
        "PRAGMA trusted_schema=ON",
        "PRAGMA journal_mode=MEMORY",
        "PRAGMA main.journal_mode(memory)",
        "PRAGMA max_page_count=1000000",
        "PRAGMA database_list",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM \"Pragma_Database_List\"('main')",
      })
  void statementsThatLeaveTheDatabase_areNotAuthorized(String template) {
    String sql = template.replace("%s", outside.toString());
    for (String path : List.of("x.db", ":memory:")) {
      long db = guest.open(path);
      assertEquals(23, guest.execute(db, sql), sql);
      assertTrue(guest.lastError(db).startsWith("23 not authorized: "), guest.lastError(db));
      if (!sql.startsWith("SELECT 1;")) {
        HostTrap trap = assertThrows(HostTrap.class, () -> guest.prepare(db, sql));
        assertTrue(trap.getMessage().contains("not authorized"), trap.getMessage());
      }
      guest.run(db, "SELECT 1");
    }
  }

  @Test
  void loadingCodeAndFiles_isNotThere() {
    long db = guest.open(":memory:");
    for (String call :
        List.of(
            "load_extension('" + outside + "/secret')",
            "readfile('" + outside + "/secret')",
            "writefile('" + outside + "/x', 'x')",
            "edit('x')",
            "fts3_tokenizer('simple', x'0000000000000000')")) {
      assertNotEquals(0, guest.execute(db, "SELECT " + call), call);
    }
    assertTrue(guest.execute(db, "CREATE VIRTUAL TABLE v USING csv('" + outside + "/secret')") > 0);
  }

  @Test
  void tuningOutOfHabit_succeedsWithoutEffect() {
    long db = guest.open("x.db");
    guest.run(db, "PRAGMA mmap_size=1000000000; PRAGMA cache_size=-100000; PRAGMA busy_timeout=1");
    guest.run(db, "PRAGMA temp_store=MEMORY; PRAGMA cache_spill=OFF; PRAGMA main.mmap_size=1");
    assertEquals(List.of(), guest.query(db, "PRAGMA mmap_size"));
  }

  @Test
  void journalThatIsALink_isNotFollowed() throws Exception {
    long db = guest.open("x.db");
    guest.run(db, "CREATE TABLE t(a)");
    for (String target : List.of("secret", "new")) {
      Path journal = inside.resolve("x.db-journal");
      Files.createSymbolicLink(journal, outside.resolve(target));
      assertEquals(14, guest.execute(db, "INSERT INTO t VALUES (1)"), target);
      Files.delete(journal);
    }
    Path log = inside.resolve("x.db-wal");
    Files.createSymbolicLink(log, outside.resolve("new"));
    assertNotEquals(0, guest.execute(db, "PRAGMA journal_mode=WAL; INSERT INTO t VALUES (1)"));
    Files.delete(log);
    Files.delete(inside.resolve("x.db"));
    Files.createSymbolicLink(inside.resolve("x.db"), outside.resolve("secret"));
    guest.execute(db, "INSERT INTO t VALUES (1)");
    refused("x.db", "leads out");
  }

  /** A crafted journal names a file to be deleted when it was played back. */
  @Test
  void hotJournalThatNamesAnotherFile_doesNotDeleteIt() throws Exception {
    long db = guest.open("x.db");
    guest.run(db, "CREATE TABLE t(a)");
    guest.close();
    Files.write(inside.resolve("x.db-journal"), HotJournal.naming(outside.resolve("secret")));
    db = guest.open("x.db");
    guest.execute(db, "SELECT * FROM t");
  }

  private static int path(TestProcess process, int address, String path) {
    return process.memory.putText(address, path);
  }

  private static int rename(TestProcess process, String from, String to) {
    return new WasiImports()
        .pathRename(
            process, ROOT, 1024, path(process, 1024, from), ROOT, 2048, path(process, 2048, to));
  }

  private static int symlink(TestProcess process, String target, String name) {
    return new WasiImports()
        .pathSymlink(
            process, 1024, path(process, 1024, target), ROOT, 2048, path(process, 2048, name));
  }

  private static int unlink(TestProcess process, String name) {
    return new WasiImports().pathUnlinkFile(process, ROOT, 1024, path(process, 1024, name));
  }

  private static int removeFolder(TestProcess process, String name) {
    return new WasiImports().pathRemoveDirectory(process, ROOT, 1024, path(process, 1024, name));
  }

  @Test
  void foldersAboveAnOpenDatabase_stayWhereTheyAre() throws Exception {
    Files.createDirectories(inside.resolve("a/b"));
    Files.createDirectories(inside.resolve("empty"));
    guest.open("a/b/x.db");
    assertEquals(BUSY, rename(guest.process, "a", "c"));
    assertEquals(BUSY, rename(guest.process, "a/b", "a/c"));
    assertEquals(BUSY, rename(guest.process, "empty", "a/b"));
    Files.delete(inside.resolve("a/b/x.db"));
    assertEquals(BUSY, rename(guest.process, "empty", "a/b"));
    assertEquals(BUSY, removeFolder(guest.process, "a/b"));
    assertEquals(0, rename(guest.process, "empty", "moved"));
    guest.close();
    assertEquals(0, rename(guest.process, "a/b", "a/c"));
  }

  @Test
  void folderSwappedForALink_whileOpening_neverLeadsOut() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    TestProcess swapper = new TestProcess();
    swapper.configure(guest.process.config());
    Thread thread =
        new Thread(
            () -> {
              while (!done.get()) {
                if (rename(swapper, "d", "real") == 0) {
                  symlink(swapper, outside.toString(), "d");
                  Thread.yield();
                  unlink(swapper, "d");
                  rename(swapper, "real", "d");
                }
              }
            });
    thread.start();
    int opened = 0;
    try {
      for (int i = 0; i < 500 || opened == 0 && i < 50_000; i++) {
        long db = guest.open("d/x" + i + ".db");
        if (db >= 0) {
          opened++;
          guest.execute(db, "CREATE TABLE t(a)");
        }
        if (i % 10 == 9) {
          guest.close();
        }
      }
    } finally {
      done.set(true);
      thread.join();
      swapper.end();
    }
    assertTrue(opened > 0);
  }
}
