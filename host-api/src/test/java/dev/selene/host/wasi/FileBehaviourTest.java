package dev.selene.host.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The corners of preview 1's files that Rust's standard library does not reach, or hides. */
@EnabledOnOs(OS.LINUX)
class FileBehaviourTest {
  private static final int NO_SPACE = 51;
  private static final int READ_ONLY = 69;
  private static final int NOT_EMPTY = 55;
  private static final int SUBSCRIPTIONS = 1 << 15;
  private static final int EVENTS = 1 << 17;

  @TempDir Path folder;
  private Guest guest;

  @BeforeEach
  void start() {
    guest = new Guest(folder);
  }

  @AfterEach
  void end_leavesAnEmptyLedger() throws Exception {
    guest.close();
    assertEquals(0, guest.ledger);
  }

  private int create(String name, String text) {
    int fd = guest.open(name, 0, Guest.CREATE);
    assertTrue(fd > 0, () -> name + " " + fd);
    assertEquals(text.length(), guest.write(fd, text));
    return fd;
  }

  @Test
  void readsAndWritesAtAPlace_leaveThePositionAlone() {
    int fd = create("a", "0123456789");
    assertEquals(4, guest.seek(fd, 4, 0));
    assertEquals("789", guest.readAt(fd, 10, 7));
    assertEquals("", guest.readAt(fd, 10, 100));
    assertEquals(2, guest.writeAt(fd, "xy", 0));
    assertEquals("456789", guest.read(fd, 10));
    assertEquals("xy23456789", guest.readAt(fd, 20, 0));
    assertEquals(-Errno.INVAL, guest.writeAt(fd, "x", -1));
  }

  @Test
  void seeking_hasItsBounds() {
    int fd = create("a", "0123456789");
    assertEquals(-Errno.INVAL, guest.seek(fd, -1, 0));
    assertEquals(-Errno.INVAL, guest.seek(fd, -11, 2));
    assertEquals(-Errno.INVAL, guest.seek(fd, 0, 3));
    assertEquals(-Errno.INVAL, guest.seek(fd, Long.MIN_VALUE, 1));
    assertEquals(8, guest.seek(fd, -2, 2));
    assertEquals(20, guest.seek(fd, 12, 1));
    assertEquals(0, guest.wasi.fdTell(guest.process, fd, 64));
    assertEquals(20, guest.resultLong(0));
    assertEquals(1, guest.write(fd, "e"));
    assertEquals("89" + "\0".repeat(10) + "e", guest.readAt(fd, 50, 8));
  }

  @Test
  void sizes_growWithZerosAndShrink() throws Exception {
    int fd = create("a", "abc");
    assertEquals(0, guest.wasi.fdFilestatSetSize(guest.process, fd, 6));
    assertEquals("abc\0\0\0", guest.readAt(fd, 10, 0));
    assertEquals(0, guest.wasi.fdFilestatSetSize(guest.process, fd, 1));
    assertEquals(0, guest.wasi.fdAllocate(guest.process, fd, 2, 3));
    assertEquals(5, Files.size(folder.resolve("a")));
    assertEquals(0, guest.wasi.fdAllocate(guest.process, fd, 0, 1));
    assertEquals(5, Files.size(folder.resolve("a")), "allocating never shrinks");
    assertEquals(Errno.INVAL, guest.wasi.fdAllocate(guest.process, fd, 0, 0));
    assertEquals(Errno.INVAL, guest.wasi.fdAllocate(guest.process, fd, -1, 1));
    assertEquals(Errno.FBIG, guest.wasi.fdAllocate(guest.process, fd, 0, Long.MAX_VALUE));
    int readOnly = guest.openToRead("a", 0);
    assertEquals(Errno.PERM, guest.wasi.fdAllocate(guest.process, readOnly, 0, 1));
    assertEquals(Errno.PERM, guest.wasi.fdFilestatSetSize(guest.process, readOnly, 0));
    for (int advice = 0; advice <= 5; advice++) {
      assertEquals(0, guest.wasi.fdAdvise(guest.process, fd, 0, 10, advice));
    }
    assertEquals(Errno.INVAL, guest.wasi.fdAdvise(guest.process, fd, 0, 10, 6));
    assertEquals(0, guest.wasi.fdDatasync(guest.process, Guest.ROOT));
    assertEquals(0, guest.wasi.fdSync(guest.process, 1));
  }

  @Test
  void folders_areNoFiles() throws Exception {
    Files.createDirectory(folder.resolve("d"));
    int fd = guest.open("d", 0, Guest.DIRECTORY);
    assertEquals("errno " + Errno.BADF, guest.read(fd, 1));
    assertEquals(-Errno.BADF, guest.write(fd, "x"));
    assertEquals(-Errno.BADF, guest.writeAt(fd, "x", 0));
    assertEquals(-Errno.BADF, guest.seek(fd, 0, 0));
    assertEquals(Errno.BADF, guest.wasi.fdAllocate(guest.process, fd, 0, 1));
    assertEquals(Errno.BADF, guest.wasi.fdFilestatSetSize(guest.process, fd, 0));
    int file = create("f", "x");
    assertEquals(Errno.NOTDIR, guest.wasi.fdReaddir(guest.process, file, 1 << 16, 100, 0, 64));
    assertEquals(-Errno.NOTDIR, guest.open(file, "x", 0, 0, -1L, 0));
  }

  /** The errors are Linux's own for the same calls. */
  @Test
  void slashesBehindNames() throws Exception {
    Files.createDirectory(folder.resolve("d"));
    Files.createDirectories(folder.resolve("full/x"));
    Files.writeString(folder.resolve("f"), "f");
    Files.createSymbolicLink(folder.resolve("ld"), Path.of("d"));
    Files.createSymbolicLink(folder.resolve("lf"), Path.of("f"));
    for (String there : List.of("d/", "f/", "ld/", "lf/")) {
      assertEquals(Errno.EXIST, guest.symlink("x", there), there);
      assertEquals(Errno.EXIST, guest.link("f", 0, there), there);
      assertEquals(Errno.EXIST, guest.makeFolder(there), there);
    }
    assertEquals(Errno.NOENT, guest.symlink("x", "new/"));
    assertEquals(Errno.NOENT, guest.link("f", 0, "new/"));
    assertEquals(Errno.NOTDIR, guest.link("f/", 0, "new"));
    assertEquals(Errno.PERM, guest.link("d", 0, "new"));
    for (String wrong : List.of("f/", "lf/", "ld/")) {
      assertEquals(Errno.NOTDIR, guest.removeFile(wrong), wrong);
    }
    for (String wrong : List.of("f", "f/", "lf", "ld", "ld/")) {
      assertEquals(Errno.NOTDIR, guest.removeFolder(wrong), wrong);
    }
    assertEquals(Errno.ISDIR, guest.removeFile("d"));
    assertEquals(NOT_EMPTY, guest.removeFolder("full/"));
    assertEquals(Errno.INVAL, guest.removeFolder("d/."));
    assertEquals(Errno.NOTDIR, guest.rename("f/", Guest.ROOT, "new"));
    assertEquals(Errno.NOTDIR, guest.rename("f", Guest.ROOT, "new/"));
    assertEquals(Errno.ISDIR, guest.rename("f", Guest.ROOT, "d"));
    assertEquals(Errno.NOTDIR, guest.rename("d", Guest.ROOT, "f"));
    assertEquals(NOT_EMPTY, guest.rename("d", Guest.ROOT, "full"));
    assertEquals(Errno.INVAL, guest.rename("full", Guest.ROOT, "full/x/y"));
    assertEquals(0, guest.rename("d", Guest.ROOT, "e/"));
    assertEquals(0, guest.makeFolder("made/"));
    assertEquals(0, guest.removeFolder("made/"));
  }

  @Test
  void links_shareOneFileUntilTheLastNameGoes() throws Exception {
    int fd = create("a", "text");
    assertEquals(0, guest.link("a", 0, "b"));
    assertEquals(Errno.EXIST, guest.link("a", 0, "b"));
    assertEquals(0, guest.removeFile("a"));
    assertEquals(0, guest.status("b", 0));
    assertEquals(1, guest.resultLong(24));
    assertEquals(0, guest.removeFile("b"));
    assertEquals(0, guest.wasi.fdFilestatGet(guest.process, fd, 64));
    assertEquals(0, guest.resultLong(24));
    assertEquals("text", guest.readAt(fd, 10, 0), "an open file outlives its names");
    Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("absent"));
    assertEquals(0, guest.link("nowhere", 0, "copy"));
    assertEquals("absent", guest.readLink("copy", 100));
    assertEquals(-Errno.LOOP, guest.open("nowhere", 0, Guest.CREATE), "not followed");
    assertEquals(-Errno.EXIST, guest.open("nowhere", 1, Guest.CREATE | Guest.EXCLUSIVE));
    assertTrue(guest.open("nowhere", 1, Guest.CREATE) > 0, "followed, and made");
    assertTrue(Files.exists(folder.resolve("absent")));
  }

  @Test
  void times_nowAndOmitted() throws Exception {
    create("a", "");
    Path file = folder.resolve("a");
    assertEquals(0, guest.setTimes("a", 0, 1_000_000_001L, 2_000_000_002L, 1 | 4));
    assertEquals(0, guest.setTimes("a", 0, 5, 7_000_000_000L, 4), "the first is left alone");
    assertEquals(0, guest.status("a", 0));
    assertEquals(1_000_000_001L, guest.resultLong(40));
    assertEquals(7_000_000_000L, guest.resultLong(48));
    assertEquals(0, guest.setTimes("a", 0, 0, 0, 2 | 8));
    long now = Files.getLastModifiedTime(file).to(TimeUnit.SECONDS);
    assertTrue(Math.abs(now - System.currentTimeMillis() / 1000) < 3600);
    assertEquals(Errno.INVAL, guest.setTimes("a", 0, 0, 0, 1 | 2));
    assertEquals(Errno.INVAL, guest.setTimes("a", 0, 0, 0, 16));
    Files.createSymbolicLink(folder.resolve("l"), Path.of("a"));
    assertEquals(0, guest.setTimes("l", 0, 0, 9_000_000_000L, 4));
    assertEquals(
        9,
        Files.getLastModifiedTime(folder.resolve("l"), LinkOption.NOFOLLOW_LINKS)
            .to(TimeUnit.SECONDS));
    assertTrue(Files.getLastModifiedTime(file).to(TimeUnit.SECONDS) > 9);
  }

  @Test
  void listing_whileEntriesComeAndGo_hasAllThatStay() throws Exception {
    Set<String> stay = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      stay.add("stays-" + i);
      Files.createFile(folder.resolve("stays-" + i));
    }
    AtomicBoolean done = new AtomicBoolean();
    Thread changer =
        new Thread(
            () -> {
              for (int i = 0; !done.get(); i++) {
                try {
                  Path file = folder.resolve("comes-" + i % 50);
                  Files.createFile(file);
                  Files.move(file, folder.resolve("goes-" + i % 50));
                  Files.delete(folder.resolve("goes-" + i % 50));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            });
    changer.start();
    try {
      for (int room : new int[] {300, 1_000, 8_192, 60_000}) {
        List<String> names = guest.list(Guest.ROOT, room);
        names.removeIf(name -> !name.startsWith("stays-"));
        assertEquals(stay, new HashSet<>(names));
        assertEquals(stay.size(), names.size(), "none twice");
      }
    } finally {
      done.set(true);
      changer.join();
    }
  }

  @Test
  void rights_areInheritedAndNeverWidened() throws Exception {
    Files.createDirectory(folder.resolve("d"));
    Files.writeString(folder.resolve("d/f"), "text");
    int length = 1;
    guest.memory.putByte(1024, (byte) 'd');
    long folderRights = Rights.PATH_OPEN | Rights.FD_READDIR;
    assertEquals(
        0,
        guest.wasi.pathOpen(
            guest.process,
            Guest.ROOT,
            0,
            1024,
            length,
            Guest.DIRECTORY,
            folderRights,
            Rights.FD_READ,
            0,
            64));
    int fd = guest.result();
    assertEquals(-Errno.PERM, guest.open(fd, "new", 0, Guest.CREATE, -1L, 0));
    int file = guest.open(fd, "f", 0, 0, -1L, 0);
    assertEquals("errno " + Errno.PERM, guest.readAt(file, 1, 0), "no right to seek");
    assertEquals("text", guest.read(file, 10));
    assertEquals(-Errno.BADF, guest.write(file, "x"));
    assertEquals(0, guest.wasi.fdFdstatGet(guest.process, file, 64));
    assertEquals(Rights.FD_READ, guest.resultLong(8));
    assertEquals(
        Errno.PERM, guest.wasi.fdFdstatSetRights(guest.process, fd, Rights.FOLDER, Rights.FILE));
    assertEquals("text", Files.readString(folder.resolve("d/f")));
  }

  private void subscribe(int index, int tag, int number, long timeout, int flags) {
    int at = SUBSCRIPTIONS + index * Polling.SUBSCRIPTION_BYTES;
    guest.memory.putLong(at, 1_000 + index);
    guest.memory.putLong(at + 8, tag);
    guest.memory.putLong(at + 16, number);
    guest.memory.putLong(at + 24, timeout);
    guest.memory.putLong(at + 32, 0);
    guest.memory.putLong(at + 40, flags);
  }

  private int poll(int count) {
    int errno = guest.wasi.pollOneoff(guest.process, SUBSCRIPTIONS, EVENTS, count, 64);
    return errno == 0 ? guest.result() : -errno;
  }

  @Test
  void poll_manyAndEqualSubscriptions_eachGetTheirEvent() throws Exception {
    guest.close();
    guest = new Guest(new ByteArrayInputStream(new byte[] {1, 2}), Guest.builder(folder).build());
    int file = create("a", "text");
    int count = 1_024;
    for (int i = 0; i < count; i++) {
      switch (i % 5) {
        case 0 -> subscribe(i, 1, file, 0, 0);
        case 1 -> subscribe(i, 2, file, 0, 0);
        case 2 -> subscribe(i, 1, 0, 0, 0);
        case 3 -> subscribe(i, 0, 1, 0, 0);
        default -> subscribe(i, 0, 0, 3_600_000_000_000L, 0);
      }
    }
    // Standard input is read ahead by a thread of its own: ask until it has.
    int stored = poll(count);
    while (stored < count - count / 5) {
      stored = poll(count);
    }
    assertEquals(count - count / 5, stored);
    int event = 0;
    for (int i = 0; i < count; i++) {
      if (i % 5 != 4) {
        int at = EVENTS + event++ * Polling.EVENT_BYTES;
        assertEquals(1_000 + i, guest.memory.getLong(at));
        assertEquals(0, guest.memory.getInt(at + 8) & 0xFFFF);
        assertEquals(i % 5 == 3 ? 0 : i % 5 == 1 ? 2 : 1, guest.memory.getInt(at + 8) >>> 16);
      }
    }
    assertEquals(-Errno.INVAL, poll(count + 1));
    guest.close(file);
    subscribe(0, 1, file, 0, 0);
    assertEquals(1, poll(1));
    assertEquals(Errno.BADF, guest.memory.getInt(EVENTS + 8) & 0xFFFF);
  }

  private static boolean mounts(String... arguments) throws Exception {
    Process mount = new ProcessBuilder(arguments).redirectErrorStream(true).start();
    mount.getInputStream().readAllBytes();
    return mount.waitFor() == 0;
  }

  /** Only where the tests may mount. */
  @Test
  void fullAndReadOnlyFileSystems_areToldAsSuch() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    assumeTrue(mounts("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString()));
    try {
      int fd = create("small/a", "");
      String piece = "x".repeat(10_000);
      int written = 0;
      while (written >= 0) {
        written = guest.write(fd, piece);
      }
      assertEquals(-NO_SPACE, written);
      assertEquals(NO_SPACE, guest.wasi.fdAllocate(guest.process, fd, 0, 1 << 20));
      guest.close(fd);
      fd = guest.openToRead("small/a", 0);
      assertTrue(mounts("mount", "-o", "remount,ro", small.toString()));
      assertEquals(-READ_ONLY, guest.open("small/b", 0, Guest.CREATE));
      assertEquals(-READ_ONLY, guest.open("small/a", 0, 0));
      assertEquals(READ_ONLY, guest.makeFolder("small/d"));
      assertEquals(READ_ONLY, guest.removeFile("small/a"));
      assertEquals(75, guest.rename("small/a", Guest.ROOT, "a"), "another device");
      assertEquals("xxx", guest.readAt(fd, 3, 0));
      guest.close(fd);
    } finally {
      assertTrue(mounts("umount", "-l", small.toString()));
    }
  }
}
