package dev.selene.cli;

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
            .directory(FOLDER.toFile());
    // A runner of cargo that runs this test must not leak its choices into the build.
    List.of("CARGO_BUILD_TARGET", "CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS")
        .forEach(builder.environment()::remove);
    TestGuests.complete(builder);
    built = true;
  }

  /** A program, for example {@code job-queue}. */
  static Path program(String name) {
    build();
    return FOLDER.resolve("target/wasm32-wasip1/release/" + name + ".wasm");
  }
}
