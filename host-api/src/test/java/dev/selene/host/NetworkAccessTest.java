package dev.selene.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules cover, and that children never get more than their creators. */
class NetworkAccessTest {
  private static NetworkAccess connectTo(String... rules) {
    return NetworkAccess.of(
        java.util.Arrays.stream(rules).map(NetworkRule::parse).toList(), List.of());
  }

  private static boolean mayConnect(NetworkAccess access, String address, int port) {
    return access.mayConnect(InetAddress.ofLiteral(address), port, (rule, candidate) -> false);
  }

  @ParameterizedTest
  @CsvSource({
    "*, 10.1.2.3, 80, true",
    "10.0.0.0/8, 10.1.2.3, 80, true",
    "10.0.0.0/8, 11.1.2.3, 80, false",
    "10.0.0.0/8:80-90, 10.1.2.3, 90, true",
    "10.0.0.0/8:80-90, 10.1.2.3, 91, false",
    "192.168.4.0/23, 192.168.5.255, 1, true",
    "192.168.4.0/23, 192.168.6.0, 1, false",
    "127.0.0.1:443, 127.0.0.1, 443, true",
    "127.0.0.1:443, 127.0.0.1, 444, false",
    "::1, ::1, 9, true",
    "[::1]:9, ::1, 9, true",
    "[::1]:9, ::1, 8, false",
    "[fe80::/10]:9, fe80::5, 9, true",
    "[fe80::]/10:9, fe80::5, 9, true",
    "[fe80::]/10, fec0::5, 9, false",
    ":8080, 10.0.0.1, 8080, true",
    "0.0.0.0/0, ::1, 80, false",
    "example.com, 10.0.0.1, 80, false",
  })
  void rule_coversAddresses(String rule, String address, int port, boolean covered) {
    assertEquals(covered, mayConnect(connectTo(rule), address, port));
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, EXAMPLE.com., true",
    "example.com, www.example.com, false",
    "*.example.com, www.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, badexample.com, false",
    "10.0.0.0/8, 10.0.0.1, true",
    "10.0.0.0/8, example.com, false",
    "*, anything, true",
  })
  void rule_coversNames(String rule, String name, boolean covered) {
    assertEquals(covered, connectTo(rule).mayResolve(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a b", "host:", "host:x", "host:70000", "host:9-8", "host:-1", "10.0.0.0/33",
        "10.0.0.300", "[::1", "[::1]9", "**", "*.", "a/8", "::1/129", "host:1-2-3"
      })
  void rule_thatIsNone_isRefusedWithItsText(String rule) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> NetworkRule.parse(rule)).getMessage();
    assertTrue(message.contains("'" + rule + "'"), message);
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void name_isAllowedWhereItIsKnownToStandForTheAddress() {
    NetworkAccess access = connectTo("example.com:443");
    InetAddress address = InetAddress.ofLiteral("10.0.0.7");
    assertTrue(access.mayConnect(address, 443, (rule, a) -> rule.host().equals("example.com")));
    assertFalse(access.mayConnect(address, 80, (rule, a) -> true));
  }

  @Test
  void child_needsTheLeaveOfAllItsAncestors() {
    NetworkAccess parent = connectTo("10.0.0.0/8");
    NetworkAccess child = connectTo("*:80").clampedTo(parent);
    assertTrue(mayConnect(child, "10.0.0.1", 80));
    assertFalse(mayConnect(child, "10.0.0.1", 81));
    assertFalse(mayConnect(child, "11.0.0.1", 80));
    assertEquals(parent, NetworkAccess.ALL.clampedTo(parent));
    assertEquals(parent, parent.clampedTo(NetworkAccess.ALL));
    assertFalse(mayConnect(NetworkAccess.ALL.clampedTo(NetworkAccess.NONE), "10.0.0.1", 80));
  }

  @Test
  void grants_areBounded() {
    NetworkAccess access = connectTo("*:1");
    for (int i = 2; i < 40; i++) {
      access = connectTo("*:1-" + i).clampedTo(access);
      assertTrue(access.grants().size() <= NetworkAccess.MOST_GRANTS);
    }
    assertFalse(mayConnect(access, "10.0.0.1", 1));
  }

  @Test
  void listening_hasRulesOfItsOwn() {
    NetworkAccess access =
        NetworkAccess.of(List.of(), List.of(NetworkRule.parse("127.0.0.1:8000-8100")));
    assertTrue(access.mayListen(InetAddress.ofLiteral("127.0.0.1"), 8080));
    assertFalse(access.mayListen(InetAddress.ofLiteral("0.0.0.0"), 8080));
    assertFalse(access.mayListen(InetAddress.ofLiteral("127.0.0.1"), 0));
    assertFalse(mayConnect(access, "127.0.0.1", 8080));
    assertFalse(access.mayConnectSomewhere());
  }
}
