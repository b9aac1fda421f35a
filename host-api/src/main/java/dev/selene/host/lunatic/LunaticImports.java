package dev.selene.host.lunatic;

import dev.selene.host.HostModule;
import java.util.List;

/**
 * All import modules of this package. The other two of Lunatic's, {@code lunatic::networking} and
 * {@code lunatic::sqlite}, are rooms of their own, since they need libraries.
 *
 * <p>Thread-safety: stateless, as are the modules.
 */
public final class LunaticImports {
  private LunaticImports() {}

  /**
   * One object a module; guests of crates.io's {@code lunatic} 0.14 need them all to link.
   *
   * @return in the order of the ABI reference
   */
  public static List<HostModule> all() {
    return List.of(
        new ErrorImports(),
        new ProcessImports(),
        new MessageImports(),
        new TimerImports(),
        new RegistryImports(),
        new TrapImports(),
        new VersionImports(),
        new WasiConfigImports(),
        new MetricsImports(),
        new DistributedImports());
  }
}
