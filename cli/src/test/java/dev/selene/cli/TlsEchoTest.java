package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guest {@code tls-echo}, with a certificate made for this test. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TlsEchoTest {
  @TempDir static Path folder;
  private static Certificates certificates;
  private static GuestProgram server;
  private static InetSocketAddress address;
  private static SSLSocketFactory sockets;

  @BeforeAll
  static void start() throws Exception {
    certificates = Certificates.make(folder);
    server =
        GuestProgram.start(
            folder,
            "tls-echo",
            "127.0.0.1:0",
            certificates.certificate("good"),
            certificates.key("good"));
    address = server.address();
    sockets = certificates.context("good").getSocketFactory();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SSLSocket connect() throws Exception {
    Socket plain = GuestProgram.connect(address);
    SSLSocket socket =
        (SSLSocket) sockets.createSocket(plain, "localhost", address.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("localhost")));
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static void assertEchoes(Socket socket, int bytes) throws Exception {
    byte[] sent = new byte[bytes];
    new Random(bytes).nextBytes(sent);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> sender =
          threads.submit(
              () -> {
                socket.getOutputStream().write(sent);
                socket.getOutputStream().flush();
                return null;
              });
      byte[] received = new byte[bytes];
      new DataInputStream(socket.getInputStream()).readFully(received);
      sender.get();
      assertArrayEquals(sent, received);
    }
  }

  @Test
  void message_comesBack_throughAVerifiedConnection() throws Exception {
    try (SSLSocket socket = connect()) {
      assertEchoes(socket, 64);
      assertEquals("TLSv1.3", socket.getSession().getProtocol());
    }
  }

  @Test
  void olderProtocol_worksToo() throws Exception {
    try (SSLSocket socket = connect()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertEchoes(socket, 1000);
    }
  }

  @Test
  void transfer_ofManyBytes_isExact() throws Exception {
    try (SSLSocket socket = connect()) {
      assertEchoes(socket, 8 << 20);
    }
  }

  @Test
  void connections_atOnce_eachGetTheirOwn() throws Exception {
    List<SSLSocket> open = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        SSLSocket socket = connect();
        socket.startHandshake();
        open.add(socket);
      }
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < open.size(); i++) {
        SSLSocket socket = open.get(i);
        int bytes = 1 + i * 700;
        done.add(
            threads.submit(
                () -> {
                  assertEchoes(socket, bytes);
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      for (SSLSocket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void garbageInsteadOfAHandshake_harmsNobody() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic's process that accepts ends");
    for (int i = 0; i < 10; i++) {
      try (Socket socket = GuestProgram.connect(address)) {
        byte[] garbage = new byte[1 + i * 300];
        new Random(i).nextBytes(garbage);
        socket.getOutputStream().write(garbage);
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      } catch (java.net.SocketException e) {
        // A reset ends it as well.
        assertTrue(
            e.getMessage().contains("reset") || e.getMessage().contains("pipe"), e::toString);
      }
    }
    for (int i = 0; i < 5; i++) {
      GuestProgram.connect(address).close();
    }
    try (SSLSocket socket = connect()) {
      assertEchoes(socket, 100);
    }
  }

  @Test
  void clientThatTrustsSomebodyElse_leaves_andHarmsNobody() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic's process that accepts ends");
    SSLSocketFactory system = (SSLSocketFactory) SSLSocketFactory.getDefault();
    Socket plain = GuestProgram.connect(address);
    try (Socket socket = system.createSocket(plain, "localhost", address.getPort(), true)) {
      org.junit.jupiter.api.Assertions.assertThrows(
          javax.net.ssl.SSLHandshakeException.class, ((SSLSocket) socket)::startHandshake);
    }
    try (SSLSocket socket = connect()) {
      assertEchoes(socket, 100);
    }
  }

  @Test
  void clientThatSaysNothing_keepsNobodyOut() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic's process that accepts waits for ever");
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        silent.add(GuestProgram.connect(address));
      }
      try (SSLSocket socket = connect()) {
        assertEchoes(socket, 100);
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void openssl_getsItsWords() throws Exception {
    String text = "over openssl\n";
    Tool run =
        Tool.run(
            folder,
            text,
            "openssl",
            "s_client",
            "-connect",
            "127.0.0.1:" + address.getPort(),
            "-servername",
            "localhost",
            "-CAfile",
            certificates.authority(),
            "-verify_return_error",
            "-verify_hostname",
            "localhost",
            "-quiet",
            "-no_ign_eof");
    // Its input ends before the answer can be there; the handshake and the certificate are what
    // counts.
    assertEquals(0, run.exitCode(), run.output());
  }

  @Test
  void guestAsClient_getsItsLine() throws Exception {
    try (GuestProgram client =
        GuestProgram.start(
            folder,
            "net-client",
            "tls",
            "localhost",
            Integer.toString(address.getPort()),
            certificates.authority())) {
      Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic takes no roots from the library");
      assertEquals(0, client.exitCode(), client.output());
      assertTrue(client.output().contains("ok: a line to and fro"), client.output());
    }
  }

  private static void assertDoesNotListen(String certificate, String key) throws Exception {
    try (GuestProgram attempt =
        GuestProgram.start(folder, "net-client", "tls-listen", "127.0.0.1:0", certificate, key)) {
      int code = attempt.exitCode();
      assertTrue(code == 1 || code == 3, code + attempt.output());
      assertTrue(!attempt.output().contains("ok: "), attempt.output());
      // The words say what is wrong: the certificate, or the key.
      assertTrue(
          attempt.output().toLowerCase().matches("(?s).*(certificate|key|pem).*"),
          attempt.output());
    }
  }

  @Test
  void badPem_isToldClearly() throws Exception {
    Assumptions.assumeFalse(GuestProgram.PEER, "Lunatic notices it when it accepts");
    Files.writeString(folder.resolve("nonsense.pem"), "no PEM at all");
    Files.writeString(folder.resolve("empty.pem"), "");
    Files.writeString(
        folder.resolve("broken.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        StandardCharsets.US_ASCII);
    String certificate = certificates.certificate("good");
    String key = certificates.key("good");
    assertDoesNotListen("nonsense.pem", key);
    assertDoesNotListen("empty.pem", key);
    assertDoesNotListen("broken.pem", key);
    assertDoesNotListen(certificate, "nonsense.pem");
    assertDoesNotListen(certificate, certificate);
    assertDoesNotListen(key, certificate);
    assertDoesNotListen(certificate, certificates.key("wrongname"));
  }
}
