package dev.selene.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HostTrap;
import dev.selene.host.NetworkAccess;
import dev.selene.host.NetworkRule;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessExit;
import dev.selene.net.internal.Network;
import dev.selene.net.internal.tls.Actors;
import dev.selene.net.internal.tls.Certificates;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The imports over real sockets, against the JDK's own clients and servers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsImportsTest {
  private final Actors actors = new Actors();
  private final Network network = new Network(1_000);
  private final TlsImports imports = new TlsImports(network, Certificates::trustRoot);

  @AfterEach
  void everySocketIsClosed() {
    actors.close();
  }

  private TlsGuest guest(Actors.Actor<?> actor) {
    return new TlsGuest(imports, actor.context());
  }

  private TlsGuest newGuest() {
    return guest(actors.newActor());
  }

  /** A listener and the process that owns it. */
  private record Server(Actors.Actor<Long> actor, TlsGuest guest, long listener, int port) {}

  private Server newServer(String certificate) {
    Actors.Actor<Long> actor = actors.newActor();
    TlsGuest guest = guest(actor);
    long listener = guest.bind(Certificates.chain(certificate), Certificates.key(certificate)).id();
    return new Server(actor, guest, listener, guest.localAddress(listener).getPort());
  }

  /** Echoes one connection. */
  private Server startEcho(String certificate) {
    Server server = newServer(certificate);
    actors.start(
        server.actor,
        process -> {
          long total = server.guest.echo(server.guest.accept(server.listener).id());
          server.guest.dropListener(server.listener);
          return total;
        });
    return server;
  }

  private static SSLContext clientContext() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(
        "root",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Certificates.root())));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void accept_ofTheJdksClient_echoesEightMegabytesBothWaysAtOnce(String protocol) throws Exception {
    Server server = startEcho(Certificates.CHAINED);
    byte[] sent = new byte[8_000_000];
    new Random(1).nextBytes(sent);
    try (SSLSocket socket =
        (SSLSocket) clientContext().getSocketFactory().createSocket("localhost", server.port)) {
      socket.setEnabledProtocols(new String[] {protocol});
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      OutputStream out = socket.getOutputStream();
                      out.write(sent);
                      out.flush();
                    } catch (java.io.IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      assertArrayEquals(sent, socket.getInputStream().readNBytes(sent.length));
      writer.join();
      assertEquals(protocol, socket.getSession().getProtocol());
      socket.shutdownOutput();
      // A close_notify comes back, else this fails.
      assertEquals(-1, socket.getInputStream().read());
    }
    assertEquals(sent.length, server.actor.get());
    assertEquals(0, server.actor.state.ledger);
    assertEquals(0, server.actor.state.handleCount);
    assertEquals(0, network.openSockets());
  }

  @Test
  void accept_ofTheJdksHttpClient_servesIt() throws Exception {
    Server server = newServer(Certificates.GOOD);
    actors.start(
        server.actor,
        process -> {
          long stream = server.guest.accept(server.listener).id();
          server.guest.readSome(stream);
          server.guest.writeAll(
              stream,
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
                  .getBytes(StandardCharsets.US_ASCII));
          server.guest.drop(stream);
          return 0L;
        });
    try (HttpClient client = HttpClient.newBuilder().sslContext(clientContext()).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + server.port + "/")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals("hello", answer.body());
    }
  }

  @Test
  void accept_whileAnotherClientSaysNothing_isNotHeldUp() throws Exception {
    Server server = newServer(Certificates.GOOD);
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      long first = server.guest.accept(server.listener).id();
      var client =
          actors.start(
              process -> {
                TlsGuest guest = new TlsGuest(imports, process);
                long stream = guest.connect("localhost", server.port, -1).id();
                guest.writeAll(stream, new byte[] {7});
                return guest.readExactly(stream, 1)[0];
              });
      long second = server.guest.accept(server.listener).id();
      server.guest.writeAll(second, server.guest.readExactly(second, 1));
      assertEquals((byte) 7, client.get());
      imports.setTlsReadTimeout(server.guest.process, first, 10);
      assertEquals(9027, server.guest.read(first, 1).code());
      assertTrue(silent.isConnected());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connect_withRootsInEitherOrder_believesThemAlone(boolean lengthFirst) throws Exception {
    Server server = startEcho(Certificates.GOOD);
    TlsGuest client = newGuest();
    List<byte[]> roots =
        List.of(Certificates.chain(Certificates.SELF_SIGNED_EXPIRED), Certificates.root());
    long stream = client.connect("localhost", server.port, -1, roots, lengthFirst).id();
    client.writeAll(stream, new byte[100_000]);
    assertEquals(100_000, client.readExactly(stream, 100_000).length);
    client.drop(stream);
    assertEquals(100_000L, server.actor.get());

    Server other = startEcho(Certificates.GOOD);
    List<byte[]> strangers = List.of(Certificates.chain(Certificates.SELF_SIGNED));
    assertEquals(
        "cannot connect to localhost port "
            + other.port
            + " with TLS: the certificate of localhost port "
            + other.port
            + " comes from an unknown authority",
        client.error(client.connect("localhost", other.port, -1, strangers, lengthFirst)));
  }

  @Test
  void connect_withRootsThatAreNone_saysWhich() {
    TlsGuest client = newGuest();
    byte[] none = "no certificate".getBytes(StandardCharsets.US_ASCII);
    byte[] damaged =
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"
            .getBytes(StandardCharsets.US_ASCII);
    String error =
        client.error(client.connect("localhost", 1, -1, List.of(Certificates.root(), none), false));
    assertTrue(error.contains("root certificate 2 of 2 is no certificate in PEM"), error);
    error = client.error(client.connect("localhost", 1, -1, List.of(damaged), true));
    assertTrue(error.contains("root certificate 1 of 1: PEM block 1 (CERTIFICATE) is not"), error);
  }

  @Test
  void connect_withRootsOutsideOfTheMemory_traps() {
    TlsGuest client = newGuest();
    client.process.memory().putInt(64, -8);
    client.process.memory().putInt(68, -16);
    assertThrows(HostTrap.class, () -> imports.tlsConnect(client.process, 128, 9, 1, -1, 8, 64, 1));
    assertThrows(
        HostTrap.class, () -> imports.tlsConnect(client.process, 128, 9, 1, -1, 8, 64, -1));
  }

  @Test
  void connect_toAnAddress_checksTheCertificateForIt() throws Exception {
    Server server = startEcho(Certificates.GOOD);
    TlsGuest client = newGuest();
    client.drop(client.connect("127.0.0.1", server.port, 60_000).id());
    assertEquals(0L, server.actor.get());
    Server other = startEcho(Certificates.OTHER_NAME);
    String error = client.error(client.connect("127.0.0.1", other.port, -1));
    assertTrue(error.contains(" is for another name: "), error);
  }

  @Test
  void connect_toAServerThatSaysNothing_timesOut() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var client = actors.<Void>newActor();
      TlsGuest guest = guest(client);
      TlsGuest.Outcome outcome = guest.connect("localhost", silent.getLocalPort(), 50);
      assertEquals(9027, outcome.code());
      guest.dropError(outcome);
      assertEquals(0, client.state.ledger);
      assertEquals(0, client.state.handleCount);
      assertEquals(0, network.openSockets());
    }
  }

  @Test
  void kill_whileShakingHands_closesTheSocket() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var client =
          actors.start(
              process ->
                  new TlsGuest(imports, process).connect("localhost", silent.getLocalPort(), -1));
      try (Socket peer = silent.accept()) {
        // The hello is there, so the client is in the handshake.
        assertEquals(22, peer.getInputStream().read());
        client.kill();
        assertThrows(ProcessExit.class, client::get);
        peer.getInputStream().readAllBytes();
      }
      assertEquals(0, client.state.ledger);
      assertEquals(0, client.state.handleCount);
      assertEquals(0, network.openSockets());
    }
  }

  @Test
  void connect_toAClosedPort_isAnError() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    TlsGuest client = newGuest();
    assertEquals(
        "cannot connect to 127.0.0.1 port " + port + " with TLS: Connection refused",
        client.error(client.connect("127.0.0.1", port, -1)));
  }

  @Test
  void connect_toAServerOfOldProtocols_saysSo() throws Exception {
    try (ServerSocket old = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket peer = old.accept()) {
                  peer.getInputStream().read(new byte[100]);
                  // Alert, fatal, protocol_version.
                  peer.getOutputStream().write(new byte[] {21, 3, 1, 0, 2, 2, 70});
                  peer.getInputStream().readAllBytes();
                } catch (java.io.IOException e) {
                  // the test's own assertion tells
                }
              });
      TlsGuest client = newGuest();
      String error = client.error(client.connect("localhost", old.getLocalPort(), -1));
      assertTrue(error.contains("it accepts neither TLS 1.3 nor TLS 1.2"), error);
    }
  }

  @Test
  void connect_withoutPermission_isAnError() {
    var actor = actors.<Void>newActor();
    actor.state.configure(
        ProcessConfig.builder()
            .network(
                NetworkAccess.of(
                    List.of(NetworkRule.parse("127.0.0.1:1")),
                    List.of(NetworkRule.parse("127.0.0.1:1"))))
            .build());
    TlsGuest guest = guest(actor);
    assertTrue(
        guest.error(guest.connect("127.0.0.1", 2, -1)).contains("permission denied"), "connect");
    assertTrue(
        guest.error(guest.connect("other.test", 1, -1)).contains("permission denied"), "resolve");
    assertTrue(
        guest
            .error(
                guest.bind(
                    Certificates.chain(Certificates.GOOD), Certificates.key(Certificates.GOOD)))
            .contains("permission denied"),
        "listen");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nope", "localhost\u0000", "a..b", "x y"})
  void connect_toABadName_isAnError(String host) {
    TlsGuest client = newGuest();
    assertEquals(1, client.connect(host, 1, 5_000).code());
  }

  @Test
  void bind_withBadCertificatesAndKeys_saysWhatIsWrong() {
    TlsGuest guest = newGuest();
    byte[] chain = Certificates.chain(Certificates.GOOD);
    byte[] key = Certificates.key(Certificates.GOOD);
    String prefix = "cannot listen on 127.0.0.1:0 with TLS: ";
    assertEquals(
        prefix
            + "the server's certificates holds no PEM certificate: it needs a line '-----BEGIN"
            + " CERTIFICATE-----'",
        guest.error(guest.bind(new byte[0], key)));
    assertTrue(guest.error(guest.bind(key, chain)).contains("wrong order"));
    assertTrue(
        guest.error(guest.bind(chain, chain)).contains("wrong order"), "certificates as key");
    assertTrue(
        guest
            .error(guest.bind(chain, Certificates.key(Certificates.OTHER_NAME)))
            .contains("does not belong to its first certificate"));
    assertTrue(
        guest
            .error(guest.bind(chain, Certificates.key(Certificates.RSA)))
            .contains("does not belong to its first certificate"));
    assertTrue(
        guest
            .error(guest.bind(Arrays.copyOf(chain, chain.length - 30), key))
            .contains("has no line '-----END CERTIFICATE-----'"));
    byte[] encrypted =
        Certificates.pem("ENCRYPTED PRIVATE KEY", new byte[10]).getBytes(StandardCharsets.US_ASCII);
    assertTrue(guest.error(guest.bind(chain, encrypted)).contains("without a password"));
    byte[] damaged =
        Certificates.pem("PRIVATE KEY", new byte[10]).getBytes(StandardCharsets.US_ASCII);
    assertTrue(guest.error(guest.bind(chain, damaged)).contains("is not a readable RSA"));
    byte[] curveless =
        Certificates.pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1})
            .getBytes(StandardCharsets.US_ASCII);
    assertTrue(guest.error(guest.bind(chain, curveless)).contains("does not name its curve"));
    byte[] notX509 =
        Certificates.pem("CERTIFICATE", new byte[10]).getBytes(StandardCharsets.US_ASCII);
    assertTrue(guest.error(guest.bind(notX509, key)).contains("certificate 1 is not a readable"));
    assertEquals(0, network.openSockets());
  }

  @Test
  void bind_withAPkcs1Key_works() throws Exception {
    // PKCS#8 of RSA is 26 bytes and the PKCS#1 key
    byte[] pkcs8 = Certificates.keyBytes(Certificates.RSA);
    byte[] pkcs1 =
        Certificates.pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length))
            .getBytes(StandardCharsets.US_ASCII);
    TlsGuest guest = newGuest();
    guest.dropListener(guest.bind(Certificates.chain(Certificates.RSA), pkcs1).id());
  }

  @Test
  void handles_thatAreUnknown_trap() {
    TlsGuest guest = newGuest();
    assertThrows(HostTrap.class, () -> guest.read(0, 1));
    assertThrows(HostTrap.class, () -> guest.write(0, new byte[1]));
    assertThrows(HostTrap.class, () -> guest.accept(0));
    assertThrows(HostTrap.class, () -> guest.drop(0));
    assertThrows(HostTrap.class, () -> imports.cloneTlsStream(guest.process, 0));
    assertThrows(HostTrap.class, () -> imports.getTlsReadTimeout(guest.process, 0));
  }

  @Test
  void clones_shareTimeoutsAndTheConnection() throws Exception {
    Server server = startEcho(Certificates.GOOD);
    var actor = actors.<Void>newActor();
    TlsGuest client = guest(actor);
    long stream = client.connect("localhost", server.port, -1).id();
    long clone = imports.cloneTlsStream(client.process, stream);
    assertEquals(-1, imports.getTlsWriteTimeout(client.process, stream));
    imports.setTlsWriteTimeout(client.process, clone, 5_000);
    assertEquals(5_000, imports.getTlsWriteTimeout(client.process, stream));
    imports.setTlsReadTimeout(client.process, stream, 0);
    assertEquals(9027, client.read(clone, 1).code());
    imports.setTlsReadTimeout(client.process, stream, -1);
    client.drop(stream);
    client.writeAll(clone, new byte[] {42});
    assertEquals(42, client.readExactly(clone, 1)[0]);
    client.drop(clone);
    assertEquals(1L, server.actor.get());
    client.dropError(new TlsGuest.Outcome(9027, 0));
    assertEquals(0, actor.state.ledger);
    assertEquals(0, network.openSockets());
  }

  @Test
  void read_ofALineThatWasCut_isAnErrorAfterTheData() throws Exception {
    Server server = newServer(Certificates.GOOD);
    actors.start(
        server.actor,
        process -> {
          long stream = server.guest.accept(server.listener).id();
          assertEquals(4, server.guest.readExactly(stream, 4).length);
          String error = server.guest.error(server.guest.read(stream, 1));
          assertTrue(
              error.endsWith("ended without a close_notify, so bytes may be missing"), error);
          return 0L;
        });
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      SSLSocket socket =
          (SSLSocket)
              clientContext()
                  .getSocketFactory()
                  .createSocket(plain, "localhost", server.port, false);
      socket.getOutputStream().write(new byte[4]);
      // TCP ends, TLS does not.
      plain.shutdownOutput();
      server.actor.get();
    }
  }
}
