package dev.selene.host.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Every way out of a preopened folder that we know. */
@EnabledOnOs(OS.LINUX)
class EscapeTest {
  @TempDir Path base;
  private Path inside;
  private Path outside;
  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    inside = Files.createDirectory(base.resolve("inside"));
    outside = Files.createDirectory(base.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectory(inside.resolve("d"));
    guest = new Guest(inside);
  }

  @AfterEach
  void end() throws Exception {
    guest.close();
    assertEquals(List.of("secret"), names(outside));
    assertEquals("secret", Files.readString(outside.resolve("secret")));
    assertEquals(1, Files.getAttribute(outside.resolve("secret"), "unix:nlink"));
  }

  private static List<String> names(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void refused(String path) {
    for (int lookup = 0; lookup <= Guest.FOLLOW; lookup++) {
      assertEquals(-Errno.PERM, guest.openToRead(path + "/secret", lookup), path);
      assertEquals(-Errno.PERM, guest.open(path + "/new", lookup, Guest.CREATE), path);
      assertEquals(-Errno.PERM, guest.open(path + "/.", lookup, Guest.DIRECTORY), path);
      assertEquals(Errno.PERM, guest.status(path + "/secret", lookup), path);
      assertEquals(Errno.PERM, guest.setTimes(path + "/secret", lookup, 0, 0, 4), path);
      assertEquals(Errno.PERM, guest.link(path + "/secret", lookup, "stolen"), path);
    }
    assertEquals(Errno.PERM, guest.makeFolder(path + "/new"), path);
    assertEquals(Errno.PERM, guest.removeFile(path + "/secret"), path);
    assertEquals(Errno.PERM, guest.removeFolder(path + "/secret"), path);
    assertEquals(Errno.PERM, guest.rename(path + "/secret", Guest.ROOT, "stolen"), path);
    assertEquals(Errno.PERM, guest.rename("d", Guest.ROOT, path + "/new"), path);
    assertEquals(Errno.PERM, guest.symlink("x", path + "/new"), path);
    assertEquals("errno " + Errno.PERM, guest.readLink(path + "/secret", 100), path);
  }

  @Test
  void dotsAndAbsolutePaths_areRefusedByEveryImport() {
    refused("../outside");
    refused("d/../../outside");
    refused("./d/.././../outside");
    refused(outside.toString());
    refused("/");
    assertEquals(-Errno.PERM, guest.open("..", 1, Guest.DIRECTORY));
    assertEquals(-Errno.PERM, guest.open("d/../..", 1, Guest.DIRECTORY));
    assertTrue(guest.open("d/..", 1, Guest.DIRECTORY) > 0);
  }

  @Test
  void linksToFolders_areRefusedByEveryImport() throws Exception {
    Files.createSymbolicLink(inside.resolve("absolute"), outside);
    Files.createSymbolicLink(inside.resolve("relative"), Path.of("../outside"));
    Files.createSymbolicLink(inside.resolve("d/chain3"), Path.of("../../outside"));
    Files.createSymbolicLink(inside.resolve("d/chain2"), Path.of("chain3"));
    Files.createSymbolicLink(inside.resolve("chain"), Path.of("d/chain2"));
    refused("absolute");
    refused("relative");
    refused("chain");
    for (String link : List.of("absolute", "relative", "chain", "absolute/", "chain/")) {
      assertEquals(-Errno.PERM, guest.open(link, 1, Guest.DIRECTORY), link);
      assertEquals(Errno.PERM, guest.status(link, 1), link);
    }
    assertEquals(-Errno.NOTDIR, guest.open("absolute", 0, Guest.DIRECTORY));
    assertEquals("errno " + Errno.PERM, guest.readLink("absolute", 100));
    assertEquals(Errno.PERM, guest.symlink("/etc", "mine"));
  }

  @Test
  void linksToFiles_areRefused() throws Exception {
    Files.createSymbolicLink(inside.resolve("absolute"), outside.resolve("secret"));
    Files.createSymbolicLink(inside.resolve("relative"), Path.of("../outside/secret"));
    Files.createSymbolicLink(inside.resolve("new"), Path.of("../outside/new"));
    assertEquals(0, guest.symlink("../../outside/secret", "d/own"));
    for (String link : List.of("absolute", "relative", "d/own")) {
      assertEquals(-Errno.LOOP, guest.openToRead(link, 0), link);
      assertEquals(-Errno.PERM, guest.openToRead(link, 1), link);
      assertEquals(-Errno.PERM, guest.open(link, 1, Guest.TRUNCATE), link);
      assertEquals(Errno.PERM, guest.link(link, 1, "stolen"), link);
      assertEquals(Errno.PERM, guest.setTimes(link, 1, 0, 0, 5), link);
    }
    assertEquals(-Errno.PERM, guest.open("new", 1, Guest.CREATE));
    assertEquals(-Errno.LOOP, guest.open("new", 0, Guest.CREATE));
    assertEquals(-Errno.EXIST, guest.open("new", 1, Guest.CREATE | Guest.EXCLUSIVE));
  }

  @Test
  void fifosAndDevices_areNotOpenedAndNeverBlock() throws Exception {
    Process made = new ProcessBuilder("mkfifo", inside.resolve("fifo").toString()).start();
    assertEquals(0, made.waitFor());
    Files.createSymbolicLink(inside.resolve("zero"), Path.of("/dev/zero"));
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try (Guest hasty = new Guest(inside)) {
            assertEquals(-Errno.NOTSUP, hasty.openToRead("fifo", 0));
            assertEquals(-Errno.NOTSUP, hasty.open("fifo", 1, Guest.CREATE | Guest.TRUNCATE));
            assertEquals(-Errno.PERM, hasty.openToRead("zero", 1));
            assertEquals(0, hasty.status("fifo", 0));
          }
          try (Guest devices = new Guest(Path.of("/dev"))) {
            assertEquals(-Errno.NOTSUP, devices.openToRead("zero", 1));
            assertEquals(-Errno.NOTSUP, devices.open("null", 1, 0));
          }
          try (Guest own = new Guest(Path.of("/proc/self").toRealPath())) {
            assertEquals(-Errno.PERM, own.open("root", 1, Guest.DIRECTORY));
            assertEquals(-Errno.PERM, own.openToRead("root/etc/passwd", 1));
          }
        });
  }

  @Test
  void folderSwappedForLink_whileOpening_neverShowsTheOutside() throws Exception {
    Path swapped = inside.resolve("swap");
    Path real = Files.createDirectory(inside.resolve("real"));
    Files.writeString(real.resolve("secret"), "public");
    Path link = Files.createSymbolicLink(inside.resolve("link"), outside);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong swaps = new AtomicLong();
    Thread swapper =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!stop.get()) {
                      Files.move(real, swapped, StandardCopyOption.ATOMIC_MOVE);
                      Files.move(swapped, real, StandardCopyOption.ATOMIC_MOVE);
                      Files.move(link, swapped, StandardCopyOption.ATOMIC_MOVE);
                      Files.move(swapped, link, StandardCopyOption.ATOMIC_MOVE);
                      swaps.incrementAndGet();
                    }
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    int opened = 0;
    int refusals = 0;
    try {
      long end = System.nanoTime() + 3_000_000_000L;
      while (System.nanoTime() < end) {
        int fd = guest.openToRead("swap/secret", Guest.FOLLOW);
        if (fd >= 0) {
          assertEquals("public", guest.read(fd, 10));
          guest.close(fd);
          opened++;
        } else {
          refusals += fd == -Errno.PERM ? 1 : 0;
        }
        int made = guest.open("swap/new", 0, Guest.CREATE);
        if (made >= 0) {
          guest.close(made);
        }
        assertFalse(Files.exists(outside.resolve("new")));
      }
    } finally {
      stop.set(true);
      swapper.join();
    }
    assertTrue(opened > 0 && refusals > 0 && swaps.get() > 0, opened + " " + refusals);
  }

  @Test
  void fileSwappedForLink_whileOpening_neverShowsTheOutside() throws Exception {
    Path swapped = inside.resolve("swap");
    Path real = Files.writeString(inside.resolve("real"), "public");
    Path link = Files.createSymbolicLink(inside.resolve("link"), outside.resolve("secret"));
    AtomicBoolean stop = new AtomicBoolean();
    Thread swapper =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!stop.get()) {
                      Files.move(real, swapped, StandardCopyOption.ATOMIC_MOVE);
                      Files.move(swapped, real, StandardCopyOption.ATOMIC_MOVE);
                      Files.move(link, swapped, StandardCopyOption.ATOMIC_MOVE);
                      Files.move(swapped, link, StandardCopyOption.ATOMIC_MOVE);
                    }
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    int opened = 0;
    try {
      long end = System.nanoTime() + 3_000_000_000L;
      while (System.nanoTime() < end) {
        for (int lookup = 0; lookup <= Guest.FOLLOW; lookup++) {
          int fd = guest.openToRead("swap", lookup);
          if (fd >= 0) {
            assertEquals("public", guest.read(fd, 10));
            guest.close(fd);
            opened++;
          }
        }
      }
    } finally {
      stop.set(true);
      swapper.join();
    }
    assertTrue(opened > 0);
  }
}
