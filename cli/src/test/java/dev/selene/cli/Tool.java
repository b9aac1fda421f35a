package dev.selene.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of the machine that tests use as a client: a test that needs one which is not installed
 * is skipped, and says so.
 *
 * @param exitCode its exit code
 * @param output what it wrote, to both streams
 */
record Tool(int exitCode, String output) {
  private static final long LIVENESS_SECONDS = 120;

  static void assumeInstalled(String name) {
    boolean found =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    Assumptions.assumeTrue(found, name + " is not installed");
  }

  /** Runs it with a text as its input. */
  static Tool run(Path folder, String input, String... command)
      throws IOException, InterruptedException {
    assumeInstalled(command[0]);
    Path output = Files.createTempFile(folder, "tool", ".out");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading its input; its exit code and its words tell why.
    }
    if (!process.waitFor(LIVENESS_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command[0] + " is still running: " + Files.readString(output));
    }
    return new Tool(process.exitValue(), Files.readString(output));
  }
}
