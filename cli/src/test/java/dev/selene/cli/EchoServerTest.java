package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guest {@code echo-server}, one for all tests: what one of them does harms no other. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class EchoServerTest {
  private static final int QUIET_MILLIS = 2_000;

  @TempDir static Path folder;
  private static GuestProgram server;
  private static InetSocketAddress address;

  @BeforeAll
  static void start() throws Exception {
    server = GuestProgram.start(folder, "echo-server");
    address = server.address();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Sends and receives at the same time, as one must when it is more than buffers hold. */
  private static byte[] echo(Socket socket, byte[] sent) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> sender =
          threads.submit(
              () -> {
                socket.getOutputStream().write(sent);
                return null;
              });
      byte[] received = new byte[sent.length];
      new DataInputStream(socket.getInputStream()).readFully(received);
      sender.get();
      return received;
    }
  }

  private static void assertServes() throws Exception {
    try (Socket socket = GuestProgram.connect(address)) {
      byte[] sent = bytes(1000, 7);
      assertArrayEquals(sent, echo(socket, sent));
    }
  }

  @Test
  void message_comesBack() throws Exception {
    assertServes();
  }

  @Test
  void connections200_atOnce_eachGetTheirOwn() throws Exception {
    int connections = 200;
    List<Socket> sockets = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < connections; i++) {
        sockets.add(GuestProgram.connect(address));
      }
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        Socket socket = sockets.get(i);
        int seed = i;
        tasks.add(
            () -> {
              for (int round = 0; round < 20; round++) {
                byte[] sent = bytes(1 + (seed * 37 + round * 811) % 9000, seed * 100L + round);
                assertArrayEquals(sent, echo(socket, sent));
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void halfClose_restComesBack_thenTheEnd() throws Exception {
    try (Socket socket = GuestProgram.connect(address)) {
      byte[] sent = bytes(100_000, 1);
      socket.getOutputStream().write(sent);
      socket.shutdownOutput();
      assertArrayEquals(sent, socket.getInputStream().readAllBytes());
    }
  }

  @Test
  void reset_inTheMiddle_harmsNobody() throws Exception {
    for (int i = 0; i < 50; i++) {
      Socket socket = GuestProgram.connect(address);
      socket.getOutputStream().write(bytes(50_000, i));
      socket.setSoLinger(true, 0);
      socket.close();
    }
    assertServes();
  }

  @Test
  void transfer_ofManyBytes_isExact() throws Exception {
    try (Socket socket = GuestProgram.connect(address)) {
      byte[] sent = bytes(32 << 20, 2);
      assertArrayEquals(sent, echo(socket, sent));
    }
  }

  /** Writes until nothing is taken for a while. */
  private static long writeUntilStopped(SocketChannel channel, byte[] block, long most)
      throws IOException {
    long written = 0;
    try (Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_WRITE);
      while (written < most) {
        int at = (int) (written % block.length);
        int taken = channel.write(ByteBuffer.wrap(block, at, block.length - at));
        written += taken;
        if (taken == 0) {
          selector.selectedKeys().clear();
          if (selector.select(QUIET_MILLIS) == 0) {
            break;
          }
        }
      }
    }
    channel.configureBlocking(true);
    return written;
  }

  @Test
  void peerThatDoesNotRead_isStopped_othersAreServed() throws Exception {
    byte[] block = bytes(1 << 16, 3);
    long most = 64L << 20;
    assertServes();
    long before = server.residentBytes();
    List<SocketChannel> slow = new ArrayList<>();
    List<Long> written = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        SocketChannel channel = SocketChannel.open(address);
        slow.add(channel);
        written.add(writeUntilStopped(channel, block, most));
      }
      for (long each : written) {
        assertTrue(each < most, "stopped after " + each + " bytes");
      }
      assertServes();
      long grown = server.residentBytes() - before;
      assertTrue(grown < 256 << 20, "grew by " + grown + " bytes; written " + written);
      assertTrue(server.isAlive());
      SocketChannel channel = slow.getFirst();
      channel.shutdownOutput();
      long total = 0;
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (channel.read(buffer.clear()) >= 0) {
        for (buffer.flip(); buffer.hasRemaining(); total++) {
          assertEquals(block[(int) (total % block.length)], buffer.get());
        }
      }
      assertEquals(written.getFirst(), total);
    } finally {
      for (SocketChannel channel : slow) {
        channel.close();
      }
    }
  }

  @Test
  void netcat_getsItsWords() throws Exception {
    String port = Integer.toString(address.getPort());
    Tool run = Tool.run(folder, "over netcat\n", "nc", "-N", "127.0.0.1", port);
    assertEquals("over netcat\n", run.output());
  }

  @Test
  void portInUse_isAClearError_andExitCode1() throws Exception {
    try (GuestProgram second =
        GuestProgram.start(folder, "echo-server", "127.0.0.1:" + address.getPort())) {
      int code = second.exitCode();
      String output = second.output();
      assertTrue(output.toLowerCase().contains("address already in use"), output);
      assertTrue(output.contains("echo-server: cannot listen on 127.0.0.1:"), output);
      assertEquals(GuestProgram.PEER ? 0 : 1, code, output);
    }
    assertServes();
  }

  @Test
  void ipv6_isServed() throws Exception {
    try (GuestProgram six = GuestProgram.start(folder, "echo-server", "[::1]:0")) {
      try (Socket socket = six.connect()) {
        socket.getOutputStream().write("six".getBytes(StandardCharsets.US_ASCII));
        assertEquals("six", new String(socket.getInputStream().readNBytes(3)));
      }
    }
  }
}
