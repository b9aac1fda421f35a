package dev.selene.vm.internal.process;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Senders that wait for room in one mailbox, in the order in which they came. Only the first one
 * tries; who leaves the queue, served or not, wakes the next, so a killed sender takes no turn
 * along.
 *
 * <p>Thread-safety: any thread. {@code waiting} is guarded by this object; {@code size} is written
 * under it and read without, so that a receiver without waiters pays one volatile read. No lost
 * wake-up: a sender enters (volatile write of {@code size}) before it looks at the room; a receiver
 * makes room (atomic) before it looks at {@code size}.
 */
final class RoomQueue {
  private final LinkedHashSet<Actor> waiting = new LinkedHashSet<>();
  private volatile int size;

  /** How many wait. */
  int length() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  synchronized void enter(Actor sender) {
    waiting.add(sender);
    size = waiting.size();
  }

  synchronized boolean isFirst(Actor sender) {
    return !waiting.isEmpty() && waiting.getFirst() == sender;
  }

  void leave(Actor sender) {
    synchronized (this) {
      waiting.remove(sender);
      size = waiting.size();
    }
    wakeFirst();
  }

  void wakeFirst() {
    if (size == 0) {
      return;
    }
    Actor first = first();
    if (first != null) {
      first.wake();
    }
  }

  private synchronized @Nullable Actor first() {
    return waiting.isEmpty() ? null : waiting.getFirst();
  }

  void wakeAll() {
    Actor[] all;
    synchronized (this) {
      all = waiting.toArray(Actor[]::new);
    }
    for (Actor sender : all) {
      sender.wake();
    }
  }
}
