package dev.selene.host.selene;

import dev.selene.host.HostModule;
import java.util.List;

/**
 * All import modules of this package.
 *
 * <p>Thread-safety: stateless, as are the modules.
 */
public final class SeleneImports {
  private SeleneImports() {}

  /**
   * One object a module.
   *
   * @return in the order of the ABI reference
   */
  public static List<HostModule> all() {
    return List.of(
        new VersionImports(),
        new ProcessImports(),
        new MessageImports(),
        new MailboxImports(),
        new TrapImports(),
        new RegistryImports(),
        new GroupImports(),
        new TimerImports(),
        new LogImports(),
        new LimitImports(),
        new ConfigImports());
  }
}
