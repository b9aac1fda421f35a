package dev.selene.net;

import dev.selene.host.HostModule;
import dev.selene.net.internal.Network;
import dev.selene.scheduler.WorkerPoller;
import java.util.List;

/**
 * Sockets and name resolution for guests of one virtual machine. Give {@link #hostModules} to its
 * builder, and this object as the poller: then the workers wait for sockets themselves. Without
 * that one thread of its own does, and each message takes longer.
 *
 * <pre>{@code
 * Networking networking = new Networking();
 * Vm vm = Vm.builder().hostModules(networking.hostModules()).poller(networking).build();
 * }</pre>
 *
 * <p>Thread-safety: any thread.
 */
public final class Networking implements WorkerPoller.Factory {
  /** How many sockets may be open by default; the system's own limit is often lower. */
  public static final int DEFAULT_MAX_SOCKETS = 1_000_000;

  private final Network network;
  private final List<HostModule> modules;

  /** Networking with the default limit of open sockets. */
  public Networking() {
    this(DEFAULT_MAX_SOCKETS);
  }

  /**
   * Networking of one virtual machine.
   *
   * @param maxSockets how many sockets all processes together may have open; at least 1
   */
  public Networking(int maxSockets) {
    if (maxSockets < 1) {
      throw new IllegalArgumentException("maxSockets must be positive, but is " + maxSockets);
    }
    network = new Network(maxSockets);
    modules =
        List.of(
            new NameResolutionImports(network),
            new TcpImports(network),
            new TlsImports(network),
            new UdpImports(network));
  }

  /**
   * What guests import.
   *
   * @return several modules of the name {@code lunatic::networking}
   */
  public List<HostModule> hostModules() {
    return modules;
  }

  @Override
  public WorkerPoller create(int worker) {
    return network.newPoller(worker);
  }

  /**
   * How many sockets are open.
   *
   * @return their number, those of all processes and messages
   */
  public int openSockets() {
    return network.openSockets();
  }
}
