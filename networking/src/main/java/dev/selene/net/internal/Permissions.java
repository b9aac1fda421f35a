package dev.selene.net.internal;

import dev.selene.host.NetworkAccess;
import dev.selene.host.ProcessContext;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Whether a process may do what it asks for; what it may not fails with one clear line. */
public final class Permissions {
  private Permissions() {}

  /** Thrown where the configuration of a process forbids an operation. */
  private static final class Denied extends IOException {
    private static final long serialVersionUID = 1L;

    Denied(String what) {
      super("permission denied: this process may not " + what);
    }
  }

  /**
   * Checks connecting and sending.
   *
   * @param process the calling process
   * @param network whose names count
   * @param address where to
   * @throws IOException when it is not allowed
   */
  public static void connect(ProcessContext process, Network network, InetSocketAddress address)
      throws IOException {
    NetworkAccess access = process.config().network();
    if (!access.grants().isEmpty()
        && !access.mayConnect(address.getAddress(), address.getPort(), network.names()::covers)) {
      throw new Denied("connect to " + Addresses.text(address));
    }
  }

  /**
   * Checks listening.
   *
   * @param process the calling process
   * @param address where
   * @throws IOException when it is not allowed
   */
  public static void listen(ProcessContext process, InetSocketAddress address) throws IOException {
    if (!process.config().network().mayListen(address.getAddress(), address.getPort())) {
      throw new Denied("listen on " + Addresses.text(address));
    }
  }

  /**
   * Checks resolving. Nobody is asked for the text of an address or {@code localhost}, so these are
   * always allowed.
   *
   * @param process the calling process
   * @param host a name
   * @throws IOException when it is not allowed
   */
  public static void resolve(ProcessContext process, String host) throws IOException {
    if (!process.config().network().mayResolve(host)
        && Names.literal(host) == null
        && !host.equalsIgnoreCase("localhost")) {
      throw new Denied("resolve " + host);
    }
  }
}
