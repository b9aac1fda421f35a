package dev.selene.host.wasi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Folders above files that a library has open by name: no guest may move, replace or remove them
 * meanwhile, or the name would lead elsewhere, outside of the preopened folders even.
 *
 * <p>Thread-safety: any blocking thread. Guests' changes of folders hold the read lock, {@code
 * COUNTS} is read under either lock and written under the write lock; so what is looked at under
 * the write lock stays as it is until it is pinned. What somebody outside of this JVM does to
 * folders is not seen.
 */
final class PinnedFolders {
  private static final ReadWriteLock LOCK = new ReentrantReadWriteLock();
  private static final Map<Key, Integer> COUNTS = new HashMap<>();

  private PinnedFolders() {}

  /** A folder, by whatever name. */
  record Key(long device, long inode) {
    static Key of(FileStatus status) {
      return new Key(status.device(), status.inode());
    }
  }

  /** A change of names. */
  @FunctionalInterface
  interface Change {
    void run() throws WasiFailure;
  }

  /** Finds out what to pin. */
  @FunctionalInterface
  interface Look {
    List<Key> run() throws WasiFailure;
  }

  /** Makes a change that {@link #checkFree} has to allow. */
  static void changing(Change change) throws WasiFailure {
    LOCK.readLock().lock();
    try {
      change.run();
    } finally {
      LOCK.readLock().unlock();
    }
  }

  /**
   * Inside {@link #changing}.
   *
   * @throws WasiFailure {@link Errno#BUSY} when the name is a pinned folder's
   */
  static void checkFree(int parent, byte[] name) throws WasiFailure {
    if (COUNTS.isEmpty()) {
      return;
    }
    FileStatus status;
    try {
      status = Linux.status(parent, name);
    } catch (WasiFailure failure) {
      if (failure.errno() == Errno.NOENT) {
        return;
      }
      throw failure;
    }
    if (COUNTS.containsKey(Key.of(status))) {
      throw new WasiFailure(Errno.BUSY);
    }
  }

  /** Looks while nobody changes folders, and pins what was found. */
  static List<Key> pin(Look look) throws WasiFailure {
    LOCK.writeLock().lock();
    try {
      List<Key> found = look.run();
      found.forEach(key -> COUNTS.merge(key, 1, Integer::sum));
      return found;
    } finally {
      LOCK.writeLock().unlock();
    }
  }

  static void unpin(List<Key> keys) {
    LOCK.writeLock().lock();
    try {
      keys.forEach(
          key -> COUNTS.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1));
    } finally {
      LOCK.writeLock().unlock();
    }
  }
}
