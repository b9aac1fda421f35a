package dev.selene.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where compiled code is kept between runs: {@code SELENE_CACHE_DIR}, else the place the platform
 * has for caches. Source: XDG Base Directory Specification; Apple's File System Programming Guide.
 */
final class CacheDirectory {
  private CacheDirectory() {}

  /** The user's; null when it cannot be made, and Selene compiles anew each time. */
  static @Nullable Path ofUser() {
    Path directory = choose(System.getenv(), System.getProperty("user.home"), isMac());
    if (directory == null) {
      return null;
    }
    try {
      Files.createDirectories(directory);
      return Files.isWritable(directory) ? directory : null;
    } catch (IOException | SecurityException e) {
      return null;
    }
  }

  static @Nullable Path choose(
      Map<String, String> environment, @Nullable String home, boolean mac) {
    String own = environment.get("SELENE_CACHE_DIR");
    if (own != null) {
      return own.isEmpty() ? null : Path.of(own).toAbsolutePath();
    }
    String xdg = environment.get("XDG_CACHE_HOME");
    // The specification tells to ignore a relative path.
    if (xdg != null && xdg.startsWith("/")) {
      return Path.of(xdg, "selene");
    }
    if (home == null || home.isEmpty() || home.equals("?")) {
      return null;
    }
    return mac ? Path.of(home, "Library", "Caches", "selene") : Path.of(home, ".cache", "selene");
  }

  private static boolean isMac() {
    return System.getProperty("os.name", "").startsWith("Mac");
  }
}
