package dev.selene.sqlite;

import dev.selene.host.ProcessContext;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * Lets so many in at once, the others in the order they came.
 *
 * <p>Ownership: any thread; the fields are guarded by {@code this}.
 */
final class Gate {
  private final ArrayDeque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
  private int free;

  /**
   * An open gate.
   *
   * @param free how many may be in at once
   */
  Gate(int free) {
    this.free = free;
  }

  /** Parks until there is room. */
  void enter(ProcessContext process) {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    synchronized (this) {
      if (free > 0) {
        free--;
        return;
      }
      waiting.add(turn);
    }
    boolean entered = false;
    try {
      process.await(turn);
      entered = true;
    } finally {
      if (!entered) {
        giveUp(turn);
      }
    }
  }

  private void giveUp(CompletableFuture<Void> turn) {
    boolean had;
    synchronized (this) {
      had = !waiting.remove(turn);
    }
    if (had) {
      leave();
    }
  }

  /** Lets the next one in. */
  void leave() {
    CompletableFuture<Void> next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
      }
    }
    if (next != null) {
      next.complete(null);
    }
  }
}
