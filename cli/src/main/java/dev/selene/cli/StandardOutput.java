package dev.selene.cli;

import dev.selene.host.StandardStreams;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * This process's standard output, for commands and guests, which remembers that it failed: a
 * command must not claim success when what it printed is lost, and a program whose reader went away
 * ends quietly.
 *
 * <p>Thread-safety: any thread.
 */
final class StandardOutput extends OutputStream {
  /** What a shell shows of a program that SIGPIPE ended. */
  static final int NOBODY_READS = 141;

  private static final StandardOutput INSTANCE =
      new StandardOutput(StandardStreams.ofThisJvm().output());

  private final OutputStream output;
  private volatile @Nullable IOException failure;

  /** One over another stream, for tests. */
  StandardOutput(OutputStream output) {
    this.output = output;
  }

  /** The only one of this JVM. */
  static StandardOutput ofThisJvm() {
    return INSTANCE;
  }

  /** The JVM's streams with this one as their output. */
  static StandardStreams streams() {
    StandardStreams jvm = StandardStreams.ofThisJvm();
    return new StandardStreams(jvm.input(), INSTANCE, jvm.error(), jvm.terminal());
  }

  /** For what commands print. */
  PrintWriter writer() {
    return new PrintWriter(this, false, StandardCharsets.UTF_8);
  }

  /** Whether the reader at the other end of a pipe has gone away. */
  boolean nobodyReads() {
    IOException seen = failure;
    return seen != null && String.valueOf(seen.getMessage()).contains("Broken pipe");
  }

  /** Why something could not be written; null when all was. */
  @Nullable String failure() {
    IOException seen = failure;
    return seen == null ? null : seen.getMessage();
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      output.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    output.flush();
  }
}
