package dev.selene.host.wasi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Finds the folder and the last name a guest's path stands for, without ever leaving the folder it
 * starts in.
 *
 * <p>Each component is opened relative to the folder before it, and the kernel is told not to
 * follow links. A link is read and its text walked by the same rules, so an absolute target or a
 * {@code ..} above the start fails with {@link Errno#PERM}, as in Lunatic. {@code ..} goes back to
 * the folder we came from, which is still open. What other processes rename or replace meanwhile
 * can therefore lead to an error or to another file below the start, never outside. Proved by
 * {@code EscapeTest}.
 *
 * <p>Whoever uses {@link #parent} and {@link #name} must not follow links either.
 *
 * <p>Thread-safety: none; lives inside one blocking call.
 */
final class PathWalk implements AutoCloseable {
  /** As Linux's. */
  private static final int MOST_LINKS = 40;

  /** Folders open at once while walking; deeper paths are walked in steps by their owners. */
  private static final int MOST_FOLDERS = 256;

  private static final byte[] HERE = {'.'};
  private static final byte[] UP = {'.', '.'};

  private final int start;
  private final List<Integer> folders = new ArrayList<>();
  private final Deque<byte[]> pending = new ArrayDeque<>();
  private boolean folderWanted;
  private int links;
  private byte[] name = HERE;

  private PathWalk(int start) {
    this.start = start;
  }

  /**
   * Walks.
   *
   * @param start an open folder
   * @param path checked by {@link GuestPath}: not empty, relative, no NUL
   * @param follow whether a link in the last place is followed
   * @return where the path leads; the last name may not exist
   */
  static PathWalk from(int start, byte[] path, boolean follow) throws WasiFailure {
    PathWalk walk = new PathWalk(start);
    boolean done = false;
    try {
      walk.run(path, follow);
      done = true;
      return walk;
    } finally {
      if (!done) {
        walk.close();
      }
    }
  }

  /** The open folder that has {@link #name}. */
  int parent() {
    return folders.isEmpty() ? start : folders.getLast();
  }

  /** A single name, {@code .} for the folder itself, never {@code ..}. */
  byte[] name() {
    return name;
  }

  /** Whether the path ended in a slash. */
  boolean folderWanted() {
    return folderWanted;
  }

  @Override
  public void close() {
    folders.reversed().forEach(Linux::close);
    folders.clear();
  }

  private void run(byte[] path, boolean follow) throws WasiFailure {
    push(path);
    while (!pending.isEmpty()) {
      byte[] component = pending.pop();
      if (Arrays.equals(component, HERE)) {
        name = HERE;
      } else if (Arrays.equals(component, UP)) {
        goUp();
      } else if (!pending.isEmpty()) {
        enter(component);
      } else if (!follow || !expand(component)) {
        name = component;
      }
    }
  }

  private void goUp() throws WasiFailure {
    if (folders.isEmpty()) {
      throw new WasiFailure(Errno.PERM);
    }
    Linux.close(folders.removeLast());
    name = HERE;
  }

  private void enter(byte[] component) throws WasiFailure {
    if (folders.size() == MOST_FOLDERS) {
      throw new WasiFailure(Errno.NAMETOOLONG);
    }
    int flags = Linux.O_PATH | Linux.O_NOFOLLOW | Linux.O_DIRECTORY;
    try {
      folders.add(Linux.open(parent(), component, flags, 0));
      name = HERE;
    } catch (WasiFailure failure) {
      // A link is not a folder to the kernel when it may not follow.
      boolean mayBeLink = failure.errno() == Errno.NOTDIR || failure.errno() == Errno.LOOP;
      if (!mayBeLink || !expand(component)) {
        throw failure;
      }
    }
  }

  /** Puts a link's text in place of the link; false when the name is no link. */
  private boolean expand(byte[] component) throws WasiFailure {
    byte[] target;
    try {
      target = Linux.readLink(parent(), component);
    } catch (WasiFailure failure) {
      if (failure.errno() == Errno.INVAL || failure.errno() == Errno.NOENT) {
        return false;
      }
      throw failure;
    }
    if (++links > MOST_LINKS) {
      throw new WasiFailure(Errno.LOOP);
    }
    if (target.length == 0) {
      throw new WasiFailure(Errno.NOENT);
    }
    if (target[0] == '/') {
      throw new WasiFailure(Errno.PERM);
    }
    push(target);
    return true;
  }

  /** Puts the components of a path before what is still to be walked. */
  private void push(byte[] path) {
    if (pending.isEmpty() && path[path.length - 1] == '/') {
      folderWanted = true;
    }
    int end = path.length;
    for (int i = path.length - 1; i >= -1; i--) {
      if (i == -1 || path[i] == '/') {
        if (i + 1 < end) {
          pending.push(Arrays.copyOfRange(path, i + 1, end));
        }
        end = i;
      }
    }
  }

  @Override
  public String toString() {
    return "PathWalk[depth="
        + folders.size()
        + ", name="
        + new String(name, StandardCharsets.UTF_8)
        + "]";
  }
}
