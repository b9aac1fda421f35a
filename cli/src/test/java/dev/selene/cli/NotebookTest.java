package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guest {@code notebook}: SQLite, and SQLite's own program over the same file. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class NotebookTest {
  @TempDir Path folder;
  private Path inside;

  @BeforeEach
  void layOut() throws Exception {
    inside = Files.createDirectory(folder.resolve("inside"));
  }

  private record Answer(int code, String output) {}

  private Answer notebook(String... arguments) throws Exception {
    try (GuestProgram guest = GuestProgram.start(inside, "notebook", arguments)) {
      int code = guest.exitCode();
      return new Answer(code, guest.output());
    }
  }

  private void expect(String output, String... arguments) throws Exception {
    assertEquals(new Answer(0, output), notebook(arguments));
  }

  /** Lunatic's own exit code is always 0. */
  private static void assertFailed(Answer answer, String text) {
    String output = answer.output().toLowerCase(Locale.ROOT);
    assertTrue(output.contains(text), answer.output());
    assertEquals(GuestProgram.PEER ? 0 : 1, answer.code(), answer.output());
  }

  @Test
  void notes_areKept() throws Exception {
    expect("added 1", "notes.db", "add", "buy milk");
    expect("added 2", "notes.db", "add", "it's \"quoted\"; drop table notes; -- ünïcödé 😀");
    expect("added 3", "notes.db", "add", "milk again");
    expect(
        "1 buy milk\n2 it's \"quoted\"; drop table notes; -- ünïcödé 😀\n3 milk again",
        "notes.db",
        "list");
    expect("1 buy milk\n3 milk again", "notes.db", "find", "milk");
    expect("removed 1", "notes.db", "remove", "1");
    expect("removed 0", "notes.db", "remove", "1");
    expect("3 milk again", "notes.db", "find", "milk");
    expect("", "notes.db", "find", "nothing like it");
  }

  @Test
  void sqlitesOwnProgram_readsTheFile_andTheGuestReadsIts() throws Exception {
    expect("added 1", "notes.db", "add", "from the guest");
    String file = inside.resolve("notes.db").toString();
    String select = "select number, text, letters, weight, typeof(weight) from notes;";
    Tool read = Tool.run(folder, "", "sqlite3", file, select);
    assertEquals("1|from the guest|14|7.0|real\n", read.output());
    Tool check = Tool.run(folder, "", "sqlite3", file, "pragma integrity_check;");
    assertEquals("ok\n", check.output());
    String insert = "insert into notes (text, letters) values ('from outside', 12);";
    assertEquals(0, Tool.run(folder, "", "sqlite3", file, insert).exitCode());
    expect("1 from the guest\n2 from outside", "notes.db", "list");
  }

  @Test
  void lockedDatabase_isAnError_andLaterItWorks() throws Exception {
    expect("added 1", "notes.db", "add", "before");
    Tool.assumeInstalled("sqlite3");
    Process holder =
        new ProcessBuilder("sqlite3", inside.resolve("notes.db").toString())
            .redirectErrorStream(true)
            .start();
    try {
      var input = holder.getOutputStream();
      input.write("begin exclusive;\n.print locked\n".getBytes(StandardCharsets.US_ASCII));
      input.flush();
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII));
      assertEquals("locked", output.readLine());
      assertFailed(notebook("notes.db", "add", "meanwhile"), "locked");
    } finally {
      holder.destroy();
      holder.waitFor();
    }
    expect("added 2", "notes.db", "add", "after");
  }

  @Test
  void corruptFile_isAnError_andIsLeftAlone() throws Exception {
    String nonsense = "this is no database ".repeat(500);
    Files.writeString(inside.resolve("notes.db"), nonsense);
    assertFailed(notebook("notes.db", "list"), "not a database");
    assertEquals(nonsense, Files.readString(inside.resolve("notes.db")));
  }

  @Test
  void fileOutside_isRefused() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    for (String name : List.of("../outside/notes.db", outside + "/notes.db")) {
      assertFailed(notebook(name, "list"), name.toLowerCase(Locale.ROOT) + " cannot be opened");
    }
    try (var files = Files.list(outside)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void linkThatLeadsOut_isRefused() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic follows links out of its folders");
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(inside.resolve("folder"), outside);
    Files.createSymbolicLink(inside.resolve("link.db"), outside.resolve("notes.db"));
    assertFailed(notebook("folder/notes.db", "add", "x"), "notebook: folder/notes.db");
    assertFailed(notebook("link.db", "add", "x"), "notebook: link.db");
    assertFalse(Files.exists(outside.resolve("notes.db")));
  }

  @Test
  void folderThatIsMissing_isAnError() throws Exception {
    assertFailed(notebook("none/notes.db", "list"), "notebook: none/notes.db");
  }

  @Test
  void denySqlite_leavesTheDatabasesOut() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic has no such flag");
    List<String> flags = List.of("--deny-sqlite", "-v");
    try (GuestProgram guest = GuestProgram.start(inside, flags, "notebook", "notes.db", "list")) {
      assertEquals(3, guest.exitCode(), guest.output());
      assertTrue(
          guest.output().contains("lunatic::sqlite::open is not part of this virtual machine"),
          guest.output());
    }
    assertFalse(Files.exists(inside.resolve("notes.db")));
  }
}
