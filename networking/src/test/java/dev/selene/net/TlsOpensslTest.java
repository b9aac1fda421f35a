package dev.selene.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.selene.net.internal.Network;
import dev.selene.net.internal.tls.Actors;
import dev.selene.net.internal.tls.Certificates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the programs of openssl, where they are installed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsOpensslTest {
  private final Actors actors = new Actors();
  private final TlsImports imports = new TlsImports(new Network(1_000), Certificates::trustRoot);
  private final List<Process> programs = new ArrayList<>();
  @TempDir Path folder;

  @BeforeEach
  void writeCertificates() throws IOException {
    try {
      new ProcessBuilder("openssl", "version").start().onExit().join();
    } catch (IOException e) {
      assumeTrue(false, "openssl is not installed");
    }
    Files.write(folder.resolve("root.pem"), Certificates.root());
    Files.write(folder.resolve("chain.pem"), Certificates.chain(Certificates.CHAINED));
    Files.write(folder.resolve("key.pem"), Certificates.key(Certificates.CHAINED));
  }

  @AfterEach
  void end() {
    actors.close();
    programs.forEach(Process::destroyForcibly);
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process program =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    programs.add(program);
    return program;
  }

  private Process startClient(int port, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-servername",
                "localhost",
                "-verify_hostname",
                "localhost",
                "-CAfile",
                "root.pem",
                "-verify_return_error"));
    arguments.addAll(List.of(more));
    return start(arguments.toArray(String[]::new));
  }

  private static void send(Process program, String line) throws IOException {
    OutputStream in = program.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    in.flush();
  }

  /** Reads until a line contains a text. */
  private static String await(BufferedReader output, String text) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.contains(text)) {
        return line;
      }
      seen.append(line).append('\n');
    }
    throw new AssertionError("no '" + text + "' in:\n" + seen);
  }

  private record Server(Actors.Actor<String> actor, int port) {}

  /** Echoes one connection; gives the error it ends with, or how many bytes there were. */
  private Server startEcho(byte[] certificates, byte[] key) {
    Actors.Actor<String> actor = actors.newActor();
    TlsGuest guest = new TlsGuest(imports, actor.context());
    long listener = guest.bind(certificates, key).id();
    int port = guest.localAddress(listener).getPort();
    actors.start(
        actor,
        process -> {
          long stream = guest.accept(listener).id();
          int total = 0;
          while (true) {
            TlsGuest.Outcome outcome = guest.read(stream, 1_000);
            if (outcome.code() != 0) {
              return guest.error(outcome);
            }
            if (outcome.result() == 0) {
              guest.drop(stream);
              return "bytes " + total;
            }
            total += (int) outcome.result();
            guest.writeAll(stream, process.memory().read(1 << 20, (int) outcome.result()));
          }
        });
    return new Server(actor, port);
  }

  private Server startEcho() {
    return startEcho(
        Certificates.chain(Certificates.CHAINED), Certificates.key(Certificates.CHAINED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void sClient_getsBackWhatItSends(String protocol) throws Exception {
    Server server = startEcho();
    Process client = startClient(server.port, protocol);
    try (BufferedReader output = client.inputReader()) {
      send(client, "hello");
      await(output, "hello");
      send(client, "Q");
    }
    assertEquals("bytes 6", server.actor.get());
  }

  @Test
  void sClient_thatChangesKeys_goesOn() throws Exception {
    Server server = startEcho();
    Process client = startClient(server.port, "-tls1_3");
    try (BufferedReader output = client.inputReader()) {
      send(client, "hello");
      await(output, "hello");
      // an uppercase K wants the server to change its keys, too
      send(client, "K");
      await(output, "KEYUPDATE");
      send(client, "again");
      await(output, "again");
      send(client, "Q");
    }
    assertEquals("bytes 12", server.actor.get());
  }

  @Test
  void sClient_thatRenegotiates_isRefused() throws Exception {
    Server server = startEcho();
    Process client = startClient(server.port, "-tls1_2");
    try (BufferedReader output = client.inputReader()) {
      send(client, "hello");
      await(output, "hello");
      send(client, "R");
      await(output, "RENEGOTIATING");
      String error = server.actor.get();
      assertTrue(error.contains("asked for a renegotiation, which is refused"), error);
    }
  }

  @Test
  void sClient_thatDoesNotTrustTheServer_isAnErrorOfTheRead() throws Exception {
    Server server =
        startEcho(
            Certificates.chain(Certificates.SELF_SIGNED),
            Certificates.key(Certificates.SELF_SIGNED));
    startClient(server.port);
    String error = server.actor.get();
    assertTrue(error.contains("refused TLS with the alert unknown_ca: it does not know"), error);
  }

  @Test
  void bind_withASec1Key_works() throws Exception {
    Process convert = start("pkey", "-traditional", "-in", "key.pem", "-out", "sec1.pem");
    assertEquals(0, convert.waitFor());
    byte[] key = Files.readAllBytes(folder.resolve("sec1.pem"));
    assertTrue(new String(key, StandardCharsets.US_ASCII).contains("BEGIN EC PRIVATE KEY"));
    Server server = startEcho(Certificates.chain(Certificates.CHAINED), key);
    Process client = startClient(server.port);
    try (BufferedReader output = client.inputReader()) {
      send(client, "hello");
      await(output, "hello");
    }
  }

  private Process startServer(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                "chain.pem",
                "-cert_chain",
                "chain.pem",
                "-key",
                "key.pem",
                "-rev"));
    arguments.addAll(List.of(more));
    return start(arguments.toArray(String[]::new));
  }

  private static int port(BufferedReader output) throws IOException {
    String line = await(output, "ACCEPT");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).trim());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void sServer_givesBackWhatTheGuestSendsReversed(String protocol) throws Exception {
    Process server = startServer(protocol);
    BufferedReader output = server.inputReader();
    TlsGuest guest = new TlsGuest(imports, actors.newActor().context());
    long stream = guest.connect("localhost", port(output), -1).id();
    guest.writeAll(stream, "abc\n".getBytes(StandardCharsets.US_ASCII));
    assertEquals("cba\n", new String(guest.readExactly(stream, 4), StandardCharsets.US_ASCII));
    guest.drop(stream);
  }

  @Test
  void sServer_ofTls11_isAClearError() throws Exception {
    Process server = startServer("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0");
    BufferedReader output = server.inputReader();
    TlsGuest guest = new TlsGuest(imports, actors.newActor().context());
    String error = guest.error(guest.connect("localhost", port(output), -1));
    assertTrue(error.contains("neither TLS 1.3 nor TLS 1.2"), error);
  }
}
