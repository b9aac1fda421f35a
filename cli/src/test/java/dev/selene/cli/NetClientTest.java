package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guest {@code net-client}: what a process is told when the network does not do its will. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class NetClientTest {
  @TempDir Path folder;

  private record Answer(int code, String output) {}

  private Answer attempt(String... arguments) throws Exception {
    try (GuestProgram guest = GuestProgram.start(folder, "net-client", arguments)) {
      int code = guest.exitCode();
      return new Answer(code, guest.output());
    }
  }

  private void assertWorks(String expected, String... arguments) throws Exception {
    Answer answer = attempt(arguments);
    assertTrue(answer.output().contains("ok: " + expected), answer.output());
    assertEquals(0, answer.code(), answer.output());
  }

  /** An error that the process is told, in words; nothing worse. */
  private void assertFails(String words, String... arguments) throws Exception {
    Answer answer = attempt(arguments);
    String output = answer.output().toLowerCase(Locale.ROOT);
    assertTrue(output.contains("error: "), answer.output());
    assertTrue(output.matches("(?s).*" + words + ".*"), answer.output());
    assertEquals(GuestProgram.PEER ? 0 : 1, answer.code(), answer.output());
  }

  private static ServerSocket serverSocket() throws Exception {
    return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  @Test
  void name_isResolved() throws Exception {
    assertWorks("", "resolve", "localhost:80");
    assertWorks("127.0.0.1:443", "resolve", "127.0.0.1:443");
    assertWorks("[::1]:443", "resolve", "[::1]:443", "10000");
  }

  @Test
  void unknownHost_isAnError() throws Exception {
    // The top-level domain "invalid" has no names, by RFC 2606.
    assertFails("(not known|unknown|resolve|lookup).*", "resolve", "no-such-host.invalid:80");
    assertFails("(not known|unknown|resolve|lookup).*", "connect", "no-such-host.invalid:80");
  }

  @Test
  void nonsense_isNoAddress() throws Exception {
    assertFails("(invalid|port|address)", "resolve", "nonsense");
    assertFails("(invalid|port|address)", "resolve", "localhost:99999");
    assertFails("(invalid|port|address)", "resolve", "");
    assertFails("(invalid|port|address)", "connect", "127.0.0.1:-1");
  }

  @Test
  void refusedConnection_isAnError() throws Exception {
    int port;
    try (ServerSocket closed = serverSocket()) {
      port = closed.getLocalPort();
    }
    assertFails("refused", "connect", "127.0.0.1:" + port);
    assertFails("refused", "connect", "127.0.0.1:" + port, "10000");
  }

  @Test
  void portInUse_isAnError() throws Exception {
    try (ServerSocket taken = serverSocket()) {
      assertFails("in use", "listen", "127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void addressOfSomebodyElse_isAnError() throws Exception {
    // 192.0.2.0/24 is for documents, by RFC 5737: no machine has such an address.
    assertFails("(cannot assign|can't assign|not available)", "listen", "192.0.2.1:0");
  }

  @Test
  void unreachableAddress_isAnError() throws Exception {
    try (GuestProgram guest =
        GuestProgram.startWithoutNetwork(folder, "net-client", "connect", "192.0.2.1:9")) {
      int code = guest.exitCode();
      String output = guest.output().toLowerCase(Locale.ROOT);
      assertTrue(output.contains("error: ") && output.contains("unreachable"), guest.output());
      assertEquals(GuestProgram.PEER ? 0 : 1, code, output);
    }
  }

  @Test
  void guestAsClient_sendsAndReceivesAtOnce() throws Exception {
    try (GuestProgram server = GuestProgram.start(folder, "echo-server")) {
      String address = "127.0.0.1:" + server.address().getPort();
      assertWorks("4000000 bytes came back", "echo", address, "4000000");
      assertWorks(address, "connect", address);
      assertWorks(address, "connect", address, "10000");
    }
  }

  @Test
  void peerThatCloses_isTheEnd() throws Exception {
    try (ServerSocket server = serverSocket()) {
      Thread closer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket socket = server.accept()) {
                      socket.getInputStream().readNBytes(1000);
                    } catch (java.io.IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      assertFails(
          "(the end after 0 of 1000 bytes|reset)",
          "echo",
          "127.0.0.1:" + server.getLocalPort(),
          "1000");
      closer.join();
    }
  }
}
