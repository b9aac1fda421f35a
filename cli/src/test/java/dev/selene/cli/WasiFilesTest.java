package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guest {@code wasi-files}: Rust's standard library over WASI, and every way out. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class WasiFilesTest {
  private static final String SECRET = "must not be read or changed";

  @TempDir Path folder;

  /** The working directory of the guest: its preopened folder. */
  private Path inside;

  @BeforeEach
  void layOut() throws IOException {
    inside = Files.createDirectory(folder.resolve("inside"));
    Files.createDirectory(inside.resolve("work"));
  }

  private List<String> run(String... arguments) throws Exception {
    try (GuestProgram guest = GuestProgram.start(inside, "wasi-files", arguments)) {
      int code = guest.exitCode();
      List<String> lines = guest.output().lines().toList();
      List<String> wrong = new ArrayList<>(lines);
      wrong.removeIf(line -> line.startsWith("ok "));
      assertEquals(List.of(), wrong);
      assertEquals(0, code);
      return lines;
    }
  }

  @Test
  void standardLibrary_findsFilesAsOnTheMachineItself() throws Exception {
    List<String> lines = run("work");
    assertTrue(lines.size() > 30, lines.toString());
    assertTrue(lines.contains("ok big-file") && lines.contains("ok link-renamed"));
  }

  @Test
  void waysOut_areClosed() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("secret"), SECRET);
    Files.createDirectory(outside.resolve("empty"));
    Files.createSymbolicLink(outside.resolve("link"), Path.of("secret"));
    Files.writeString(inside.resolve("file"), "inside");
    Files.createDirectory(inside.resolve("sub"));
    Files.createSymbolicLink(inside.resolve("to-secret"), Path.of("../outside/secret"));
    Files.createSymbolicLink(inside.resolve("to-secret-absolute"), secret);
    Files.createSymbolicLink(inside.resolve("to-link-to-secret"), Path.of("to-secret"));
    Files.createSymbolicLink(inside.resolve("to-outside"), Path.of("../outside"));
    Files.createSymbolicLink(inside.resolve("to-outside-absolute"), outside);
    Files.createSymbolicLink(inside.resolve("to-link-to-outside"), Path.of("to-outside"));
    assertEquals(14, run(".", "escapes").size());
    assertEquals(SECRET, Files.readString(secret));
    assertTrue(Files.isDirectory(outside.resolve("empty")));
    assertFalse(Files.exists(Path.of("/tmp/selene-made")));
    try (var files = Files.list(outside)) {
      assertEquals(3, files.count());
    }
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
  }

  @Test
  void fifosAndSockets_areNotOpened() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic opens a FIFO, and waits");
    Tool fifo = Tool.run(folder, "", "mkfifo", inside.resolve("fifo").toString());
    assertEquals(0, fifo.exitCode(), fifo.output());
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(inside.resolve("socket")));
      assertEquals(3, run(".", "devices").size());
    }
  }

  @Test
  void devices_areNotOpened() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic opens devices");
    Tool node = Tool.run(folder, "", "mknod", inside.resolve("zero").toString(), "c", "1", "5");
    Assumptions.assumeTrue(node.exitCode() == 0, "may not make a device: " + node.output());
    assertEquals(2, run(".", "device-nodes").size());
  }
}
