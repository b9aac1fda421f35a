package dev.selene.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HandleKind;
import dev.selene.host.HostTrap;
import dev.selene.host.NetworkAccess;
import dev.selene.host.NetworkRule;
import dev.selene.host.Resource;
import dev.selene.host.lunatic.MessageImports;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TCP between guests, and between a guest and the JDK's own sockets. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpImportsTest {
  private static final long TIMED_OUT = 9027;

  private final Networking networking = new Networking();
  private final Guest guest = new Guest(networking);
  private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    others.shutdownNow();
  }

  private Socket client(int port) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  @Test
  void bytes_goBothWays() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      client.getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
      assertEquals("ping", guest.read(stream, 100));
      assertEquals(4, guest.write(stream, "pong"));
      assertEquals(
          "pong", new String(client.getInputStream().readNBytes(4), StandardCharsets.UTF_8));
    }
  }

  @Test
  void read_parksUntilSomethingComes() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      for (int i = 0; i < 100; i++) {
        String text = "message " + i;
        Future<?> later =
            others.submit(
                () -> {
                  client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                  return null;
                });
        assertEquals(text, guest.read(stream, 100));
        later.get();
      }
    }
  }

  @Test
  void accept_parksUntilSomebodyComes() throws Exception {
    long listener = guest.bind();
    int port = guest.port(listener);
    Future<Socket> client = others.submit(() -> client(port));
    long stream = guest.accept(listener);
    guest.write(stream, "hello");
    try (Socket socket = client.get()) {
      assertEquals('h', socket.getInputStream().read());
    }
  }

  @Test
  void endOfStream_readsAsNothing_andTheOtherWayStaysOpen() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      client.getOutputStream().write('x');
      client.shutdownOutput();
      assertEquals("x", guest.read(stream, 100));
      assertEquals("", guest.read(stream, 100));
      assertEquals("", guest.read(stream, 100));
      guest.write(stream, "still here");
      assertEquals('s', client.getInputStream().read());
    }
  }

  @Test
  void drop_closesTheConnection_withTheLastClone() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      long clone = guest.call("clone_tcp_stream", stream);
      assertNotEquals(stream, clone);
      guest.call("drop_tcp_stream", stream);
      guest.write(clone, "a");
      assertEquals('a', client.getInputStream().read());
      guest.call("drop_tcp_stream", clone);
      assertEquals(-1, client.getInputStream().read());
      assertThrows(HostTrap.class, () -> guest.call("drop_tcp_stream", clone));
    }
  }

  @Test
  void reset_isAnError() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
      client.close();
      assertEquals(1, guest.call("tcp_read", stream, Guest.DATA, 10, Guest.OUT));
      assertTrue(guest.error().contains("Connection reset"), guest.error());
    }
  }

  @Test
  void peek_leavesTheBytes() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      OutputStream output = client.getOutputStream();
      output.write("abc".getBytes(StandardCharsets.UTF_8));
      assertEquals("a", guest.peek(stream, 1));
      String seen = guest.peek(stream, 100);
      assertTrue("abc".startsWith(seen), seen);
      assertEquals("a", guest.read(stream, 1));
      assertEquals("b", guest.peek(stream, 1));
      StringBuilder rest = new StringBuilder();
      while (rest.length() < 2) {
        rest.append(guest.read(stream, 100));
      }
      assertEquals("bc", rest.toString());
      client.shutdownOutput();
      assertEquals("", guest.peek(stream, 100));
      assertEquals("", guest.read(stream, 100));
    }
  }

  @Test
  void peek_growsWithWhatComes() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      client.getOutputStream().write('1');
      assertEquals("1", guest.peek(stream, 2));
      client.getOutputStream().write('2');
      String seen = "1";
      while (seen.length() < 2) {
        seen = guest.peek(stream, 2);
      }
      assertEquals("12", seen);
    }
  }

  @Test
  void timeouts_areOver_andHaveAnErrorToDrop() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      long clone = guest.call("clone_tcp_stream", stream);
      assertEquals(-1, guest.call("get_read_timeout", clone));
      guest.call("set_read_timeout", stream, 20L);
      guest.call("set_peek_timeout", stream, 0L);
      assertEquals(20, guest.call("get_read_timeout", clone));
      assertEquals(0, guest.call("get_peek_timeout", clone));
      assertEquals(-1, guest.call("get_write_timeout", clone));
      assertEquals(TIMED_OUT, guest.call("tcp_read", clone, Guest.DATA, 10, Guest.OUT));
      assertEquals("cannot read: timed out", guest.error());
      assertEquals(TIMED_OUT, guest.call("tcp_peek", clone, Guest.DATA, 10, Guest.OUT));
      guest.call("set_read_timeout", stream, 0L);
      client.getOutputStream().write('x');
      long code = TIMED_OUT;
      while (code == TIMED_OUT) {
        code = guest.call("tcp_read", clone, Guest.DATA, 10, Guest.OUT);
      }
      assertEquals(0, code);
      assertEquals("x", guest.text(guest.out()));
    }
  }

  @Test
  void slowReader_stopsTheWriter_andNothingIsLost() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      guest.call("set_write_timeout", stream, 50L);
      byte[] pattern = new byte[60_000];
      for (int i = 0; i < pattern.length; i++) {
        pattern[i] = (byte) (i % 251);
      }
      guest.process.memory.write(Guest.DATA, pattern, 0, pattern.length);
      guest.process.memory.putInt(512, Guest.DATA);
      guest.process.memory.putInt(516, pattern.length);
      long ledger = guest.process.ledger;
      long written = 0;
      long code = 0;
      while (code == 0) {
        int offset = (int) (written % 251);
        guest.process.memory.putInt(512, Guest.DATA + offset);
        guest.process.memory.putInt(516, pattern.length - 251);
        code = guest.call("tcp_write_vectored", stream, 512, 1, Guest.OUT);
        written += code == 0 ? guest.out() : 0;
        assertTrue(written < 64 << 20, "the system's buffers end somewhere");
      }
      assertEquals(TIMED_OUT, code);
      assertTrue(guest.process.ledger - ledger < 1_000, "a blocked writer keeps no bytes");
      long expected = written;
      Future<Long> reader =
          others.submit(
              () -> {
                InputStream input = client.getInputStream();
                byte[] some = new byte[8192];
                long at = 0;
                while (at < expected + 1) {
                  int count = input.read(some);
                  if (count < 0) {
                    return at;
                  }
                  for (int i = 0; i < count; i++, at++) {
                    if (some[i] != (byte) (at % 251)) {
                      throw new AssertionError("wrong byte at " + at);
                    }
                  }
                }
                return at;
              });
      guest.call("set_write_timeout", stream, -1L);
      guest.process.memory.putInt(512, Guest.DATA + (int) (written % 251));
      guest.process.memory.putInt(516, 1);
      assertEquals(0, guest.call("tcp_write_vectored", stream, 512, 1, Guest.OUT));
      assertEquals(expected + 1, reader.get(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void vectors_areGathered_emptyOnesToo() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      guest.process.memory.putText(Guest.DATA, "hello, world");
      int[] ranges = {Guest.DATA, 0, Guest.DATA, 5, 0, 0, Guest.DATA + 5, 7};
      for (int i = 0; i < ranges.length; i++) {
        guest.process.memory.putInt(512 + 4 * i, ranges[i]);
      }
      assertEquals(0, guest.call("tcp_write_vectored", stream, 512, 4, Guest.OUT));
      assertEquals(12, guest.out());
      assertEquals(
          "hello, world",
          new String(client.getInputStream().readNBytes(12), StandardCharsets.UTF_8));
      assertEquals(0, guest.call("tcp_write_vectored", stream, 512, 1, Guest.OUT));
      assertEquals(0, guest.out());
      assertEquals(0, guest.call("tcp_flush", stream, Guest.OUT));
    }
  }

  @Test
  void connect_refused_isAnErrorWithTheAddress() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertEquals(1, guest.tryToConnect(port, Guest.FOR_EVER));
    assertEquals("cannot connect to 127.0.0.1:" + port + ": Connection refused", guest.error());
    assertEquals(0, networking.openSockets());
  }

  @Test
  void connect_timesOut() throws Exception {
    try (ServerSocket full = new ServerSocket()) {
      full.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      long code = 0;
      for (int i = 0; i < 64 && code == 0; i++) {
        code = guest.tryToConnect(full.getLocalPort(), 200);
      }
      assertEquals(TIMED_OUT, code);
      assertTrue(guest.error().endsWith("timed out"), guest.error());
    }
  }

  @Test
  void connect_withoutTime_succeedsWhereItIsImmediate() throws Exception {
    long listener = guest.bind();
    assertEquals(0, guest.tryToConnect(guest.port(listener), 0));
    long stream = guest.out();
    assertEquals(guest.port(listener), guest.portOf(peer(stream)));
  }

  private long peer(long stream) {
    assertEquals(0, guest.call("tcp_peer_addr", stream, Guest.OUT));
    return guest.out();
  }

  @Test
  void portInUse_isAnError() {
    long listener = guest.bind();
    int port = guest.port(listener);
    assertEquals(1, guest.call("tcp_bind", 4, Guest.ADDRESS, port, 0, 0, Guest.OUT));
    assertEquals("cannot listen on 127.0.0.1:" + port + ": Address already in use", guest.error());
    guest.call("drop_tcp_listener", listener);
    assertEquals(0, guest.call("tcp_bind", 4, Guest.ADDRESS, port, 0, 0, Guest.OUT));
  }

  @Test
  void addressesOfSixteenBytes() throws Exception {
    guest.process.memory.write(Guest.ADDRESS, InetAddress.getByName("::1").getAddress(), 0, 16);
    assertEquals(0, guest.call("tcp_bind", 6, Guest.ADDRESS, 0, 0, 0, Guest.OUT));
    long listener = guest.out();
    assertEquals(0, guest.call("tcp_local_addr", listener, Guest.OUT));
    long iterator = guest.out();
    assertEquals(0, guest.call("resolve_next", iterator, 200, 208, 224, 228, 232));
    assertEquals(6, guest.process.memory.getInt(200));
    assertEquals(1, guest.process.memory.getByte(223));
    assertEquals(0, guest.process.memory.getInt(228));
    assertEquals(0, guest.process.memory.getInt(232));
    int port = Short.toUnsignedInt((short) guest.process.memory.getInt(224));
    assertEquals(1, guest.call("resolve_next", iterator, 200, 208, 224, 228, 232));
    guest.process.memory.write(Guest.ADDRESS, InetAddress.getByName("::1").getAddress(), 0, 16);
    assertEquals(0, guest.call("tcp_connect", 6, Guest.ADDRESS, port, 7, 0, -1L, Guest.OUT));
  }

  @Test
  void fourBytesInSixteen_areFour() throws Exception {
    long listener = guest.bind();
    int port = guest.port(listener);
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
    guest.process.memory.write(Guest.ADDRESS, mapped, 0, 16);
    assertEquals(0, guest.call("tcp_connect", 6, Guest.ADDRESS, port, 0, 0, -1L, Guest.OUT));
    Guest sixes =
        new Guest(
            networking, NetworkAccess.of(List.of(NetworkRule.parse("[::/0]:1-65535")), List.of()));
    sixes.process.memory.write(Guest.ADDRESS, mapped, 0, 16);
    assertEquals(1, sixes.call("tcp_connect", 6, Guest.ADDRESS, port, 0, 0, -1L, Guest.OUT));
    assertTrue(sixes.error().contains("permission denied"), sixes.error());
  }

  @Test
  void wrongAddressType_traps() {
    for (int type : new int[] {0, 5, -1, Integer.MAX_VALUE}) {
      HostTrap trap =
          assertThrows(
              HostTrap.class,
              () -> guest.call("tcp_bind", type, Guest.ADDRESS, 0, 0, 0, Guest.OUT));
      assertEquals("address type is " + type + ", neither 4 nor 6", trap.getMessage());
    }
    assertThrows(
        HostTrap.class, () -> guest.call("tcp_bind", 4, Guest.ADDRESS, 65_536, 0, 0, Guest.OUT));
    assertThrows(
        HostTrap.class, () -> guest.call("tcp_connect", 4, Guest.ADDRESS, -1, 0, 0, 0L, Guest.OUT));
    assertEquals(0, networking.openSockets());
  }

  @Test
  void twoProcesses_takeTurnsToRead() throws Exception {
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      long clone = guest.call("clone_tcp_stream", stream);
      Resource moved = guest.process.handles(HandleKind.TCP_STREAM).remove(clone);
      Guest other = new Guest(networking);
      long taken = other.process.handles(HandleKind.TCP_STREAM).add(moved);
      int messages = 500;
      Future<Integer> second = others.submit(() -> count(other, taken, messages));
      Future<?> writer =
          others.submit(
              () -> {
                for (int i = 0; i < 2 * messages; i++) {
                  client.getOutputStream().write(i);
                }
                return null;
              });
      assertEquals(messages, count(guest, stream, messages));
      assertEquals(messages, second.get(30, TimeUnit.SECONDS));
      writer.get();
    }
  }

  private static int count(Guest reader, long stream, int bytes) {
    int sum = 0;
    while (sum < bytes) {
      sum += reader.read(stream, 1).isEmpty() ? 0 : 1;
    }
    return sum;
  }

  @Test
  void deniedAddresses_areErrorsThatSaySo() throws Exception {
    long listener = guest.bind();
    int port = guest.port(listener);
    Guest closed = new Guest(networking, NetworkAccess.NONE);
    assertEquals(1, closed.tryToConnect(port, Guest.FOR_EVER));
    assertEquals(
        "cannot connect to 127.0.0.1:"
            + port
            + ": permission denied: this process may not connect to 127.0.0.1:"
            + port,
        closed.error());
    assertEquals(1, closed.call("tcp_bind", 4, Guest.ADDRESS, 0, 0, 0, Guest.OUT));
    assertTrue(closed.error().contains("may not listen on 127.0.0.1:0"), closed.error());
    assertEquals(1, closed.call("udp_bind", 4, Guest.ADDRESS, 0, 0, 0, Guest.OUT));
    assertTrue(closed.error().contains("permission denied"), closed.error());
    Guest narrow =
        new Guest(
            networking,
            NetworkAccess.of(List.of(NetworkRule.parse("127.0.0.1:" + port)), List.of()));
    assertEquals(0, narrow.tryToConnect(port, Guest.FOR_EVER));
    assertEquals(1, narrow.tryToConnect(port == 1 ? 2 : port - 1, Guest.FOR_EVER));
    assertEquals(1, networking.openSockets() - 1);
  }

  @Test
  void socketsOfAllProcesses_haveALimit() throws Exception {
    Networking small = new Networking(2);
    Guest first = new Guest(small);
    long listener = first.bind();
    int port = first.port(listener);
    long stream = first.connect(port);
    assertEquals(1, first.tryToConnect(port, Guest.FOR_EVER));
    assertTrue(
        first.error().endsWith("too many open sockets: the virtual machine may have 2 at a time"),
        first.error());
    assertEquals(1, first.call("tcp_accept", listener, Guest.OUT, Guest.SECOND_OUT));
    assertTrue(first.error().contains("too many open sockets"), first.error());
    assertTrue(first.process.sleptNanos > 0, "a guest that tries again at once must not spin");
    first.call("drop_tcp_stream", stream);
    first.accept(listener);
    assertEquals(2, small.openSockets());
  }

  @Test
  void fullHandleTable_trapsAndClosesTheSocket() throws Exception {
    long listener = guest.bind();
    int port = guest.port(listener);
    long ledger = guest.process.ledger;
    guest.process.handleLimit = guest.process.handleCount;
    assertThrows(HostTrap.class, () -> guest.tryToConnect(port, Guest.FOR_EVER));
    assertEquals(1, networking.openSockets());
    try (Socket client = client(port)) {
      assertThrows(
          HostTrap.class, () -> guest.call("tcp_accept", listener, Guest.OUT, Guest.SECOND_OUT));
      guest.process.handleLimit++;
      assertThrows(
          HostTrap.class,
          () -> {
            try (Socket another = client(port)) {
              assertTrue(another.isConnected());
              guest.call("tcp_accept", listener, Guest.OUT, Guest.SECOND_OUT);
            }
          });
      assertTrue(client.isConnected());
    }
    assertEquals(1, networking.openSockets());
    assertTrue(guest.process.ledger - ledger < 400, "only the iterator is left");
  }

  @Test
  void streamInAMessage_isPaidForByTheMessage() throws Exception {
    MessageImports messages = new MessageImports();
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      long before = guest.process.ledger;
      messages.createData(guest.process, 0, 0);
      long index = messages.pushTcpStream(guest.process, stream);
      assertTrue(guest.process.ledger > before);
      long taken = messages.takeTcpStream(guest.process, index);
      guest.process.setScratch(null);
      assertEquals(before, guest.process.ledger);
      messages.createData(guest.process, 0, 0);
      messages.pushTcpStream(guest.process, taken);
      guest.process.setScratch(null);
      assertTrue(guest.process.ledger < before);
      assertEquals(-1, client.getInputStream().read());
      guest.call("drop_tcp_listener", listener);
      assertEquals(0, guest.process.ledger);
    }
  }

  @Test
  void ledger_isBackWhenAllIsDropped() throws Exception {
    long before = guest.process.ledger;
    long listener = guest.bind();
    try (Socket client = client(guest.port(listener))) {
      long stream = guest.accept(listener);
      assertTrue(guest.process.ledger > before);
      client.getOutputStream().write('x');
      guest.peek(stream, 1);
      long clone = guest.call("clone_tcp_stream", stream);
      guest.call("drop_tcp_stream", stream);
      assertEquals("x", guest.read(clone, 1));
      guest.call("drop_tcp_stream", clone);
      guest.call("drop_tcp_listener", listener);
    }
    assertEquals(before, guest.process.ledger);
    assertEquals(0, guest.process.handleCount);
    assertEquals(0, networking.openSockets());
  }
}
