package dev.selene.net.internal.tls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ProcessContext;
import dev.selene.net.internal.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that send much and say nothing. */
final class TlsFloodTest {
  private static final int BUFFER = 4_096;
  private static final int RECORDS = 1_000;

  private static final TlsStream.Payer FREE =
      new TlsStream.Payer() {
        @Override
        public void charge(boolean reading, int bytes) {}

        @Override
        public void keep(boolean reading, int bytes) {}
      };

  private final Actors actors = new Actors();
  private final MemoryTransport[] ends = MemoryTransport.pair(64 * 1024);

  @AfterEach
  void endActors() {
    actors.close();
  }

  @Test
  void recordsWithoutData_costTheReaderFuel() throws Exception {
    Actors.Actor<Long> server = actors.newActor();
    actors.start(
        server,
        process -> {
          long id = TlsHandle.accepted(process, Certificates.identity(Certificates.GOOD), ends[0]);
          TlsHandle handle = TlsHandle.of(process, id);
          handle.read(process, BUFFER, 1);
          long before = server.state.fuelBytes;
          handle.read(process, BUFFER, 1);
          return server.state.fuelBytes - before;
        });
    actors.start(this::flood).get();
    long fuel = server.get();
    assertTrue(fuel >= 10_000L * RECORDS, () -> "charged for " + fuel + " bytes");
  }

  private Void flood(ProcessContext process) throws IOException {
    SSLEngine engine = Certificates.trustRoot().newEngine("localhost", 443);
    TlsStream stream = new TlsStream(ends[1], engine, "the server");
    stream.handshake(process, FREE, Deadline.NEVER);
    stream.write(process, FREE, new byte[] {'a'}, 1);
    byte[] record = new byte[engine.getSession().getPacketBufferSize()];
    for (int i = 0; i < RECORDS; i++) {
      ByteBuffer out = ByteBuffer.wrap(record);
      // With TLS 1.3 that is an update of the keys.
      engine.beginHandshake();
      engine.wrap(ByteBuffer.allocate(0), out);
      assertTrue(out.position() > 0, "the engine sends no record");
      int done = 0;
      while (done < out.position()) {
        done += ends[1].write(process, record, done, out.position() - done, -1);
      }
    }
    stream.write(process, FREE, new byte[] {'b'}, 1);
    return null;
  }
}
