package dev.selene.host;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * What a process may do with the network. Every grant must allow an operation; so a child, which
 * has the grants of its creator and its own, never may more than its creator.
 *
 * <p>Thread-safety: immutable.
 *
 * @param grants none: everything is allowed
 */
public record NetworkAccess(List<Grant> grants) {
  /** More grants than this on one process are refused: each costs every connect a look. */
  public static final int MOST_GRANTS = 16;

  /** No limits, as in Lunatic. */
  public static final NetworkAccess ALL = new NetworkAccess(List.of());

  /** No network at all. */
  public static final NetworkAccess NONE = of(List.of(), List.of());

  /**
   * Two lists of rules; each allows what any of its rules allows.
   *
   * @param connect where to connect and to send datagrams, and which names to resolve
   * @param listen where to listen and to receive datagrams
   */
  public record Grant(List<NetworkRule> connect, List<NetworkRule> listen) {
    /** Copies the lists. */
    public Grant {
      connect = List.copyOf(connect);
      listen = List.copyOf(listen);
    }
  }

  /** Copies the list. */
  public NetworkAccess {
    grants = List.copyOf(grants);
  }

  /**
   * One grant.
   *
   * @param connect where to connect
   * @param listen where to listen
   * @return the access
   */
  public static NetworkAccess of(List<NetworkRule> connect, List<NetworkRule> listen) {
    return new NetworkAccess(List.of(new Grant(connect, listen)));
  }

  /**
   * What is allowed by both this and another.
   *
   * @param creator the spawning process's access
   * @return what the child gets; {@link #NONE} where that would be more than {@link #MOST_GRANTS}
   */
  public NetworkAccess clampedTo(NetworkAccess creator) {
    if (creator.grants.isEmpty() || creator.equals(this)) {
      return this;
    }
    LinkedHashSet<Grant> all = new LinkedHashSet<>(creator.grants);
    all.addAll(grants);
    if (all.size() == creator.grants.size()) {
      return creator;
    }
    return all.size() > MOST_GRANTS ? NONE : new NetworkAccess(new ArrayList<>(all));
  }

  /**
   * Whether a connection to an address, or a datagram to it, is allowed.
   *
   * @param address where to
   * @param port 0 to 65535
   * @param named whether a rule's host name is known to stand for the address
   * @return the answer
   */
  public boolean mayConnect(
      InetAddress address, int port, BiPredicate<NetworkRule, InetAddress> named) {
    return everyGrant(
        grant ->
            grant.connect.stream()
                .anyMatch(
                    rule ->
                        rule.coversPort(port)
                            && (rule.coversAddress(address) || named.test(rule, address))));
  }

  /**
   * Whether listening on an address is allowed.
   *
   * @param address the wildcard address stands for all of this machine's
   * @param port 0 for one that the system chooses
   * @return the answer
   */
  public boolean mayListen(InetAddress address, int port) {
    return everyGrant(
        grant ->
            grant.listen.stream()
                .anyMatch(rule -> rule.coversPort(port) && rule.coversAddress(address)));
  }

  /**
   * Whether a name may be resolved: only names that may be connected to, since names can carry
   * secrets out.
   *
   * @param name a host name or the text of an address
   * @return the answer
   */
  public boolean mayResolve(String name) {
    return everyGrant(grant -> grant.connect.stream().anyMatch(rule -> rule.coversName(name)));
  }

  /**
   * Whether anything may be connected to.
   *
   * @return false when some grant has no rule for connecting
   */
  public boolean mayConnectSomewhere() {
    return everyGrant(grant -> !grant.connect.isEmpty());
  }

  /**
   * What the rules take on the heap.
   *
   * @return bytes
   */
  public long footprint() {
    long bytes = 0;
    for (Grant grant : grants) {
      bytes += footprint(grant.connect) + footprint(grant.listen);
    }
    return bytes;
  }

  /**
   * What rules take on the heap.
   *
   * @param rules the rules
   * @return bytes
   */
  static long footprint(List<NetworkRule> rules) {
    long bytes = 0;
    for (NetworkRule rule : rules) {
      bytes += rule.footprint();
    }
    return bytes;
  }

  private boolean everyGrant(Predicate<Grant> allows) {
    for (Grant grant : grants) {
      if (!allows.test(grant)) {
        return false;
      }
    }
    return true;
  }
}
