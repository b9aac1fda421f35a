package dev.selene.cli;

/**
 * Levels of the logging backend, set as system properties before the first logger is made, so that
 * logging costs nothing until somebody logs. Lines go to standard error, never to a guest's output.
 */
final class Logging {
  private static volatile int verbosity;

  private Logging() {}

  /**
   * Sets the level.
   *
   * @param quietest the level without {@code -v}
   * @param times how often {@code -v} was given: once info, twice debug
   */
  static void configure(String quietest, int times) {
    verbosity = times;
    String level =
        switch (times) {
          case 0 -> quietest;
          case 1 -> "info";
          default -> "debug";
        };
    setDefault("org.slf4j.simpleLogger.defaultLogLevel", level);
    setDefault("org.slf4j.simpleLogger.logFile", "System.err");
    setDefault("org.slf4j.simpleLogger.showDateTime", "true");
    setDefault("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
    setDefault("org.slf4j.simpleLogger.showThreadName", "false");
    setDefault("org.slf4j.simpleLogger.levelInBrackets", "true");
    // The provider is known: no search of the class path, and no line about it.
    setDefault("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
    setDefault("slf4j.internal.verbosity", "WARN");
  }

  private static void setDefault(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  static boolean isVerbose() {
    return verbosity > 0;
  }
}
