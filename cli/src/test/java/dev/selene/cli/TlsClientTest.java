package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest as a TLS client: whom it believes, and what it is told when it does not. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TlsClientTest {
  @TempDir static Path folder;
  private static Certificates certificates;

  @BeforeAll
  static void make() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic takes no roots from the library");
    certificates = Certificates.make(folder);
    certificates.authority();
  }

  /** What a server does with a connection. */
  private interface Service {
    void serve(Socket socket) throws IOException;
  }

  private record Answer(int code, String output) {}

  /** Runs the guest against a server that serves until the guest has ended. */
  private static Answer attempt(ServerSocket listener, Service service, String... roots)
      throws Exception {
    try (listener) {
      Thread server =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!listener.isClosed()) {
                      try (Socket socket = listener.accept()) {
                        service.serve(socket);
                      } catch (IOException e) {
                        // The guest left, as it should in most of these tests.
                      }
                    }
                  });
      String[] arguments = new String[3 + roots.length];
      arguments[0] = "tls";
      arguments[1] = "localhost";
      arguments[2] = Integer.toString(listener.getLocalPort());
      System.arraycopy(roots, 0, arguments, 3, roots.length);
      try (GuestProgram guest = GuestProgram.start(folder, "net-client", arguments)) {
        int code = guest.exitCode();
        listener.close();
        server.join();
        return new Answer(code, guest.output());
      }
    }
  }

  private static void echoLine(Socket socket) throws IOException {
    byte[] line = socket.getInputStream().readNBytes(12);
    socket.getOutputStream().write(line);
    socket.getOutputStream().flush();
    socket.getInputStream().readAllBytes();
  }

  private static ServerSocket tls(String alias) throws Exception {
    return certificates
        .context(alias)
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  private static void assertRefused(Answer answer, String words) {
    String output = answer.output().toLowerCase(Locale.ROOT);
    assertTrue(output.contains("error: "), answer.output());
    assertTrue(output.matches("(?s).*" + words + ".*"), answer.output());
    assertEquals(1, answer.code(), answer.output());
  }

  @Test
  void serverOfATrustedAuthority_isBelieved() throws Exception {
    Answer answer = attempt(tls("good"), TlsClientTest::echoLine, "authority.pem");
    assertEquals(0, answer.code(), answer.output());
  }

  /** A server of many hosts chooses its certificate by the name (RFC 6066, 3). */
  @Test
  void server_isToldTheNameThatIsWanted() throws Exception {
    List<String> names = new CopyOnWriteArrayList<>();
    Service service =
        socket -> {
          if (((SSLSocket) socket).getSession() instanceof ExtendedSSLSession session) {
            session.getRequestedServerNames().forEach(name -> names.add(name.toString()));
          }
          echoLine(socket);
        };
    Answer answer = attempt(tls("good"), service, "authority.pem");
    assertEquals(0, answer.code(), answer.output());
    assertEquals(List.of(new SNIHostName("localhost").toString()), names);
  }

  @Test
  void authorityThatNobodyKnows_isNot() throws Exception {
    Answer answer = attempt(tls("good"), TlsClientTest::echoLine);
    assertRefused(answer, "(certificat|trust|path)");
  }

  @Test
  void expiredCertificate_isToldAsThat() throws Exception {
    Answer answer = attempt(tls("expired"), TlsClientTest::echoLine, "authority.pem");
    assertRefused(answer, "(expired|validity|notafter)");
  }

  @Test
  void certificateOfAnotherHost_isToldAsThat() throws Exception {
    Answer answer = attempt(tls("wrongname"), TlsClientTest::echoLine, "authority.pem");
    assertRefused(answer, "(name|localhost|elsewhere)");
  }

  @Test
  void garbageInsteadOfAHandshake_isAnError() throws Exception {
    Service garbage =
        socket -> {
          socket
              .getOutputStream()
              .write("SSH-2.0-nonsense\r\n".getBytes(StandardCharsets.US_ASCII));
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        };
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    assertRefused(attempt(listener, garbage, "authority.pem"), "(tls|ssl|handshake|record)");
  }

  @Test
  void serverThatHangsUp_isAnError() throws Exception {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    assertRefused(attempt(listener, Socket::close, "authority.pem"), "error: \\S+");
  }

  @Test
  void rootsThatAreNoCertificates_areAnError() throws Exception {
    Files.writeString(folder.resolve("nonsense.pem"), "no certificate");
    Answer answer = attempt(tls("good"), TlsClientTest::echoLine, "nonsense.pem");
    assertTrue(answer.code() == 1 || answer.code() == 3, answer.output());
    assertTrue(
        answer.output().toLowerCase(Locale.ROOT).matches("(?s).*(certificat|pem).*"),
        answer.output());
  }
}
