package dev.selene.host;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts and ports: {@code HOST}, {@code HOST:PORT} or {@code HOST:FIRST-LAST}. A host is {@code *},
 * a name, {@code *.} and a name for all names below it, an address, or an address and a prefix
 * length as in {@code 10.0.0.0/8}; IPv6 addresses stand in brackets where a port follows.
 *
 * <p>Thread-safety: immutable.
 *
 * @param host as written, in lower case
 * @param firstPort 0 to 65535
 * @param lastPort not less than the first
 */
public record NetworkRule(String host, int firstPort, int lastPort) {
  private static final Pattern NAME =
      Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\\.?");

  /** Always this machine; RFC 6761. */
  private static final String LOCAL = "localhost";

  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");

  /**
   * Checks the host.
   *
   * @throws IllegalArgumentException when it is none, or the ports are not in order
   */
  public NetworkRule {
    host = host.toLowerCase(Locale.ROOT);
    if (firstPort < 0 || lastPort > 65_535 || firstPort > lastPort) {
      throw new IllegalArgumentException(
          "ports " + firstPort + "-" + lastPort + ": give one of 0 to 65535, or FIRST-LAST");
    }
    boolean name = NAME.matcher(host).matches() && !ADDRESS.matcher(host).matches();
    if (!host.equals("*") && block(host) == null && !name) {
      throw new IllegalArgumentException(
          "'" + host + "' is neither *, a host name, *.NAME, an address, nor ADDRESS/PREFIX");
    }
  }

  private record Block(byte[] address, int prefix) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = prefix / 8;
      if (!Arrays.equals(address, 0, whole, other, 0, whole)) {
        return false;
      }
      int rest = prefix % 8;
      return rest == 0 || ((address[whole] ^ other[whole]) & (0xFF00 >> rest) & 0xFF) == 0;
    }
  }

  /**
   * What the rule takes on the heap.
   *
   * @return bytes
   */
  public long footprint() {
    return 96 + 2L * host.length();
  }

  /**
   * Reads a rule.
   *
   * @param text as above
   * @return the rule
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static NetworkRule parse(String text) {
    String host = text;
    String ports = null;
    int bracket = text.lastIndexOf(']');
    int colon = text.lastIndexOf(':');
    if (text.startsWith("[") && bracket > 0) {
      host = text.substring(1, bracket);
      String rest = text.substring(bracket + 1);
      int slash = rest.startsWith("/") ? 0 : -1;
      if (slash == 0) {
        int end = rest.indexOf(':');
        host += end < 0 ? rest : rest.substring(0, end);
        rest = end < 0 ? "" : rest.substring(end);
      }
      if (!rest.isEmpty()) {
        if (!rest.startsWith(":")) {
          throw wrong(text, "after ']' comes ':PORT'");
        }
        ports = rest.substring(1);
      }
    } else if (colon >= 0 && text.indexOf(':') == colon) {
      host = text.substring(0, colon);
      ports = text.substring(colon + 1);
    }
    try {
      if (ports == null || ports.equals("*")) {
        return new NetworkRule(host, 0, 65_535);
      }
      int dash = ports.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? ports : ports.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(ports.substring(dash + 1));
      return new NetworkRule(host.isEmpty() ? "*" : host, first, last);
    } catch (NumberFormatException e) {
      throw wrong(text, "'" + ports + "' is not a port, nor FIRST-LAST");
    } catch (IllegalArgumentException e) {
      throw wrong(text, String.valueOf(e.getMessage()));
    }
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException("network rule '" + text + "': " + why);
  }

  /**
   * Whether a port is in range.
   *
   * @param port 0 to 65535
   * @return the answer
   */
  public boolean coversPort(int port) {
    return firstPort <= port && port <= lastPort;
  }

  /**
   * Whether the rule speaks of addresses and contains this one. The name {@code localhost} speaks
   * of all loopback addresses.
   *
   * @param address any
   * @return true also for {@code *}
   */
  public boolean coversAddress(InetAddress address) {
    if (host.equals("*")) {
      return true;
    }
    if (withoutDot(host).equals(LOCAL)) {
      return address.isLoopbackAddress();
    }
    Block block = block(host);
    return block != null && block.contains(address.getAddress());
  }

  /**
   * Whether the rule speaks of names alone, so that it covers no address: good for connecting, and
   * useless for listening.
   *
   * @return the answer
   */
  public boolean isAboutNames() {
    return !host.equals("*") && !withoutDot(host).equals(LOCAL) && block(host) == null;
  }

  /**
   * Whether the rule covers a name, or the text of an address.
   *
   * @param name case does not matter
   * @return the answer
   */
  public boolean coversName(String name) {
    if (host.equals("*")) {
      return true;
    }
    String wanted = withoutDot(name.toLowerCase(Locale.ROOT));
    Block block = block(host);
    if (block != null) {
      Block address = block(wanted);
      return address != null && block.contains(address.address());
    }
    String own = withoutDot(host);
    return own.startsWith("*.")
        ? wanted.length() > own.length() - 1 && wanted.endsWith(own.substring(1))
        : wanted.equals(own);
  }

  private static String withoutDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** The addresses a text stands for, without asking a name server; null when it is a name. */
  private static @Nullable Block block(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!ADDRESS.matcher(address).matches()) {
      return null;
    }
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      int prefix = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
      return prefix < 0 || prefix > bytes.length * 8 ? null : new Block(bytes, prefix);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
