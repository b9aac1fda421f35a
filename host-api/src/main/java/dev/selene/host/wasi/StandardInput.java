package dev.selene.host.wasi;

import dev.selene.host.NonBlockingStream;
import dev.selene.host.ProcessContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Standard input, shared by all processes that have the same stream.
 *
 * <p>A read that has begun cannot be taken back. So a thread of its own reads ahead, but only when
 * a process wants input; what it read waits here for whoever takes it, also when the process that
 * asked was killed meanwhile. The end of the input is told to one reader at a time, and then asked
 * for again: a terminal goes on after Ctrl-D.
 *
 * <p>Thread-safety: all state is guarded by {@code this}; no lock is held while reading.
 */
final class StandardInput {
  private static final Map<InputStream, StandardInput> INPUTS = new WeakHashMap<>();
  private static final int AHEAD = 8192;

  private final WeakReference<InputStream> stream;
  private byte[] bytes = {};
  private boolean reading;
  private boolean ended;
  private @Nullable IOException failure;

  /** Processes that wait; completed, and taken out, when a read is over. */
  private final Set<CompletableFuture<Void>> waiting = new HashSet<>();

  private StandardInput(InputStream stream) {
    this.stream = new WeakReference<>(stream);
  }

  private static StandardInput of(InputStream stream) {
    synchronized (INPUTS) {
      return INPUTS.computeIfAbsent(stream, StandardInput::new);
    }
  }

  private static boolean direct(InputStream stream) {
    return stream instanceof NonBlockingStream || stream instanceof ByteArrayInputStream;
  }

  /**
   * Reads at least one byte; parks until there is one.
   *
   * @param most more than 0
   * @return empty at the end
   */
  static byte[] read(ProcessContext process, int most) throws WasiFailure {
    InputStream stream = process.streams().input();
    if (direct(stream)) {
      try {
        byte[] buffer = new byte[most];
        return Arrays.copyOf(buffer, Math.max(0, stream.read(buffer)));
      } catch (IOException e) {
        throw new WasiFailure(Errno.IO);
      }
    }
    StandardInput input = of(stream);
    while (true) {
      byte[] taken = input.take(most);
      if (taken != null) {
        return taken;
      }
      input.await(process);
    }
  }

  /**
   * Whether a read would not wait. Starts reading ahead when it would.
   *
   * @return bytes at hand, 0 at the end of the input; -1 when a read would wait
   */
  static int ready(ProcessContext process) {
    InputStream stream = process.streams().input();
    if (direct(stream)) {
      try {
        return stream.available();
      } catch (IOException e) {
        return 0;
      }
    }
    return of(stream).ready();
  }

  /** Parks until {@link #ready} is not -1. */
  static void awaitReady(ProcessContext process) {
    of(process.streams().input()).await(process);
  }

  private synchronized int ready() {
    if (bytes.length == 0 && !ended && failure == null) {
      startReading();
      return -1;
    }
    return bytes.length;
  }

  /** No thread waits along: a process that is killed leaves nothing behind, and blocks nobody. */
  private void await(ProcessContext process) {
    CompletableFuture<Void> news = new CompletableFuture<>();
    synchronized (this) {
      if (ready() != -1) {
        return;
      }
      waiting.add(news);
    }
    try {
      process.await(news);
    } finally {
      synchronized (this) {
        waiting.remove(news);
      }
    }
  }

  private synchronized byte @Nullable [] take(int most) throws WasiFailure {
    if (bytes.length > 0) {
      byte[] taken = Arrays.copyOf(bytes, Math.min(most, bytes.length));
      bytes = Arrays.copyOfRange(bytes, taken.length, bytes.length);
      return taken;
    }
    if (failure != null) {
      failure = null;
      throw new WasiFailure(Errno.IO);
    }
    if (ended) {
      ended = false;
      return new byte[0];
    }
    return null;
  }

  private void startReading() {
    InputStream source = stream.get();
    if (reading || source == null) {
      return;
    }
    reading = true;
    Thread.ofPlatform().daemon().name("selene-standard-input").start(() -> readAhead(source));
  }

  private void readAhead(InputStream source) {
    byte[] buffer = new byte[AHEAD];
    int count = -1;
    IOException problem = null;
    try {
      count = source.read(buffer);
    } catch (IOException e) {
      problem = e;
    } catch (RuntimeException | Error e) {
      problem = new IOException(e);
    }
    List<CompletableFuture<Void>> told;
    synchronized (this) {
      reading = false;
      failure = problem;
      ended = problem == null && count < 0;
      bytes = Arrays.copyOf(buffer, Math.max(0, count));
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(news -> news.complete(null));
  }
}
