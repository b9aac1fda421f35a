package dev.selene.host.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ProcessConfig;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What guests do with files, compared with what the JDK sees. */
@EnabledOnOs(OS.LINUX)
class FilesTest {
  @TempDir Path folder;
  @TempDir Path other;
  private Guest guest;
  private long openBefore;

  @BeforeEach
  void start() {
    openBefore = HostFile.openCount();
    guest = new Guest(folder, other);
  }

  @AfterEach
  void end_leavesNothingOpenAndAnEmptyLedger() throws Exception {
    guest.close();
    assertEquals(0, guest.ledger);
    assertEquals(openBefore, HostFile.openCount());
  }

  @Test
  void createWriteSeekReadTruncate() throws Exception {
    int fd = guest.open("a.txt", 0, Guest.CREATE);
    assertTrue(fd > 4, "fd " + fd);
    assertEquals(11, guest.write(fd, "hello world"));
    assertEquals("hello world", Files.readString(folder.resolve("a.txt")));
    assertEquals(6, guest.seek(fd, 6, 0));
    assertEquals("world", guest.read(fd, 100));
    assertEquals("", guest.read(fd, 100));
    assertEquals("ell", guest.readAt(fd, 3, 1));
    assertEquals(5, guest.writeAt(fd, "HELLO", 0));
    assertEquals(11, guest.seek(fd, 0, 1));
    assertEquals(9, guest.seek(fd, -2, 2));
    assertEquals(-Errno.INVAL, guest.seek(fd, -1, 0));
    assertEquals(-Errno.INVAL, guest.seek(fd, 0, 3));
    assertEquals(0, guest.wasi.fdFilestatSetSize(guest.process, fd, 5));
    assertEquals("HELLO", Files.readString(folder.resolve("a.txt")));
    assertEquals(Errno.INVAL, guest.wasi.fdFilestatSetSize(guest.process, fd, -1));
    assertEquals(0, guest.wasi.fdSync(guest.process, fd));
    assertEquals(0, guest.wasi.fdDatasync(guest.process, fd));
    assertEquals(0, guest.close(fd));
    assertEquals(Errno.BADF, guest.close(fd));
    assertTrue(guest.fuelBytes >= 11 + 5 + 3 + 5);
  }

  @Test
  void openFlags_areObeyed() throws Exception {
    Files.writeString(folder.resolve("a"), "old");
    assertEquals(-Errno.EXIST, guest.open("a", 0, Guest.CREATE | Guest.EXCLUSIVE));
    assertEquals(-Errno.NOENT, guest.open("b", 0, 0));
    assertEquals(-Errno.NOTDIR, guest.open("a", 0, Guest.DIRECTORY));
    assertEquals(-Errno.NOTDIR, guest.open("a/", 0, 0));
    assertEquals(-Errno.NOTDIR, guest.open("a/b", 0, 0));
    assertEquals(-Errno.ISDIR, guest.open(".", 0, 0));
    assertEquals(-Errno.INVAL, guest.open("d", 0, Guest.DIRECTORY | Guest.CREATE));
    int fd = guest.open("a", 0, Guest.TRUNCATE);
    assertEquals(0, Files.size(folder.resolve("a")));
    guest.close(fd);
    int append = guest.open(Guest.ROOT, "a", 0, 0, -1L, FdFlags.APPEND);
    guest.write(append, "one");
    guest.seek(append, 0, 0);
    guest.write(append, "two");
    assertEquals("onetwo", Files.readString(folder.resolve("a")));
    assertEquals(0, guest.wasi.fdFdstatSetFlags(guest.process, append, 0));
    guest.seek(append, 0, 0);
    guest.write(append, "1");
    assertEquals("1netwo", Files.readString(folder.resolve("a")));
    int readOnly = guest.openToRead("a", 0);
    assertEquals(-Errno.BADF, guest.write(readOnly, "x"));
    assertEquals("1netwo", guest.read(readOnly, 10));
  }

  @Test
  void bigFiles_haveOffsetsOverTwoGigabytes() throws Exception {
    int fd = guest.open("big", 0, Guest.CREATE);
    long far = 5L << 30;
    assertEquals(3, guest.writeAt(fd, "end", far));
    assertEquals(far + 3, guest.seek(fd, 0, 2));
    assertEquals("end", guest.readAt(fd, 10, far));
    assertEquals(far + 3, Files.size(folder.resolve("big")));
    assertEquals(Errno.FBIG, guest.wasi.fdAllocate(guest.process, fd, 0, 1L << 40));
    assertEquals(Errno.INVAL, guest.wasi.fdAllocate(guest.process, fd, -1, 1));
    assertEquals(far + 3, Files.size(folder.resolve("big")));
  }

  @Test
  void largeTransfers_areCutNotAllocated() {
    int fd = guest.open("x", 0, Guest.CREATE);
    guest.memory.putInt(256, 4096);
    guest.memory.putInt(260, 900_000);
    assertEquals(0, guest.wasi.fdWrite(guest.process, fd, 256, 1, 64));
    assertEquals(Blocking.MOST_BYTES, guest.result());
    assertEquals(Errno.INVAL, guest.wasi.fdWrite(guest.process, fd, 256, 1025, 64));
    assertEquals(Errno.INVAL, guest.wasi.fdWrite(guest.process, fd, 256, -1, 64));
  }

  @Test
  void foldersRenamesAndLinks() throws Exception {
    assertEquals(0, guest.makeFolder("d"));
    assertEquals(Errno.EXIST, guest.makeFolder("d"));
    assertEquals(0, guest.makeFolder("d/e/"));
    guest.close(guest.open("d/e/f", 0, Guest.CREATE));
    assertEquals(55, guest.removeFolder("d/e"));
    assertEquals(Errno.ISDIR, guest.removeFile("d/e"));
    assertEquals(0, guest.link("d/e/f", 0, "second"));
    assertEquals(Files.getAttribute(folder.resolve("second"), "unix:nlink"), 2);
    assertEquals(0, guest.rename("d/e/f", Guest.ROOT + 1, "moved"));
    assertTrue(Files.exists(other.resolve("moved")));
    assertEquals(0, guest.rename("d/e", Guest.ROOT, "d2/"));
    assertTrue(Files.isDirectory(folder.resolve("d2")));
    assertEquals(Errno.NOTDIR, guest.rename("second/", Guest.ROOT, "third"));
    assertEquals(0, guest.removeFolder("d2/"));
    assertEquals(Errno.NOTDIR, guest.removeFile("second/"));
    assertEquals(0, guest.removeFile("second"));
    assertEquals(Errno.NOENT, guest.removeFile("second"));
    int fd = guest.open("d", 0, Guest.DIRECTORY);
    assertTrue(guest.open(fd, "below", 0, Guest.CREATE, -1L, 0) > fd);
    assertEquals(-Errno.PERM, guest.open(fd, "../below", 0, Guest.CREATE, -1L, 0));
    assertTrue(Files.exists(folder.resolve("d/below")));
    assertEquals(0, guest.wasi.fdSync(guest.process, fd));
    assertEquals("errno " + Errno.BADF, guest.read(fd, 1));
  }

  @Test
  void symbolicLinks_insideAreFollowedWhenAsked() throws Exception {
    Files.createDirectories(folder.resolve("d/e"));
    Files.writeString(folder.resolve("d/f"), "inside");
    assertEquals(0, guest.symlink("d/f", "l"));
    assertEquals(0, guest.symlink("../d/e/../f", "d/l2"));
    assertEquals(0, guest.symlink("d", "dl"));
    assertEquals("d/f", guest.readLink("l", 100));
    assertEquals("d/", guest.readLink("l", 2));
    assertEquals("errno " + Errno.INVAL, guest.readLink("d", 100));
    assertEquals(-Errno.LOOP, guest.openToRead("l", 0));
    assertEquals("inside", guest.read(guest.openToRead("l", Guest.FOLLOW), 100));
    assertEquals("inside", guest.read(guest.openToRead("dl/l2", Guest.FOLLOW), 100));
    assertEquals(-Errno.EXIST, guest.open("l", 1, Guest.CREATE | Guest.EXCLUSIVE));
    assertEquals(0, guest.status("l", 0));
    assertEquals(FileType.SYMBOLIC_LINK, guest.resultLong(16));
    assertEquals(0, guest.status("l", Guest.FOLLOW));
    assertEquals(FileType.REGULAR_FILE, guest.resultLong(16));
    assertEquals(6, guest.resultLong(32));
    assertEquals(0, guest.symlink("loop2", "loop1"));
    assertEquals(0, guest.symlink("loop1", "loop2"));
    assertEquals(-Errno.LOOP, guest.openToRead("loop1", Guest.FOLLOW));
    assertEquals(0, guest.symlink("new", "dangling"));
    assertTrue(guest.open("dangling", Guest.FOLLOW, Guest.CREATE) > 0);
    assertTrue(Files.exists(folder.resolve("new")));
    assertEquals(Errno.NOENT, guest.symlink("", "empty"));
  }

  @Test
  void listing_isCompleteForEveryBufferSize() throws Exception {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 700; i++) {
      String name = "file-" + i + "-" + "n".repeat(i % 200);
      Files.createFile(folder.resolve(name));
      expected.add(name);
    }
    for (int room : List.of(300, 1000, 4096, 200_000)) {
      int fd = guest.open(".", 0, Guest.DIRECTORY);
      List<String> names = guest.list(fd, room);
      assertEquals(expected.size(), names.size(), "room " + room);
      assertEquals(expected, new HashSet<>(names));
      assertEquals(names, guest.list(fd, room), "again, from the start");
      guest.close(fd);
    }
    assertEquals(expected, new HashSet<>(guest.list(Guest.ROOT, 5000)));
  }

  @Test
  void listing_whileEntriesAreRemoved_skipsNone() throws Exception {
    for (int i = 0; i < 1000; i++) {
      Files.createFile(folder.resolve("file-" + i));
    }
    int fd = guest.open(".", 0, Guest.DIRECTORY);
    int removed = 0;
    long cookie = 0;
    while (true) {
      assertEquals(0, guest.wasi.fdReaddir(guest.process, fd, 1 << 16, 300, cookie, 64));
      int used = guest.result();
      int at = 1 << 16;
      int end = at + used;
      while (at + 24 <= end && at + 24 + guest.memory.getInt(at + 16) <= end) {
        int length = guest.memory.getInt(at + 16);
        cookie = guest.memory.getLong(at);
        String name = guest.memory.readText(at + 24, length);
        if (!name.startsWith(".")) {
          assertEquals(0, guest.removeFile(name));
          removed++;
        }
        at += 24 + length;
      }
      if (used < 300) {
        break;
      }
    }
    assertEquals(1000, removed);
  }

  @Test
  void times_areSetAndRead() throws Exception {
    Path file = Files.createFile(folder.resolve("t"));
    long then = 1_500_000_000_123_456_789L;
    assertEquals(0, guest.setTimes("t", 0, 0, then, 4));
    FileTime expected = FileTime.from(Instant.ofEpochSecond(1_500_000_000, 123_456_789));
    assertEquals(expected, Files.getLastModifiedTime(file));
    assertEquals(0, guest.status("t", 0));
    assertEquals(then, guest.resultLong(48));
    int fd = guest.open("t", 0, 0);
    assertEquals(0, guest.wasi.fdFilestatSetTimes(guest.process, fd, then - 5, 0, 1 | 8));
    assertEquals(0, guest.wasi.fdFilestatGet(guest.process, fd, 64));
    assertEquals(then - 5, guest.resultLong(40));
    assertTrue(guest.resultLong(48) > then);
    assertEquals(((Number) Files.getAttribute(file, "unix:ino")).longValue(), guest.resultLong(8));
    assertEquals(Errno.INVAL, guest.setTimes("t", 0, 0, 0, 3));
    assertEquals(Errno.INVAL, guest.setTimes("t", 0, 0, 0, 16));
    assertEquals(0, guest.wasi.fdFilestatSetTimes(guest.process, Guest.ROOT, 0, then, 4));
    assertEquals(expected, Files.getLastModifiedTime(folder));
  }

  @Test
  void unicodeNames_arriveAndBadOnesAreRefused() {
    guest.close(guest.open("größe-日本-🌙", 0, Guest.CREATE));
    assertEquals(List.of("größe-日本-🌙"), guest.list(Guest.ROOT, 5000));
    assertEquals(Errno.NOENT, guest.makeFolder(""));
    assertEquals(Errno.INVAL, guest.makeFolder("a\0b"));
    assertEquals(Errno.NAMETOOLONG, guest.makeFolder("a".repeat(300)));
    assertEquals(Errno.NAMETOOLONG, guest.makeFolder("a/".repeat(2500)));
    guest.memory.putByte(5000, (byte) 0xff);
    assertEquals(Errno.ILSEQ, guest.wasi.pathCreateDirectory(guest.process, 3, 5000, 1));
  }

  @Test
  void descriptors_renumberRightsAndLimits() throws Exception {
    int a = guest.open("a", 0, Guest.CREATE);
    int b = guest.open("b", 0, Guest.CREATE);
    assertEquals(0, guest.wasi.fdRenumber(guest.process, a, b));
    assertEquals(Errno.BADF, guest.close(a));
    guest.write(b, "to a");
    assertEquals("to a", Files.readString(folder.resolve("a")));
    assertEquals(Errno.BADF, guest.wasi.fdRenumber(guest.process, b, 77));
    assertEquals(a, guest.open("c", 0, Guest.CREATE), "lowest number is used again");
    assertEquals(0, guest.wasi.fdFdstatGet(guest.process, b, 64));
    assertEquals(FileType.REGULAR_FILE, guest.memory.getByte(64));
    assertEquals(Rights.FILE, guest.resultLong(8));
    assertEquals(0, guest.wasi.fdFdstatSetRights(guest.process, b, Rights.FD_WRITE, 0));
    assertEquals("errno " + Errno.BADF, guest.read(b, 1));
    assertEquals(Errno.PERM, guest.wasi.fdFdstatSetRights(guest.process, b, Rights.FD_READ, 0));
    assertEquals(Errno.SPIPE, -guest.seek(1, 0, 0));
    assertEquals(Errno.NOTDIR, -guest.open(1, "a", 0, 0, -1L, 0));

    ProcessConfig few = Guest.builder(folder).maxHandles(3).build();
    try (Guest limited = new Guest(new ByteArrayInputStream(new byte[0]), few)) {
      assertTrue(limited.open("a", 0, 0) > 0);
      assertTrue(limited.open("b", 0, 0) > 0);
      assertEquals(-Errno.MFILE, limited.open("c", 0, 0));
      assertEquals(-Errno.NOENT, guest.open("missing", 0, 0));
      assertEquals(2, limited.handles, "the preopened folder is not counted");
      assertEquals(0, limited.close(4));
      assertEquals(1, limited.handles);
    }
  }

  @Test
  void preopens_areToldInOrder() {
    assertEquals(0, guest.wasi.fdPrestatGet(guest.process, 4, 64));
    assertEquals(5L << 32, guest.resultLong(0));
    assertEquals(0, guest.wasi.fdPrestatDirName(guest.process, 4, 128, 5));
    assertEquals("/dir1", guest.memory.readText(128, 5));
    assertEquals(Errno.NAMETOOLONG, guest.wasi.fdPrestatDirName(guest.process, 4, 128, 4));
    assertEquals(Errno.BADF, guest.wasi.fdPrestatGet(guest.process, 5, 64));
    assertEquals(Errno.BADF, guest.wasi.fdPrestatGet(guest.process, 0, 64));
    assertEquals(Errno.BADF, guest.wasi.fdPrestatGet(guest.process, -1, 64));
  }

  @Test
  void preopenThatIsNotThere_failsWhenUsed() throws Exception {
    try (Guest lost = new Guest(folder.resolve("nowhere"))) {
      assertEquals(-Errno.NOENT, lost.open("a", 0, 0));
      assertFalse(Files.exists(folder.resolve("nowhere")));
    }
  }
}
