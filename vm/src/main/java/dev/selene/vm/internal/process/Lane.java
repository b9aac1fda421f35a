package dev.selene.vm.internal.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What many senders push and one owner takes: a linked stack that the owner takes whole and turns
 * round, so arrival order, and with it the order of each sender, is kept. An empty lane is one
 * {@code null} field, which is why it is not a padded array queue: those cost several hundred bytes
 * and a process has two lanes.
 *
 * <p>Ownership: {@code head} is written by senders (compare-and-set) and by the owner
 * (get-and-set). States: {@code null} empty; a node; {@link #CLOSED} for ever after {@link #close}.
 * Ordering: a push is a full fence, so a sender that pushes and then reads the owner's parked flag,
 * and an owner that sets the flag and then reads the lane, cannot both miss each other.
 *
 * @param <T> what travels
 */
final class Lane<T> {
  private static final VarHandle HEAD;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(Lane.class, "head", Node.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** An entry; after {@link Lane#take} the owner follows {@link #next} in arrival order. */
  static final class Node<T> {
    final @Nullable T value;
    @Nullable Node<T> next;

    Node(@Nullable T value) {
      this.value = value;
    }

    T value() {
      if (value == null) {
        throw new IllegalStateException("the closing mark has no value");
      }
      return value;
    }
  }

  private static final Node<?> CLOSED = new Node<>(null);

  private volatile @Nullable Node<T> head;

  /**
   * Pushes.
   *
   * @return false when the lane is closed; the value was not taken
   */
  boolean push(T value) {
    Node<T> node = new Node<>(value);
    while (true) {
      Node<T> current = head;
      if (current == CLOSED) {
        return false;
      }
      node.next = current;
      if (HEAD.compareAndSet(this, current, node)) {
        return true;
      }
    }
  }

  boolean isEmpty() {
    Node<T> current = head;
    return current == null || current == CLOSED;
  }

  /** Owner only: everything so far, oldest first. */
  @Nullable Node<T> take() {
    Node<T> current = head;
    if (current == null || current == CLOSED) {
      return null;
    }
    return reversed(exchange(null));
  }

  /** Owner only, once: refuses all later pushes and returns what was left, oldest first. */
  @SuppressWarnings("unchecked")
  @Nullable Node<T> close() {
    Node<T> rest = exchange((Node<T>) CLOSED);
    return rest == CLOSED ? null : reversed(rest);
  }

  @SuppressWarnings("unchecked")
  private @Nullable Node<T> exchange(@Nullable Node<T> replacement) {
    return (Node<T>) HEAD.getAndSet(this, replacement);
  }

  private static <T> @Nullable Node<T> reversed(@Nullable Node<T> newestFirst) {
    Node<T> oldestFirst = null;
    while (newestFirst != null) {
      Node<T> next = newestFirst.next;
      newestFirst.next = oldestFirst;
      oldestFirst = newestFirst;
      newestFirst = next;
    }
    return oldestFirst;
  }
}
