package dev.selene.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The compiled guests of {@code test-modules/}, built on first use. */
final class Guests {
  private static final Path ROOT = findRoot();
  private static boolean built;

  private Guests() {}

  private static Path findRoot() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("test-modules/build.sh"))) {
        return at.resolve("test-modules");
      }
    }
    throw new IllegalStateException("test-modules/build.sh not found above the working directory");
  }

  static synchronized void build() {
    if (built) {
      return;
    }
    try {
      Process process =
          new ProcessBuilder("sh", ROOT.resolve("build.sh").toString())
              .directory(ROOT.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException("test-modules/build.sh failed:\n" + output);
      }
      built = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A file below {@code test-modules/}, after the build. */
  static Path file(String path) {
    build();
    return ROOT.resolve(path);
  }

  /** A guest program, for example {@code probe}. */
  static Path program(String name) {
    return file("target/wasm32-wasip1/release/" + name + ".wasm");
  }
}
