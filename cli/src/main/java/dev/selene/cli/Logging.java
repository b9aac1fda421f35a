package dev.selene.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Levels of the logging backend, set as system properties before the first logger is made, so that
 * logging costs nothing until somebody logs. Lines go to standard error, never to a guest's output.
 */
final class Logging {
  private static final String PREFIX = "org.slf4j.simpleLogger.";
  private static final String LEVEL = PREFIX + "defaultLogLevel";

  private static volatile int verbosity;

  /** The least severe level that is logged; null when the settings say more than one level. */
  private static volatile @Nullable Level least;

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
    boolean own =
        System.getProperties().stringPropertyNames().stream()
            .anyMatch(name -> name.startsWith(PREFIX));
    if (!own) {
      least = Level.valueOf(level.toUpperCase(Locale.ROOT));
    }
    setDefault(LEVEL, level);
    setDefault("org.slf4j.simpleLogger.logFile", "System.err");
    setDefault("org.slf4j.simpleLogger.showDateTime", "true");
    setDefault("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
    setDefault("org.slf4j.simpleLogger.showThreadName", "false");
    setDefault("org.slf4j.simpleLogger.levelInBrackets", "true");
    // The provider is known: no search of the class path, and no line about it.
    setDefault("slf4j.provider", LazyLogging.class.getName());
    setDefault("slf4j.internal.verbosity", "WARN");
  }

  private static void setDefault(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /** Whether a level is certainly not logged, as can be said without the backend. */
  static boolean hides(Level level) {
    Level shown = least;
    return shown != null && level.toInt() < shown.toInt();
  }

  static boolean isVerbose() {
    return verbosity > 0;
  }
}
