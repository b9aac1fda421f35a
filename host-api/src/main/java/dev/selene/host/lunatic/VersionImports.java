package dev.selene.host.lunatic;

import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::version}: the version of Lunatic whose ABI this is, 0.13.2.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-version-api.
 */
public final class VersionImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::version";
  }

  @Import(value = "major", summary = "0")
  public int major(ProcessContext process) {
    return 0;
  }

  @Import(value = "minor", summary = "13")
  public int minor(ProcessContext process) {
    return 13;
  }

  @Import(value = "patch", summary = "2")
  public int patch(ProcessContext process) {
    return 2;
  }
}
