package dev.selene.net.internal;

import dev.selene.host.GuestMemory;
import dev.selene.host.HandleKind;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessContext;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Socket addresses as guests give and get them: an iterator over one or more, by id.
 *
 * <pre>
 * given:   type 4 or 6, address of 4 or 16 bytes in network order, port, flow info, scope id
 * got:     type u32, 4 or 16 bytes, port u16, and for type 6 flow info u32, scope id u32
 * </pre>
 *
 * <p>Thread-safety: one process's thread.
 */
public final class Addresses {
  /** The table of iterators. */
  public static final HandleKind<Addresses> KIND = new HandleKind<>("dns_iter", iterator -> {});

  private static final int V4 = 4;
  private static final int V6 = 6;
  private static final int V6_BYTES = 16;
  private static final int FIXED_FOOTPRINT = 64;
  private static final int ADDRESS_FOOTPRINT = 96;

  private final List<InetSocketAddress> all;
  private int next;

  private Addresses(List<InetSocketAddress> all) {
    this.all = all;
  }

  /**
   * Gives the calling process an iterator.
   *
   * @param process the calling process
   * @param all the addresses
   * @return its id
   */
  public static long add(ProcessContext process, List<InetSocketAddress> all) {
    Addresses iterator = new Addresses(all);
    process.charge(iterator.footprint());
    try {
      return process.handles(KIND).add(iterator);
    } catch (RuntimeException tooMany) {
      process.release(iterator.footprint());
      throw tooMany;
    }
  }

  /**
   * Takes an iterator away; traps when it is unknown.
   *
   * @param process the calling process
   * @param id of the iterator
   */
  public static void drop(ProcessContext process, long id) {
    process.release(process.handles(KIND).remove(id).footprint());
  }

  private long footprint() {
    return FIXED_FOOTPRINT + (long) ADDRESS_FOOTPRINT * all.size();
  }

  /**
   * Writes the next address.
   *
   * @param memory where to
   * @param type address of 4 bytes
   * @param address address of 16 bytes
   * @param port address of 2 bytes
   * @param flowInfo address of 4 bytes
   * @param scopeId address of 4 bytes
   * @return false at the end; nothing is written then
   */
  public boolean writeNext(
      GuestMemory memory, int type, int address, int port, int flowInfo, int scopeId) {
    if (next == all.size()) {
      return false;
    }
    InetSocketAddress current = all.get(next);
    byte[] bytes = current.getAddress().getAddress();
    memory.putInt(type, bytes.length == V6_BYTES ? V6 : V4);
    memory.write(address, bytes, 0, bytes.length);
    memory.putShort(port, (short) current.getPort());
    if (current.getAddress() instanceof Inet6Address six) {
      memory.putInt(flowInfo, 0);
      memory.putInt(scopeId, six.getScopeId());
    }
    next++;
    return true;
  }

  /**
   * Reads an address that a guest gives. The flow info is not used: no socket of this system takes
   * one.
   *
   * @param process the calling process
   * @param type 4 or 6; traps otherwise
   * @param address of 4 or 16 bytes
   * @param port 0 to 65535; traps otherwise
   * @param scopeId of a link-local address; 0 for none
   * @return the address
   */
  public static InetSocketAddress read(
      ProcessContext process, int type, int address, int port, int scopeId) {
    if (type != V4 && type != V6) {
      throw new HostTrap("address type is " + type + ", neither 4 nor 6");
    }
    byte[] bytes = process.memory().read(address, type == V4 ? V4 : V6_BYTES);
    if (port < 0 || port > 65_535) {
      throw new HostTrap("port " + Integer.toUnsignedString(port) + " is above 65535");
    }
    try {
      // An IPv4 address in the clothes of IPv6 comes out as what it is, also for permissions.
      InetAddress host = InetAddress.getByAddress(bytes);
      if (host instanceof Inet6Address && scopeId != 0) {
        host = Inet6Address.getByAddress(null, bytes, scopeId);
      }
      return new InetSocketAddress(host, port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }

  /**
   * The address for people.
   *
   * @param address any
   * @return for example {@code 127.0.0.1:80} or {@code [::1]:80}
   */
  public static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return address.getAddress() instanceof Inet4Address
        ? host + ":" + address.getPort()
        : "[" + host + "]:" + address.getPort();
  }
}
