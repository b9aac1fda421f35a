package dev.selene.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"selene " + current()};
  }

  /** From the jar's manifest; there is none where classes run from a folder, as in tests. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(development build)" : version;
  }
}
