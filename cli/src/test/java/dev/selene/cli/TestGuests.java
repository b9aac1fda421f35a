package dev.selene.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The compiled guests of {@code test-modules/}, built on first use. */
final class TestGuests {
  private static final Path ROOT = findRoot();
  private static boolean built;

  private TestGuests() {}

  private static Path findRoot() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("test-modules/build.sh"))) {
        return at.resolve("test-modules");
      }
    }
    throw new IllegalStateException("test-modules/build.sh not found above the working directory");
  }

  private static synchronized void build() {
    if (built) {
      return;
    }
    complete(
        new ProcessBuilder("sh", ROOT.resolve("build.sh").toString()).directory(ROOT.toFile()));
    built = true;
  }

  /** Runs a build to its end; what it prints is shown when it fails. */
  static void complete(ProcessBuilder build) {
    try {
      Process process = build.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            build.command() + " in " + build.directory() + " failed:\n" + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A guest program, for example {@code echo-server}. */
  static Path program(String name) {
    build();
    return ROOT.resolve("target/wasm32-wasip1/release/" + name + ".wasm");
  }

  /** A module written as text, for example {@code counter}. */
  static Path wat(String name) {
    build();
    return ROOT.resolve("target/wat/" + name + ".wasm");
  }
}
