package dev.selene.host.selene;

import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.ProcessContext;
import java.util.regex.Pattern;

/**
 * {@code selene::version}: the version of the imports {@code selene::*}.
 *
 * <p>A guest imports the version it was written for by name. A virtual machine without it refuses
 * the module when it is loaded, with one line that names both versions, so a guest never finds out
 * half-way. A minor version adds imports and keeps all names of the minor versions before it; a
 * major version may change what is there.
 *
 * <p>Thread-safety: stateless.
 */
public final class VersionImports implements HostModule {
  /** The import module's name. */
  public static final String MODULE = "selene::version";

  /** The version of this virtual machine, which is the name of its newest version import. */
  public static final String VERSION = "1.1";

  private static final Pattern VERSIONS = Pattern.compile("[0-9]{1,9}\\.[0-9]{1,9}");

  @Override
  public String name() {
    return MODULE;
  }

  /**
   * Whether an import asks for a version, of this virtual machine or another.
   *
   * @param module import module name
   * @param name import name
   * @return true for names like {@code 1.0}
   */
  public static boolean isVersion(String module, String name) {
    return module.equals(MODULE) && VERSIONS.matcher(name).matches();
  }

  @Import(
      value = "1.0",
      summary =
          "Does nothing. Who needs version 1.0 of the selene imports imports this: a virtual"
              + " machine without that version refuses the module when it is loaded.")
  public void requireFirstVersion(ProcessContext process) {}

  @Import(value = VERSION, since = VERSION, summary = "As `1.0`, for what needs version 1.1.")
  public void requireVersion(ProcessContext process) {}

  @Import(value = "major", summary = "1")
  public int major(ProcessContext process) {
    return 1;
  }

  @Import(value = "minor", summary = "1")
  public int minor(ProcessContext process) {
    return 1;
  }
}
