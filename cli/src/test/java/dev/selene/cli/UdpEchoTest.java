package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guest {@code udp-echo}. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class UdpEchoTest {
  private static final int ATTEMPTS = 60;

  @TempDir static Path folder;
  private static GuestProgram server;
  private static InetSocketAddress address;

  @BeforeAll
  static void start() throws Exception {
    server = GuestProgram.start(folder, "udp-echo");
    address = server.address();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Datagrams may be lost, even here; so each is sent again after a second without an answer. */
  private static byte[] ask(DatagramSocket socket, byte[] sent) throws Exception {
    socket.setSoTimeout(1_000);
    DatagramPacket answer = new DatagramPacket(new byte[65_536], 65_536);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      socket.send(new DatagramPacket(sent, sent.length, address));
      try {
        socket.receive(answer);
        assertEquals(address, answer.getSocketAddress());
        byte[] received = new byte[answer.getLength()];
        System.arraycopy(answer.getData(), 0, received, 0, received.length);
        return received;
      } catch (SocketTimeoutException e) {
        assertTrue(server.isAlive(), server.output());
      }
    }
    throw new AssertionError("no answer: " + server.output());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 1_400, 9_000, 65_507})
  void datagram_comesBackWhole(int size) throws Exception {
    byte[] sent = new byte[size];
    new Random(size).nextBytes(sent);
    try (DatagramSocket socket = new DatagramSocket()) {
      assertArrayEquals(sent, ask(socket, sent));
    }
  }

  @Test
  void datagram_withoutContent_comesBack() throws Exception {
    try (DatagramSocket socket = new DatagramSocket()) {
      assertArrayEquals(new byte[0], ask(socket, new byte[0]));
      assertArrayEquals(new byte[] {1}, ask(socket, new byte[] {1}));
    }
  }

  @Test
  void clients_getTheirOwn() throws Exception {
    try (DatagramSocket one = new DatagramSocket();
        DatagramSocket other = new DatagramSocket()) {
      for (int i = 0; i < 100; i++) {
        byte[] first = ("one " + i).getBytes();
        byte[] second = ("other " + i).getBytes();
        assertArrayEquals(first, ask(one, first));
        assertArrayEquals(second, ask(other, second));
      }
    }
  }

  @Test
  void peerThatIsGone_harmsNobody() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (DatagramSocket gone = new DatagramSocket()) {
        gone.send(new DatagramPacket(new byte[100], 100, address));
      }
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      assertArrayEquals(new byte[] {2}, ask(socket, new byte[] {2}));
    }
  }

  @Test
  void netcat_getsItsWords() throws Exception {
    Tool run =
        Tool.run(folder, "over UDP\n", "nc", "-u", "-w", "2", "127.0.0.1", "" + address.getPort());
    assertEquals("over UDP\n", run.output());
  }

  @Test
  void guestAsClient_getsItsWords() throws Exception {
    try (GuestProgram client =
        GuestProgram.start(
            folder, "net-client", "udp", "127.0.0.1:" + address.getPort(), "guest to guest")) {
      client.exitCode();
      assertTrue(client.output().contains("ok: guest to guest"), client.output());
    }
  }
}
