package dev.selene.cli;

import dev.selene.host.ExitReason;

/** What the command leaves in the shell's {@code $?}. */
final class ExitCodes {
  static final int OK = 0;

  /** The module, or something on the way to it, cannot be loaded, linked or built. */
  static final int CANNOT_LOAD = 1;

  /** Tests failed. */
  static final int TESTS_FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** The main process trapped, used up a limit or was killed; a shell shows SIGABRT so. */
  static final int ABNORMAL_END = 134;

  private ExitCodes() {}

  /**
   * The code for the end of a main process.
   *
   * <p>An operating system keeps the lowest eight bits alone: a guest's failure must not come out
   * as success because they happen to be zero.
   */
  static int of(ExitReason reason) {
    // Not a switch over patterns, for which the JVM makes a class: each run ends here.
    if (reason instanceof ExitReason.Normal) {
      return OK;
    }
    if (reason instanceof ExitReason.Exited exited) {
      int code = exited.code();
      return (code & 0xFF) == 0 && code != 0 ? 1 : code & 0xFF;
    }
    return ABNORMAL_END;
  }
}
