package dev.selene.host.wasi;

import dev.selene.host.BlockingPool;
import dev.selene.host.ProcessContext;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to write to a stream that may block. One write at a time holds a thread of the
 * pool for each stream, whoever writes and however many wait; the others are parked, their bytes on
 * their own ledgers, and leave the queue when they are killed. So a reader that has stopped holds
 * up those who write to it, and one thread.
 *
 * <p>States. A stream is in {@link #TURNS} while somebody writes to it or waits; the entry's queue
 * has those who wait, oldest first. The turn goes from a write that is over straight to the oldest,
 * whose future completes then. A write that has begun gives its turn up when it is over, on the
 * pool's thread, also when its process was killed meanwhile; one that has not begun and never will
 * gives it up on the process's thread: {@code begun} decides between the two.
 *
 * <p>Thread-safety: any thread; all queues are guarded by {@link #TURNS}. Streams belong to the
 * whole JVM, standard output above all, and so do their turns.
 */
final class OutputTurn {
  private static final Map<OutputStream, ArrayDeque<CompletableFuture<?>>> TURNS =
      new IdentityHashMap<>();

  private final OutputStream stream;
  private final AtomicBoolean begun = new AtomicBoolean();

  private OutputTurn(OutputStream stream) {
    this.stream = stream;
  }

  /** Waits for its turn, writes and flushes. The process's thread. */
  static void write(ProcessContext process, OutputStream stream, byte[] bytes) throws WasiFailure {
    OutputTurn turn = take(process, stream);
    boolean done = false;
    try {
      Blocking.run(
          process,
          BlockingPool.STANDARD_OUTPUT,
          () -> {
            if (turn.begun.compareAndSet(false, true)) {
              try {
                stream.write(bytes);
                stream.flush();
              } finally {
                turn.pass();
              }
            }
            return true;
          },
          result -> {});
      done = true;
    } finally {
      if (!done && turn.begun.compareAndSet(false, true)) {
        turn.pass();
      }
    }
  }

  private static OutputTurn take(ProcessContext process, OutputStream stream) {
    OutputTurn turn = new OutputTurn(stream);
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    synchronized (TURNS) {
      ArrayDeque<CompletableFuture<?>> waiting = TURNS.get(stream);
      if (waiting == null) {
        TURNS.put(stream, new ArrayDeque<>(2));
        return turn;
      }
      waiting.add(mine);
    }
    boolean granted = false;
    try {
      process.await(mine);
      granted = true;
      return turn;
    } finally {
      if (!granted && !turn.leave(mine)) {
        turn.pass();
      }
    }
  }

  /** Waits no longer; false when it is this one's turn already. */
  private boolean leave(CompletableFuture<?> mine) {
    synchronized (TURNS) {
      ArrayDeque<CompletableFuture<?>> waiting = TURNS.get(stream);
      return waiting != null && waiting.remove(mine);
    }
  }

  private void pass() {
    CompletableFuture<?> next;
    synchronized (TURNS) {
      next = oldestWaiting();
    }
    if (next != null) {
      next.complete(null);
    }
  }

  private @Nullable CompletableFuture<?> oldestWaiting() {
    ArrayDeque<CompletableFuture<?>> waiting = TURNS.get(stream);
    CompletableFuture<?> next = waiting == null ? null : waiting.poll();
    if (next == null) {
      TURNS.remove(stream);
    }
    return next;
  }

  /** Streams that are written to now, for tests. */
  static int busyStreams() {
    synchronized (TURNS) {
      return TURNS.size();
    }
  }
}
