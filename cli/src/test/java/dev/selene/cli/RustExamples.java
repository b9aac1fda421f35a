package dev.selene.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The compiled programs of {@code examples/rust}, built on first use. */
final class RustExamples {
  private static final Path FOLDER = AbiDocumentTest.root().resolve("examples/rust");
  private static boolean built;

  private RustExamples() {}

  private static synchronized void build() {
    if (built) {
      return;
    }
    ProcessBuilder builder =
        new ProcessBuilder("cargo", "build", "--quiet", "--locked", "--release")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true);
    // A runner of cargo that runs this test must not leak its choices into the build.
    List.of("CARGO_BUILD_TARGET", "CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS")
        .forEach(builder.environment()::remove);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("cargo build in " + FOLDER + " failed:\n" + output);
      }
      built = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A program, for example {@code job-queue}. */
  static Path program(String name) {
    build();
    return FOLDER.resolve("target/wasm32-wasip1/release/" + name + ".wasm");
  }
}
