package dev.selene.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HostTrap;
import dev.selene.host.NetworkAccess;
import dev.selene.host.NetworkRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** UDP between two sockets of one guest. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UdpImportsTest {
  private final Networking networking = new Networking();
  private final Guest guest = new Guest(networking);

  private long sendTo(Guest from, long socket, String text, int port) {
    int length = from.process.memory.putText(Guest.DATA, text);
    from.process.memory.write(Guest.ADDRESS, new byte[] {127, 0, 0, 1}, 0, 4);
    return from.call(
        "udp_send_to", socket, Guest.DATA, length, 4, Guest.ADDRESS, port, 0, 0, Guest.OUT);
  }

  private long connect(long socket, int port) {
    guest.process.memory.write(Guest.ADDRESS, new byte[] {127, 0, 0, 1}, 0, 4);
    return guest.call("udp_connect", socket, 4, Guest.ADDRESS, port, 0, 0, 0L, Guest.OUT);
  }

  private String receive(long socket, int room) {
    assertEquals(0, guest.call("udp_receive", socket, Guest.DATA, room, Guest.OUT));
    return guest.text(guest.out());
  }

  @Test
  void datagrams_haveASender() {
    long sender = guest.bindUdp();
    long receiver = guest.bindUdp();
    assertEquals(0, sendTo(guest, sender, "hello", guest.udpPort(receiver)));
    assertEquals(5, guest.out());
    assertEquals(
        0, guest.call("udp_receive_from", receiver, Guest.DATA, 100, Guest.OUT, Guest.SECOND_OUT));
    assertEquals("hello", guest.text(guest.out()));
    assertEquals(
        guest.udpPort(sender), guest.portOf(guest.process.memory.getLong(Guest.SECOND_OUT)));
  }

  @Test
  void datagrams_areCutToTheRoom_andMayBeEmpty() {
    long sender = guest.bindUdp();
    long receiver = guest.bindUdp();
    int port = guest.udpPort(receiver);
    sendTo(guest, sender, "abcdef", port);
    sendTo(guest, sender, "", port);
    sendTo(guest, sender, "gone", port);
    sendTo(guest, sender, "x", port);
    assertEquals("abc", receive(receiver, 3));
    assertEquals("", receive(receiver, 3));
    assertEquals("", receive(receiver, 0));
    assertEquals("x", receive(receiver, 3));
  }

  @Test
  void peer_isFixedAtOnce_andCanChange() {
    long one = guest.bindUdp();
    long two = guest.bindUdp();
    long three = guest.bindUdp();
    assertEquals(1, guest.call("udp_peer_addr", one, Guest.OUT));
    assertEquals("peer address: the socket is not connected", guest.error());
    assertEquals(1, guest.call("udp_send", one, Guest.DATA, 1, Guest.OUT));
    assertEquals("cannot send: the socket is not connected", guest.error());
    for (long peer : new long[] {two, three}) {
      assertEquals(0, connect(one, guest.udpPort(peer)));
      assertEquals(0, guest.out());
      assertEquals(0, guest.call("udp_peer_addr", one, Guest.OUT));
      int port = guest.portOf(guest.out());
      assertEquals(guest.udpPort(peer), port);
      guest.process.memory.putText(Guest.DATA, "hi");
      assertEquals(0, guest.call("udp_send", one, Guest.DATA, 2, Guest.OUT));
      assertEquals("hi", receive(peer, 10));
    }
  }

  @Test
  void options_areKept() {
    long socket = guest.bindUdp();
    assertEquals(0, guest.call("get_udp_socket_broadcast", socket));
    guest.call("set_udp_socket_broadcast", socket, 1);
    assertEquals(1, guest.call("get_udp_socket_broadcast", socket));
    guest.call("set_udp_socket_broadcast", socket, 0);
    assertEquals(0, guest.call("get_udp_socket_broadcast", socket));
    guest.call("set_udp_socket_ttl", socket, 42);
    assertEquals(42, guest.call("get_udp_socket_ttl", socket));
    for (int wrong : new int[] {0, -1, 256, Integer.MAX_VALUE}) {
      assertThrows(HostTrap.class, () -> guest.call("set_udp_socket_ttl", socket, wrong));
    }
    assertEquals(42, guest.call("get_udp_socket_ttl", socket));
  }

  @Test
  void tooLong_isAnError() {
    long socket = guest.bindUdp();
    guest.process.memory.write(Guest.ADDRESS, new byte[] {127, 0, 0, 1}, 0, 4);
    for (int length : new int[] {65_508, 65_536, 100_000}) {
      assertEquals(
          1,
          guest.call(
              "udp_send_to", socket, Guest.DATA, length, 4, Guest.ADDRESS, 9, 0, 0, Guest.OUT));
      assertTrue(guest.error().contains("too long"), guest.error());
    }
  }

  @Test
  void permissions_countForEachDatagram() {
    long receiver = guest.bindUdp();
    int port = guest.udpPort(receiver);
    Guest narrow =
        new Guest(
            networking,
            NetworkAccess.of(
                List.of(NetworkRule.parse("127.0.0.1:" + port)),
                List.of(NetworkRule.parse("127.0.0.1"))));
    long socket = narrow.bindUdp();
    assertEquals(0, sendTo(narrow, socket, "yes", port));
    assertEquals("yes", receive(receiver, 10));
    assertEquals(1, sendTo(narrow, socket, "no", port == 1 ? 2 : port - 1));
    assertTrue(narrow.error().contains("may not connect to 127.0.0.1:"), narrow.error());
  }

  @Test
  void clones_shareTheSocket_andTheLastClosesIt() {
    long before = guest.process.ledger;
    long socket = guest.bindUdp();
    long clone = guest.call("clone_udp_socket", socket);
    assertEquals(guest.udpPort(socket), guest.udpPort(clone));
    guest.call("drop_udp_socket", socket);
    assertEquals(1, networking.openSockets());
    guest.call("drop_udp_socket", clone);
    assertEquals(0, networking.openSockets());
    assertEquals(before, guest.process.ledger);
  }
}
