package dev.selene.net.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HandleKind;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import dev.selene.host.Resource;
import dev.selene.net.internal.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of connections in memory, each in its process. */
final class TlsStreamTest {
  private static final int BUFFER = 4_096;

  private final Actors actors = new Actors();
  private MemoryTransport[] ends = MemoryTransport.pair(64 * 1024);

  @AfterEach
  void endActors() {
    actors.close();
  }

  private long accept(ProcessContext process, String certificate) {
    return TlsHandle.accepted(process, Certificates.identity(certificate), ends[0]);
  }

  private long connect(ProcessContext process) throws IOException {
    return connect(process, Certificates.trustRoot());
  }

  private long connect(ProcessContext process, TrustRoots roots) throws IOException {
    return TlsHandle.connected(process, roots, ends[1], "localhost", 443, Deadline.NEVER);
  }

  private static byte[] read(ProcessContext process, long id, int most) throws IOException {
    int count = TlsHandle.of(process, id).read(process, BUFFER, most);
    return process.memory().read(BUFFER, count);
  }

  private static byte[] readAll(ProcessContext process, long id) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      byte[] part = read(process, id, 50_000);
      if (part.length == 0) {
        return all.toByteArray();
      }
      all.writeBytes(part);
    }
  }

  private static void writeAll(ProcessContext process, long id, byte[] bytes) throws IOException {
    TlsHandle handle = TlsHandle.of(process, id);
    for (int done = 0; done < bytes.length; ) {
      int part = Math.min(bytes.length - done, TlsHandle.MOST_WRITTEN);
      done += handle.write(process, Arrays.copyOfRange(bytes, done, done + part), part);
    }
    handle.flush(process);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Actors.Actor<Void> startEcho(String certificate) {
    return actors.start(
        process -> {
          long id = accept(process, certificate);
          byte[] part = read(process, id, 20_000);
          while (part.length > 0) {
            writeAll(process, id, part);
            part = read(process, id, 20_000);
          }
          TlsHandle.drop(process, id);
          return null;
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {Certificates.GOOD, Certificates.RSA, Certificates.ED25519, Certificates.CHAINED})
  void echo_withEveryKindOfKey_givesBackWhatWasSentAndTheLedgerIsZero(String certificate)
      throws Exception {
    var server = startEcho(certificate);
    var client =
        actors.start(
            process -> {
              long id = connect(process);
              writeAll(process, id, text("hello"));
              byte[] answer = read(process, id, 100);
              TlsHandle.drop(process, id);
              return new String(answer, StandardCharsets.UTF_8);
            });
    assertEquals("hello", client.get());
    server.get();
    assertEquals(0, client.state.ledger);
    assertEquals(0, server.state.ledger);
    assertEquals(0, server.state.handleCount + client.state.handleCount);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_024, 100_000})
  void large_bothWaysAtOnceInFourProcesses_arrivesWhole(int mostAtOnce) throws Exception {
    int size = mostAtOnce < 100 ? 200_000 : 8_000_000;
    ends[0].mostAtOnce = mostAtOnce;
    ends[1].mostAtOnce = mostAtOnce;
    byte[] up = randomBytes(size, 1);
    byte[] down = randomBytes(size, 2);
    Actors.Actor<byte[]> serverReader = actors.newActor();
    Actors.Actor<Void> serverWriter = actors.newActor();
    Actors.Actor<byte[]> clientReader = actors.newActor();
    Actors.Actor<Void> clientWriter = actors.newActor();
    long accepted = accept(serverReader.context(), Certificates.GOOD);
    long acceptedToo = move(serverReader, serverWriter, accepted);
    // The client's handshake needs the server's, which its first read or write makes.
    actors.start(serverReader, process -> digest(readExactly(process, accepted, size)));
    actors.start(serverWriter, process -> writing(process, acceptedToo, down));
    long connected = connect(clientReader.context());
    long connectedToo = move(clientReader, clientWriter, connected);
    actors.start(clientReader, process -> digest(readExactly(process, connected, size)));
    actors.start(clientWriter, process -> writing(process, connectedToo, up));

    assertArrayEquals(digest(up), serverReader.get());
    assertArrayEquals(digest(down), clientReader.get());
    serverWriter.get();
    clientWriter.get();
    TlsHandle.drop(clientReader.context(), connected);
    TlsHandle.drop(clientWriter.context(), connectedToo);
    TlsHandle.drop(serverReader.context(), accepted);
    TlsHandle.drop(serverWriter.context(), acceptedToo);
    for (var actor : List.of(serverReader, serverWriter, clientReader, clientWriter)) {
      assertEquals(0, actor.state.ledger);
    }
  }

  private static Void writing(ProcessContext process, long id, byte[] bytes) throws IOException {
    writeAll(process, id, bytes);
    return null;
  }

  /** Shares a connection and sends the copy to another process, as a message does. */
  private static long move(Actors.Actor<?> from, Actors.Actor<?> to, long id) {
    long copy = TlsHandle.share(from.context(), id);
    Resource moved = from.context().handles(HandleKind.TLS_STREAM).remove(copy);
    from.context().release(moved.footprint());
    to.context().charge(moved.footprint());
    return to.context().handles(HandleKind.TLS_STREAM).add(moved);
  }

  private static byte[] readExactly(ProcessContext process, long id, int size) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (all.size() < size) {
      byte[] part = read(process, id, 50_000);
      assertTrue(part.length > 0, "ended after " + all.size());
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] randomBytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] digest(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  @Test
  void read_inSmallPieces_keepsTheRestOfTheRecord() throws Exception {
    startEcho(Certificates.GOOD);
    var client =
        actors.start(
            process -> {
              long id = connect(process);
              writeAll(process, id, text("abcdef"));
              StringBuilder got = new StringBuilder();
              while (got.length() < 6) {
                got.append(new String(read(process, id, 4), StandardCharsets.UTF_8)).append('|');
              }
              TlsHandle.drop(process, id);
              return got.toString();
            });
    assertEquals("abcd|ef|", client.get());
    assertEquals(0, client.state.ledger);
  }

  @Test
  void idle_afterLargeTransfers_holdsNoBuffers() throws Exception {
    startEcho(Certificates.GOOD);
    byte[] sent = randomBytes(16_000, 3);
    var client =
        actors.start(
            process -> {
              long id = connect(process);
              writeAll(process, id, sent);
              assertArrayEquals(sent, readExactly(process, id, sent.length));
              long after = TlsHandle.of(process, id).footprint();
              TlsHandle.drop(process, id);
              return after;
            });
    assertEquals(TlsHandle.ENGINE_BYTES, client.get());
  }

  @Test
  void waitingReader_holdsOneSmallBuffer() throws Exception {
    startEcho(Certificates.GOOD);
    Actors.Actor<Void> client = actors.newActor();
    long id = connect(client.context());
    actors.start(
        client,
        process -> {
          read(process, id, 10_000);
          return null;
        });
    awaitParkedReader(ends[1]);
    assertEquals(
        TlsHandle.ENGINE_BYTES + RecordReader.IDLE_BUFFER,
        TlsHandle.of(client.context(), id).footprint());
  }

  private static void awaitParkedReader(MemoryTransport end) {
    long patience = System.nanoTime() + 60_000_000_000L;
    while (!end.isAwaited()) {
      assertTrue(System.nanoTime() < patience, "nobody reads");
      Thread.onSpinWait();
    }
  }

  @Test
  void read_afterTheTimeout_timesOutAndGoesOnLater() throws Exception {
    Actors.Actor<Void> server = actors.newActor();
    long accepted = accept(server.context(), Certificates.GOOD);
    actors.start(
        server,
        process -> {
          writeAll(process, accepted, read(process, accepted, 100));
          return null;
        });
    var client =
        actors.start(
            process -> {
              long id = connect(process);
              TlsHandle handle = TlsHandle.of(process, id);
              handle.setReadTimeout(20);
              assertEquals(20, handle.readTimeout());
              assertThrows(SocketTimeoutException.class, () -> read(process, id, 10));
              handle.setReadTimeout(0);
              assertThrows(SocketTimeoutException.class, () -> read(process, id, 10));
              handle.setReadTimeout(-1);
              writeAll(process, id, text("late"));
              return new String(read(process, id, 10), StandardCharsets.UTF_8);
            });
    assertEquals("late", client.get());
  }

  @Test
  void write_toAPeerThatDoesNotRead_timesOutAndLosesNothing() throws Exception {
    Actors.Actor<byte[]> server = actors.newActor();
    long accepted = accept(server.context(), Certificates.GOOD);
    actors.start(
        server,
        process -> {
          assertEquals(1, read(process, accepted, 1).length);
          return null;
        });
    Actors.Actor<Integer> client = actors.newActor();
    long id = connect(client.context());
    byte[] piece = randomBytes(10_000, 4);
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    writeAll(client.context(), id, text("!"));
    server.get();
    TlsHandle handle = TlsHandle.of(client.context(), id);
    handle.setWriteTimeout(20);
    assertThrows(
        SocketTimeoutException.class,
        () -> {
          while (true) {
            int count = handle.write(client.context(), piece, piece.length);
            taken.write(piece, 0, count);
            assertTrue(taken.size() < 1_000_000, "nothing may buffer without bound");
          }
        });
    assertThrows(SocketTimeoutException.class, () -> handle.flush(client.context()));
    handle.setWriteTimeout(-1);
    Actors.Actor<byte[]> reader = actors.newActor();
    long moved = move(server, reader, accepted);
    actors.start(reader, process -> readAll(process, moved));
    writeAll(client.context(), id, text("end"));
    TlsHandle.drop(client.context(), id);
    taken.writeBytes(text("end"));
    assertArrayEquals(taken.toByteArray(), reader.get());
    assertEquals(0, client.state.ledger);
  }

  @Test
  void kill_inTheHandshake_letsAnotherProcessGoOn() throws Exception {
    Actors.Actor<Void> first = actors.newActor();
    Actors.Actor<String> second = actors.newActor();
    long accepted = accept(first.context(), Certificates.GOOD);
    long acceptedToo = move(first, second, accepted);
    actors.start(
        first,
        process -> {
          read(process, accepted, 10);
          return null;
        });
    awaitParkedReader(ends[0]);
    first.kill();
    assertThrows(ProcessExit.class, first::get);
    TlsHandle.drop(first.context(), accepted);
    actors.start(
        second, process -> new String(read(process, acceptedToo, 10), StandardCharsets.UTF_8));
    Actors.Actor<Void> client = actors.newActor();
    long id = connect(client.context());
    writeAll(client.context(), id, text("go on"));
    assertEquals("go on", second.get());
    assertEquals(0, first.state.ledger);
  }

  @Test
  void kill_inARead_leavesTheBytesToAnotherProcess() throws Exception {
    Actors.Actor<Void> first = actors.newActor();
    Actors.Actor<String> second = actors.newActor();
    startEcho(Certificates.GOOD);
    long id = connect(first.context());
    long shared = move(first, second, id);
    actors.start(
        first,
        process -> {
          read(process, id, 10);
          return null;
        });
    awaitParkedReader(ends[1]);
    actors.start(second, process -> new String(read(process, shared, 10), StandardCharsets.UTF_8));
    first.kill();
    assertThrows(ProcessExit.class, first::get);
    TlsHandle.drop(first.context(), id);
    assertEquals(0, first.state.ledger);
    Actors.Actor<Void> writer = actors.newActor();
    long forWriter = move(second, writer, shared);
    writeAll(writer.context(), forWriter, text("mine"));
    assertEquals("mine", second.get());
  }

  @Test
  void close_withoutCloseNotify_isAnErrorAfterTheData() throws Exception {
    Actors.Actor<Void> server = actors.newActor();
    long accepted = accept(server.context(), Certificates.GOOD);
    actors.start(
        server,
        process -> {
          writeAll(process, accepted, text("half a "));
          // as the end of a killed process does
          process.handles(HandleKind.TLS_STREAM).remove(accepted).close();
          return null;
        });
    var client =
        actors.start(
            process -> {
              long id = connect(process);
              assertArrayEquals(text("half a "), read(process, id, 100));
              String error =
                  assertThrows(TlsFailure.class, () -> read(process, id, 1)).getMessage();
              assertEquals(
                  error, assertThrows(TlsFailure.class, () -> read(process, id, 1)).getMessage());
              assertThrows(
                  TlsFailure.class, () -> TlsHandle.of(process, id).write(process, text("x"), 1));
              TlsHandle.drop(process, id);
              return error;
            });
    assertEquals(
        "the connection to localhost port 443 was cut: it ended without a close_notify, so bytes"
            + " may be missing",
        client.get());
    assertEquals(0, client.state.ledger);
  }

  private String handshakeError(String certificate, TrustRoots roots) throws Exception {
    var server =
        actors.start(
            process -> {
              long id = accept(process, certificate);
              String error =
                  assertThrows(TlsFailure.class, () -> read(process, id, 1)).getMessage();
              TlsHandle.drop(process, id);
              return error;
            });
    var client =
        actors.start(
            process -> assertThrows(TlsFailure.class, () -> connect(process, roots)).getMessage());
    String error = client.get();
    String seenByServer = server.get();
    assertTrue(seenByServer.contains(" refused TLS with the alert certificate_"), seenByServer);
    assertEquals(0, client.state.ledger + server.state.ledger);
    assertEquals(0, client.state.handleCount + server.state.handleCount);
    return error;
  }

  @Test
  void connect_toAnExpiredCertificate_saysSo() throws Exception {
    String error = handshakeError(Certificates.EXPIRED, Certificates.trustRoot());
    assertTrue(
        error.startsWith("the certificate of localhost port 443 has expired: NotAfter"), error);
  }

  @Test
  void connect_toAnExpiredCertificateThatIsItselfARoot_saysSo() throws Exception {
    String error =
        handshakeError(
            Certificates.SELF_SIGNED_EXPIRED,
            TrustRoots.read(List.of(Certificates.chain(Certificates.SELF_SIGNED_EXPIRED))));
    assertTrue(
        error.startsWith("the certificate of localhost port 443 has expired: NotAfter"), error);
  }

  @Test
  void connect_toACertificateOfAnotherName_saysSo() throws Exception {
    String error = handshakeError(Certificates.OTHER_NAME, Certificates.trustRoot());
    assertTrue(
        error.startsWith("the certificate of localhost port 443 is for another name: "), error);
  }

  @ParameterizedTest
  @ValueSource(strings = {Certificates.SELF_SIGNED, Certificates.GOOD})
  void connect_toAnUnknownAuthority_saysSo(String certificate) throws Exception {
    TrustRoots others =
        TrustRoots.read(List.of(Certificates.chain(Certificates.SELF_SIGNED_EXPIRED)));
    assertEquals(
        "the certificate of localhost port 443 comes from an unknown authority",
        handshakeError(certificate, others));
  }

  @Test
  void connect_toASelfSignedCertificateThatIsARoot_works() throws Exception {
    startEcho(Certificates.SELF_SIGNED);
    Actors.Actor<Void> client = actors.newActor();
    connect(
        client.context(), TrustRoots.read(List.of(Certificates.chain(Certificates.SELF_SIGNED))));
  }

  private void send(int end, byte[] bytes) {
    actors.start(process -> ends[end].write(process, bytes, 0, bytes.length, -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n", "\0\0\0\0\0\0\0"})
  void connect_toSomethingThatIsNotTls_saysSo(String greeting) throws Exception {
    send(0, text(greeting));
    Actors.Actor<Void> client = actors.newActor();
    assertEquals(
        "localhost port 443 does not speak TLS: what came is not a TLS record",
        assertThrows(TlsFailure.class, () -> connect(client.context())).getMessage());
    assertEquals(0, client.state.ledger);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001xxxxxxxxxxxxxxxxxxx"})
  void accept_ofSomethingThatIsNotTls_isAnErrorOfTheFirstRead(String greeting) throws Exception {
    send(1, greeting.getBytes(StandardCharsets.ISO_8859_1));
    Actors.Actor<Void> server = actors.newActor();
    long id = accept(server.context(), Certificates.GOOD);
    assertThrows(TlsFailure.class, () -> read(server.context(), id, 1));
    TlsHandle.drop(server.context(), id);
    assertEquals(0, server.state.ledger);
  }

  @Test
  void accept_ofAPeerThatCloses_isAnErrorOfTheFirstRead() throws Exception {
    Actors.Actor<Void> server = actors.newActor();
    long id = accept(server.context(), Certificates.GOOD);
    ends[1].close();
    String error = assertThrows(TlsFailure.class, () -> read(server.context(), id, 1)).getMessage();
    assertTrue(error.contains("closed the connection during the handshake"), error);
  }

  @Test
  void read_ofADamagedRecord_isAnError() throws Exception {
    Actors.Actor<Void> server = actors.newActor();
    long accepted = accept(server.context(), Certificates.GOOD);
    var reading =
        actors.start(
            server,
            process -> {
              read(process, accepted, 10);
              return null;
            });
    Actors.Actor<Void> client = actors.newActor();
    connect(client.context());
    byte[] forged = new byte[5 + 64];
    forged[0] = 23;
    forged[1] = 3;
    forged[2] = 3;
    forged[4] = 64;
    ends[1].write(client.context(), forged, 0, forged.length, -1);
    String error = assertThrows(TlsFailure.class, reading::get).getMessage();
    assertTrue(error.startsWith("TLS with 127.0.0.1 port 2 failed: "), error);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        TlsHandle.ENGINE_BYTES - 1,
        TlsHandle.ENGINE_BYTES,
        TlsHandle.ENGINE_BYTES + TlsStream.HANDSHAKE_BYTES + 100
      })
  void connect_whenTheLedgerIsFull_leavesNothingBehind(int limit) {
    Actors.Actor<Void> client = actors.newActor();
    client.state.ledgerLimit = limit;
    assertThrows(ProcessExit.class, () -> connect(client.context()));
    assertEquals(0, client.state.ledger);
    assertEquals(0, client.state.handleCount);
    assertThrows(IOException.class, () -> ends[1].write(client.context(), new byte[1], 0, 1, 0));
  }

  @Test
  void accepted_beforeItsHandshakeIsOver_paysForIt() throws Exception {
    Actors.Actor<Void> server = actors.newActor();
    long id = accept(server.context(), Certificates.GOOD);
    TlsHandle handle = TlsHandle.of(server.context(), id);
    assertEquals(TlsHandle.ENGINE_BYTES, handle.footprint());
    handle.setReadTimeout(0);
    assertThrows(SocketTimeoutException.class, () -> read(server.context(), id, 1));
    assertEquals(TlsHandle.ENGINE_BYTES + TlsStream.HANDSHAKE_BYTES, handle.footprint());
    TlsHandle.drop(server.context(), id);
    assertEquals(0, server.state.ledger);
  }

  @Test
  void handshake_thatTakesTooLong_isAnErrorAndClosesTheTransport() {
    Actors.Actor<Void> server = actors.newActor();
    TlsStream stream =
        new TlsStream(
            ends[0], Certificates.identity(Certificates.GOOD).newEngine(), "a client", 20_000_000);
    TlsStream.Payer payer =
        new TlsStream.Payer() {
          @Override
          public void charge(boolean reading, int bytes) {}

          @Override
          public void keep(boolean reading, int bytes) {}
        };
    String expected = "the handshake with a client took longer than 20 milliseconds";
    for (int i = 0; i < 2; i++) {
      assertEquals(
          expected,
          assertThrows(
                  TlsFailure.class,
                  () -> stream.read(server.context(), payer, 1, (from, offset, length) -> {}))
              .getMessage());
    }
    assertThrows(IOException.class, () -> ends[1].write(server.context(), new byte[1], 0, 1, 0));
  }
}
