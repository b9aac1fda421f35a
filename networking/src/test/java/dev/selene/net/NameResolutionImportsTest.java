package dev.selene.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.NetworkAccess;
import dev.selene.host.NetworkRule;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that every machine knows, and some that none does. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NameResolutionImportsTest {
  private static final long MINUTE = 60_000;

  private final Networking networking = new Networking();
  private final Guest guest = new Guest(networking);

  private static long resolve(Guest who, String name) {
    int length = who.process.memory.putText(Guest.TEXT, name);
    return who.call("resolve", Guest.TEXT, length, MINUTE, Guest.OUT);
  }

  @Test
  void textsOfAddresses_needNobody() {
    Guest closed = new Guest(networking, NetworkAccess.NONE);
    assertEquals(0, resolve(closed, "127.0.0.1:8080"));
    long iterator = closed.out();
    closed.process.memory.putInt(224, -1);
    closed.process.memory.putInt(228, 77);
    closed.process.memory.putInt(232, 78);
    assertEquals(0, closed.call("resolve_next", iterator, 200, 208, 224, 228, 232));
    assertEquals(4, closed.process.memory.getInt(200));
    assertEquals(0x0100007F, closed.process.memory.getInt(208));
    // The port has two bytes; what follows it stays, and so do the fields of type 6.
    assertEquals(0xFFFF_0000 | 8080, closed.process.memory.getInt(224));
    assertEquals(0, closed.process.memory.getInt(212));
    assertEquals(77, closed.process.memory.getInt(228));
    assertEquals(78, closed.process.memory.getInt(232));
    assertEquals(1, closed.call("resolve_next", iterator, 200, 208, 224, 228, 232));
    assertEquals(0, resolve(closed, "[::1]:1"));
    assertEquals(1, closed.portOf(closed.out()));
  }

  @Test
  void localhost_isKnown() {
    assertEquals(0, resolve(guest, "localhost:65535"), () -> guest.error());
    assertEquals(65_535, guest.portOf(guest.out()));
    assertEquals(0, guest.process.handleCount);
  }

  @Test
  void unknownHosts_areErrors() {
    assertEquals(1, resolve(guest, "no-such-host.invalid:80"));
    assertEquals("cannot resolve no-such-host.invalid:80: unknown host", guest.error());
    assertEquals(1, resolve(guest, "x".repeat(300) + ":80"));
    assertTrue(guest.error().endsWith("unknown host"), guest.error());
  }

  @Test
  void whatIsNotHostAndPort_isAnError() {
    for (String text :
        List.of("", "localhost", "localhost:", "localhost:x", "localhost:65536", "localhost:-1")) {
      assertEquals(1, resolve(guest, text), text);
      assertEquals("cannot resolve " + text + ": it is not HOST:PORT", guest.error());
    }
    assertEquals(1, resolve(guest, ":80"));
  }

  @Test
  void names_areResolvedByRuleAlone_andTheirAddressesRemembered() throws Exception {
    // The name of this machine is the one that stands in /etc/hosts for sure.
    String own = InetAddress.getLocalHost().getHostName();
    Guest narrow =
        new Guest(
            networking, NetworkAccess.of(List.of(NetworkRule.parse(own + ":1-65535")), List.of()));
    assertEquals(1, resolve(narrow, "example.org:80"));
    assertEquals(
        "cannot resolve example.org:80: permission denied: this process may not resolve"
            + " example.org",
        narrow.error());
    byte[] address = InetAddress.getLocalHost().getAddress();
    narrow.process.memory.write(Guest.ADDRESS, address, 0, address.length);
    int type = address.length == 4 ? 4 : 6;
    assertEquals(1, narrow.call("tcp_connect", type, Guest.ADDRESS, 1, 0, 0, MINUTE, Guest.OUT));
    assertTrue(narrow.error().contains("permission denied"), narrow.error());
    assertEquals(0, resolve(narrow, own + ":1"));
    narrow.call("tcp_connect", type, Guest.ADDRESS, 1, 0, 0, MINUTE, Guest.OUT);
    assertTrue(narrow.error().contains("Connection refused"), narrow.error());
  }

  @Test
  void namesThatEndEarlierForTheSystem_areRefused() {
    Guest narrow =
        new Guest(
            networking, NetworkAccess.of(List.of(NetworkRule.parse("*.allowed.test")), List.of()));
    // For C the first ends at its NUL: it would be resolved as localhost and remembered as allowed.
    for (String name :
        List.of("localhost\0.allowed.test", "127.0.0.1 .allowed.test", "a\n.allowed.test")) {
      assertEquals(1, resolve(narrow, name + ":80"), name);
      assertTrue(narrow.error().endsWith("unknown host"), narrow.error());
    }
    narrow.process.memory.write(Guest.ADDRESS, new byte[] {127, 0, 0, 1}, 0, 4);
    assertEquals(1, narrow.call("tcp_connect", 4, Guest.ADDRESS, 1, 0, 0, MINUTE, Guest.OUT));
    assertTrue(narrow.error().contains("permission denied"), narrow.error());
  }
}
