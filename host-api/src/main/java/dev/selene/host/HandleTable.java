package dev.selene.host;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ids of one kind of thing in one process: the first is 0, then one more each, never reused. Ids
 * mean nothing in another process.
 *
 * <p>Thread-safety: only the owning process's thread.
 *
 * @param <T> what the ids stand for
 */
public final class HandleTable<T> {
  private final String kind;
  private final Accounting accounting;
  private final Map<Long, T> entries = new HashMap<>();
  private long next;

  /** Who counts the handles of a process. */
  public interface Accounting {
    /** Called before a handle is added; throws when the process has too many. */
    void handleAdded();

    /** Called after a handle was removed. */
    void handleRemoved();
  }

  /**
   * An empty table.
   *
   * @param kind names the kind in errors, for example {@code module}
   * @param accounting counts the handles
   */
  public HandleTable(String kind, Accounting accounting) {
    this.kind = kind;
    this.accounting = accounting;
  }

  /**
   * Gives a thing an id.
   *
   * @param value the thing
   * @return its id
   */
  public long add(T value) {
    accounting.handleAdded();
    long id = next++;
    entries.put(id, value);
    return id;
  }

  /**
   * Looks an id up; traps when it is unknown.
   *
   * @param id the id
   * @return the thing
   */
  public T get(long id) {
    T value = entries.get(id);
    if (value == null) {
      throw new HostTrap("unknown " + kind + " id " + id);
    }
    return value;
  }

  /**
   * Looks an id up.
   *
   * @param id the id
   * @return null when unknown
   */
  public @Nullable T find(long id) {
    return entries.get(id);
  }

  /**
   * Removes an id; traps when it is unknown.
   *
   * @param id the id
   * @return the thing, now the caller's
   */
  public T remove(long id) {
    T value = get(id);
    entries.remove(id);
    accounting.handleRemoved();
    return value;
  }

  /**
   * Removes everything.
   *
   * @param release called with each
   */
  public void clear(Consumer<? super T> release) {
    for (T value : entries.values()) {
      accounting.handleRemoved();
      release.accept(value);
    }
    entries.clear();
  }
}
