package dev.selene.net;

import dev.selene.host.HostModule;
import java.util.List;

/**
 * Sockets and name resolution for guests: give {@link #hostModules} to the builder of a virtual
 * machine.
 *
 * <p>Thread-safety: any thread.
 */
public final class Networking {
  private final List<HostModule> modules =
      List.of(new NameResolutionImports(), new TcpImports(), new TlsImports(), new UdpImports());

  /** Networking of one virtual machine. */
  public Networking() {}

  /**
   * What guests import.
   *
   * @return several modules of the name {@code lunatic::networking}
   */
  public List<HostModule> hostModules() {
    return modules;
  }
}
