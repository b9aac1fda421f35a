package dev.selene.host.wasi;

import dev.selene.host.ProcessConfig;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An open folder and what can be done with the paths below it. A preopened folder is opened at its
 * first use.
 *
 * <p>Only regular files and folders are opened: the type is looked at before opening, and again on
 * the open file. Opening never waits for the other end of a FIFO ({@code O_NONBLOCK}), should one
 * be put in the place of a file between the two.
 *
 * <p>Thread-safety: {@link #close} may be called from any thread; everything else blocks and runs
 * on a blocking pool, one call at a time.
 */
final class ConfinedFolder implements AutoCloseable {
  private static final byte[] ITSELF = {};
  private static final byte[] HERE = {'.'};

  private final ProcessConfig.@Nullable Preopen preopen;
  private final AtomicReference<@Nullable HostFile> handle = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Opened by {@link #open}. */
  ConfinedFolder(HostFile handle) {
    this.preopen = null;
    this.handle.set(handle);
  }

  /** Not open yet. */
  ConfinedFolder(ProcessConfig.Preopen preopen) {
    this.preopen = preopen;
  }

  /**
   * What {@link #open} gave.
   *
   * @param file open
   * @param folder whether it is a folder
   */
  record Opened(HostFile file, boolean folder) {}

  /**
   * How to open.
   *
   * @param follow whether a link in the last place is followed
   * @param create make the file when it is not there
   * @param exclusive fail when it is there
   * @param truncate cut it to 0 bytes
   * @param folder fail when it is no folder
   * @param read for reading
   * @param write for writing
   * @param flags checked {@link FdFlags}
   */
  record OpenRequest(
      boolean follow,
      boolean create,
      boolean exclusive,
      boolean truncate,
      boolean folder,
      boolean read,
      boolean write,
      int flags) {}

  private HostFile handle() throws WasiFailure {
    HostFile open = handle.get();
    if (open != null) {
      return open;
    }
    ProcessConfig.Preopen toOpen = preopen;
    if (toOpen == null || closed.get()) {
      throw new WasiFailure(Errno.BADF);
    }
    HostFile fresh = HostFile.open(() -> Linux.openPreopen(toOpen.hostPath()));
    handle.set(fresh);
    if (closed.get()) {
      // The process ended meanwhile; close() may have looked before the line above.
      fresh.close();
      throw new WasiFailure(Errno.BADF);
    }
    return fresh;
  }

  @Override
  public void close() {
    closed.set(true);
    HostFile open = handle.getAndSet(null);
    if (open != null) {
      open.close();
    }
  }

  /** Work on the end of a walked path. */
  @FunctionalInterface
  private interface AtPath<T> {
    T at(int parent, byte[] name, PathWalk walk) throws WasiFailure;
  }

  private <T> T walk(byte[] path, boolean follow, AtPath<T> work) throws WasiFailure {
    return handle()
        .use(
            number -> {
              try (PathWalk walk = PathWalk.from(number, path, follow)) {
                return work.at(walk.parent(), walk.name(), walk);
              }
            });
  }

  private static boolean endsWithSlash(byte[] path) {
    return path[path.length - 1] == '/';
  }

  Opened open(byte[] path, OpenRequest request) throws WasiFailure {
    boolean follow =
        (request.follow || endsWithSlash(path)) && !(request.create && request.exclusive);
    return walk(
        path,
        follow,
        (parent, name, walk) -> {
          boolean folder = request.folder || walk.folderWanted();
          return openAt(parent, name, request, folder);
        });
  }

  private static Opened openAt(int parent, byte[] name, OpenRequest request, boolean folderWanted)
      throws WasiFailure {
    FileStatus status = null;
    try {
      status = Linux.status(parent, name);
    } catch (WasiFailure failure) {
      if (failure.errno() != Errno.NOENT || !request.create) {
        throw failure;
      }
      if (folderWanted) {
        throw new WasiFailure(Errno.ISDIR);
      }
    }
    if (status != null) {
      checkType(status.type(), request, folderWanted);
    }
    boolean folder = status != null && status.type() == FileType.FOLDER;
    int flags = folder ? Linux.O_DIRECTORY : fileFlags(request);
    HostFile file =
        HostFile.open(
            () ->
                Linux.open(
                    parent,
                    name,
                    flags | Linux.O_NOFOLLOW | Linux.O_NONBLOCK | Linux.O_NOCTTY,
                    0666));
    boolean done = false;
    try {
      file.use(
          number -> {
            checkType(Linux.status(number, ITSELF).type(), request, folder);
            if (request.truncate && !folder) {
              Linux.truncate(number, 0);
            }
            return 0;
          });
      done = true;
      return new Opened(file, folder);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private static int fileFlags(OpenRequest request) {
    int flags = request.write ? request.read ? Linux.O_RDWR : Linux.O_WRONLY : Linux.O_RDONLY;
    flags |= FdFlags.toLinux(request.flags);
    flags |= request.create ? Linux.O_CREAT : 0;
    return flags | (request.create && request.exclusive ? Linux.O_EXCL : 0);
  }

  private static void checkType(int type, OpenRequest request, boolean folderWanted)
      throws WasiFailure {
    if (request.create && request.exclusive && type != FileType.REGULAR_FILE) {
      throw new WasiFailure(Errno.EXIST);
    }
    switch (type) {
      case FileType.FOLDER -> {
        if (request.write || request.create || request.truncate) {
          throw new WasiFailure(Errno.ISDIR);
        }
      }
      case FileType.REGULAR_FILE -> {
        if (folderWanted) {
          throw new WasiFailure(Errno.NOTDIR);
        }
      }
      case FileType.SYMBOLIC_LINK ->
          throw new WasiFailure(folderWanted ? Errno.NOTDIR : Errno.LOOP);
      default -> throw new WasiFailure(Errno.NOTSUP);
    }
  }

  /** A second, independent handle that can list. */
  HostFile openForListing() throws WasiFailure {
    return handle()
        .use(number -> HostFile.open(() -> Linux.open(number, HERE, Linux.O_DIRECTORY, 0)));
  }

  FileStatus status() throws WasiFailure {
    return handle().use(number -> Linux.status(number, ITSELF));
  }

  FileStatus status(byte[] path, boolean follow) throws WasiFailure {
    return walk(
        path,
        follow || endsWithSlash(path),
        (parent, name, walk) -> {
          FileStatus status = Linux.status(parent, name);
          if (walk.folderWanted() && status.type() != FileType.FOLDER) {
            throw new WasiFailure(Errno.NOTDIR);
          }
          return status;
        });
  }

  void setTimes(FileTimes times) throws WasiFailure {
    handle()
        .use(
            number -> {
              Linux.setTimes(number, HERE, times);
              return 0;
            });
  }

  void setTimes(byte[] path, boolean follow, FileTimes times) throws WasiFailure {
    walk(
        path,
        follow || endsWithSlash(path),
        (parent, name, walk) -> {
          if (walk.folderWanted() && Linux.status(parent, name).type() != FileType.FOLDER) {
            throw new WasiFailure(Errno.NOTDIR);
          }
          Linux.setTimes(parent, name, times);
          return 0;
        });
  }

  void makeFolder(byte[] path) throws WasiFailure {
    walk(
        path,
        false,
        (parent, name, walk) -> {
          Linux.makeFolder(parent, name);
          return 0;
        });
  }

  void removeFolder(byte[] path) throws WasiFailure {
    walk(
        path,
        false,
        (parent, name, walk) -> {
          PinnedFolders.changing(
              () -> {
                PinnedFolders.checkFree(parent, name);
                Linux.remove(parent, name, Linux.AT_REMOVEDIR);
              });
          return 0;
        });
  }

  void removeFile(byte[] path) throws WasiFailure {
    walk(
        path,
        false,
        (parent, name, walk) -> {
          if (walk.folderWanted() && Linux.status(parent, name).type() != FileType.FOLDER) {
            throw new WasiFailure(Errno.NOTDIR);
          }
          Linux.remove(parent, name, 0);
          return 0;
        });
  }

  byte[] readLink(byte[] path) throws WasiFailure {
    return walk(path, false, (parent, name, walk) -> Linux.readLink(parent, name));
  }

  void makeLink(byte[] target, byte[] path) throws WasiFailure {
    walk(
        path,
        false,
        (parent, name, walk) -> {
          checkNoSlash(walk);
          Linux.makeLink(target, parent, name);
          return 0;
        });
  }

  /** A new link's name has no slash behind; the walk took it away, so the kernel cannot tell. */
  private static void checkNoSlash(PathWalk walk) throws WasiFailure {
    if (walk.folderWanted()) {
      Linux.status(walk.parent(), walk.name());
      throw new WasiFailure(Errno.EXIST);
    }
  }

  void rename(byte[] path, ConfinedFolder to, byte[] newPath) throws WasiFailure {
    walk(
        path,
        false,
        (parent, name, walk) ->
            to.walk(
                newPath,
                false,
                (newParent, newName, newWalk) -> {
                  // The slash is gone from the names, so the kernel cannot check it.
                  if ((walk.folderWanted() || newWalk.folderWanted())
                      && Linux.status(parent, name).type() != FileType.FOLDER) {
                    throw new WasiFailure(Errno.NOTDIR);
                  }
                  PinnedFolders.changing(
                      () -> {
                        PinnedFolders.checkFree(parent, name);
                        PinnedFolders.checkFree(newParent, newName);
                        Linux.rename(parent, name, newParent, newName);
                      });
                  return 0;
                }));
  }

  void link(byte[] path, boolean follow, ConfinedFolder to, byte[] newPath) throws WasiFailure {
    walk(
        path,
        follow,
        (parent, name, walk) ->
            to.walk(
                newPath,
                false,
                (newParent, newName, newWalk) -> {
                  checkNoSlash(newWalk);
                  if (walk.folderWanted() && Linux.status(parent, name).type() != FileType.FOLDER) {
                    throw new WasiFailure(Errno.NOTDIR);
                  }
                  Linux.link(parent, name, newParent, newName);
                  return 0;
                }));
  }
}
