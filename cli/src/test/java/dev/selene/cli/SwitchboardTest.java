package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guest {@code switchboard}: sockets that move, time out, are cloned, and lose their process.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class SwitchboardTest {
  @TempDir static Path folder;
  private static GuestProgram server;
  private static InetSocketAddress address;

  @BeforeAll
  static void start() throws Exception {
    server = GuestProgram.start(folder, "switchboard");
    address = server.address();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A connection that talks in lines. */
  private record Line(Socket socket, BufferedReader reader) implements AutoCloseable {
    static Line open() throws IOException {
      Socket socket = GuestProgram.connect(address);
      return new Line(
          socket,
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
    }

    void say(String text) throws IOException {
      socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    String ask(String text) throws IOException {
      say(text);
      return reader.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static void kill(String name) throws IOException {
    try (Line other = Line.open()) {
      assertEquals("killed", other.ask("kill " + name));
      awaitDeath(other, name);
    }
  }

  /** A kill is a message: the process is gone soon after, which the test's own limit bounds. */
  private static void awaitDeath(Line line, String name) throws IOException {
    while (!line.ask("alive " + name).equals("dead")) {
      Thread.onSpinWait();
    }
  }

  /** The end of a connection whose process is gone: the end of input, or a reset. */
  private static long readToItsEnd(InputStream input) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    try {
      for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
        total += length;
      }
    } catch (SocketException e) {
      assertTrue(e.getMessage().toLowerCase(Locale.ROOT).contains("reset"), e.getMessage());
    }
    return total;
  }

  @Test
  void process_killedInTheMiddleOfARead_closesItsConnection() throws Exception {
    try (Line line = Line.open()) {
      assertEquals("named", line.ask("name reader"));
      kill("reader");
      assertEquals(0, readToItsEnd(line.socket().getInputStream()));
    }
  }

  @Test
  void process_killedInTheMiddleOfAWrite_closesItsConnection() throws Exception {
    long most = 4L << 30;
    try (Line line = Line.open()) {
      assertEquals("named", line.ask("name writer"));
      line.say("send " + most);
      // Something came, so it writes; and it goes on, for nobody can keep so much.
      assertTrue(line.socket().getInputStream().read() >= 0);
      kill("writer");
      assertTrue(readToItsEnd(line.socket().getInputStream()) < most);
    }
  }

  @Test
  void process_thatNeverReads_isKilledAllTheSame() throws Exception {
    try (Line line = Line.open()) {
      assertEquals("named", line.ask("name staller"));
      line.say("stall");
      line.say("what nobody reads");
      kill("staller");
      assertEquals(0, readToItsEnd(line.socket().getInputStream()));
    }
  }

  @Test
  void process_thatPanics_takesItsConnectionAlone() throws Exception {
    try (Line other = Line.open();
        Line line = Line.open()) {
      assertEquals("named", line.ask("name panicker"));
      line.say("panic");
      assertNull(line.reader().readLine());
      awaitDeath(other, "panicker");
    }
  }

  @Test
  void peerThatResets_endsTheProcessThatReads() throws Exception {
    try (Line other = Line.open();
        Line line = Line.open()) {
      assertEquals("named", line.ask("name reset-me"));
      line.socket().setSoLinger(true, 0);
      line.close();
      awaitDeath(other, "reset-me");
    }
  }

  @Test
  void peerThatResets_endsTheProcessThatWrites() throws Exception {
    try (Line other = Line.open();
        Line line = Line.open()) {
      assertEquals("named", line.ask("name reset-me-writing"));
      line.say("send " + (4L << 30));
      assertTrue(line.socket().getInputStream().read() >= 0);
      line.socket().setSoLinger(true, 0);
      line.close();
      awaitDeath(other, "reset-me-writing");
    }
  }

  @Test
  void connection_movesThroughProcesses() throws Exception {
    try (Line line = Line.open()) {
      assertEquals("moving", line.ask("move 20"));
      assertEquals("after twenty hops", line.ask("after twenty hops"));
      line.socket().shutdownOutput();
      assertNull(line.reader().readLine());
    }
  }

  @Test
  void clones_areUsedByTwoProcesses() throws Exception {
    try (Line line = Line.open()) {
      line.say("clone");
      for (int i = 0; i < 100; i++) {
        assertEquals("line " + i, line.ask("line " + i));
      }
      line.socket().shutdownOutput();
      assertNull(line.reader().readLine());
    }
  }

  @Test
  void halfClose_ofALargeUpload_isCountedAndAnswered() throws Exception {
    byte[] sent = new byte[5_000_000];
    new Random(9).nextBytes(sent);
    long checksum = 0xcbf29ce484222325L;
    for (byte each : sent) {
      checksum = (checksum ^ (each & 0xff)) * 0x100000001b3L;
    }
    try (Line line = Line.open()) {
      line.say("count");
      line.socket().getOutputStream().write(sent);
      line.socket().shutdownOutput();
      assertEquals(sent.length + " " + String.format("%016x", checksum), line.reader().readLine());
      assertNull(line.reader().readLine());
    }
  }

  @Test
  void largeDownload_isExact() throws Exception {
    int count = 10_000_000;
    try (Line line = Line.open()) {
      line.say("send " + count);
      line.socket().shutdownOutput();
      byte[] received = line.socket().getInputStream().readAllBytes();
      assertEquals(count, received.length);
      for (int i = 0; i < count; i++) {
        if (received[i] != (byte) (i + i / 256)) {
          throw new AssertionError("byte " + i + " is " + received[i]);
        }
      }
    }
  }

  @Test
  void vectoredWrites_arriveInOrder() throws Exception {
    try (Line line = Line.open()) {
      line.say("greet 1000");
      for (int i = 0; i < 1000; i++) {
        assertEquals("number " + i, line.reader().readLine());
      }
    }
  }

  @Test
  void peer_isTheClient() throws Exception {
    try (Line line = Line.open()) {
      assertEquals("127.0.0.1:" + line.socket().getLocalPort(), line.ask("peer"));
    }
  }

  @Test
  void readTimeout_isAnError_andTheConnectionLives() throws Exception {
    try (Line line = Line.open()) {
      assertEquals("timed out", line.ask("timeout 50"));
      line.say("timeout 100000");
      assertEquals("read this", line.ask("this"));
      assertEquals("timed out", line.ask("timeout 1"));
      assertEquals("what?", line.ask("still there"));
    }
  }

  @Test
  void peek_leavesTheBytes() throws Exception {
    try (Line line = Line.open()) {
      assertEquals("peeking", line.ask("peek 50"));
      assertEquals("timed out", line.reader().readLine());
      assertEquals("peeking", line.ask("peek 100000"));
      assertEquals("peeked 4, same", line.ask("abc"));
    }
  }

  @Test
  void manyConnections_oneAfterTheOther() throws Exception {
    for (int i = 0; i < 1000; i++) {
      try (Line line = Line.open()) {
        assertEquals("number 0", line.ask("greet 1"));
      }
    }
  }
}
