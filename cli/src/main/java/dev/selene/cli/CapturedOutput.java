package dev.selene.cli;

import dev.selene.host.StandardStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a test and the processes it spawns write: one text a process, output and errors together.
 * The test's own process asks for its streams first: the virtual machine opens those of a process
 * that the embedder spawns before it runs.
 *
 * <p>Thread-safety: the list and each text are guarded by their own monitor.
 */
final class CapturedOutput {
  /** A test that prints for ever must not take the machine's memory; the rest is dropped. */
  private static final int MOST_BYTES = 4 << 20;

  private final List<Text> texts = new ArrayList<>();
  private final @Nullable OutputStream echo;

  /**
   * Empty output.
   *
   * @param echo where everything is written too, for {@code --nocapture}; null for nowhere
   */
  CapturedOutput(@Nullable OutputStream echo) {
    this.echo = echo;
  }

  StandardStreams streamsForProcess() {
    Text text = new Text(echo);
    synchronized (texts) {
      texts.add(text);
    }
    return new StandardStreams(InputStream.nullInputStream(), text, text, false);
  }

  /**
   * Texts of the panics of the test's own process. What the processes it spawned print, a test that
   * watches one of them fail among them, does not count.
   */
  List<String> panics() {
    Text own;
    synchronized (texts) {
      if (texts.isEmpty()) {
        return List.of();
      }
      own = texts.getFirst();
    }
    return PanicText.in(own.toString());
  }

  /** Everything, with a heading for each process when several have written. */
  String all() {
    List<String> written;
    synchronized (texts) {
      written = texts.stream().map(Text::toString).toList();
    }
    if (written.stream().filter(text -> !text.isEmpty()).count() <= 1) {
      return String.join("", written);
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < written.size(); i++) {
      if (!written.get(i).isEmpty()) {
        all.append(" --- process ").append(i).append(" stdout ---\n").append(written.get(i));
        if (!written.get(i).endsWith("\n")) {
          all.append('\n');
        }
      }
    }
    return all.toString();
  }

  /** Bytes of one process. */
  private static final class Text extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
    private final @Nullable OutputStream echo;
    private boolean cut;

    Text(@Nullable OutputStream echo) {
      this.echo = echo;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) throws IOException {
      int room = Math.min(length, MOST_BYTES - bytes.size());
      bytes.write(source, offset, room);
      cut |= room < length;
      if (echo != null) {
        echo.write(source, offset, length);
        echo.flush();
      }
    }

    @Override
    public synchronized String toString() {
      return bytes.toString(StandardCharsets.UTF_8) + (cut ? "\n[output cut here]\n" : "");
    }
  }
}
