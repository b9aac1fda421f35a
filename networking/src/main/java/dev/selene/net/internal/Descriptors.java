package dev.selene.net.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many sockets the system lets this JVM have. Some descriptors stay free for files and for the
 * JVM itself, which may not be able to load a class without one.
 */
final class Descriptors {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files\\s+(\\d+)");
  private static final int MOST_KEPT_FREE = 256;
  private static final int FRACTION_KEPT_FREE = 8;

  private Descriptors() {}

  /** At most this many sockets at a time; a large number where the system does not tell. */
  static int mostSockets() {
    try {
      return fromLimits(Files.readString(LIMITS));
    } catch (IOException | SecurityException e) {
      return Integer.MAX_VALUE;
    }
  }

  static int fromLimits(String limits) {
    Matcher matcher = OPEN_FILES.matcher(limits);
    if (!matcher.find() || matcher.group(1).length() > 9) {
      return Integer.MAX_VALUE;
    }
    int limit = Integer.parseInt(matcher.group(1));
    return Math.max(1, limit - Math.min(MOST_KEPT_FREE, limit / FRACTION_KEPT_FREE));
  }
}
