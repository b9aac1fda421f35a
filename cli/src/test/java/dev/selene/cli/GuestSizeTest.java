package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the crate {@code selene} adds to a program. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class GuestSizeTest {
  /**
   * Of a program that spawns, sends, receives and prints; half of it is Rust's standard library.
   */
  private static final long MOST_BYTES = 60_000;

  @Test
  void smallestProgram_isSmall(@TempDir Path folder) throws Exception {
    Path sdk = GuestSdk.ofInstallation().getParent();
    ProcessBuilder build =
        new ProcessBuilder(
                List.of(
                    "cargo build --quiet --locked --release -p selene --example hello".split(" ")))
            .directory(sdk.toFile());
    build.environment().put("CARGO_TARGET_DIR", sdk.resolve("target").toString());
    List.of("CARGO_BUILD_TARGET", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS")
        .forEach(build.environment()::remove);
    TestGuests.complete(build);
    Path hello = sdk.resolve("target/wasm32-wasip1/release/examples/hello.wasm");
    assertTrue(Files.size(hello) <= MOST_BYTES, "bytes: " + Files.size(hello));
    CommandRun run = CommandRun.process(folder, "run", hello.toString());
    assertTrue(run.out().equals("Hello from another process\n"), run.out() + run.err());
  }
}
