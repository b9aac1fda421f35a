package dev.selene.host.wasi;

import dev.selene.host.GuestMemory;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import java.nio.charset.StandardCharsets;

/** What the imports on paths do. Runs on the process's thread. */
final class PathCalls {
  private static final int FOLLOW = 1;
  private static final int CREATE = 1;
  private static final int DIRECTORY = 2;
  private static final int EXCLUSIVE = 4;
  private static final int TRUNCATE = 8;
  private static final int PRESTAT_BYTES = 8;
  private static final long WRITING =
      Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_SIZE;

  private PathCalls() {}

  private static boolean follows(int flags) throws WasiFailure {
    if ((flags & ~FOLLOW) != 0) {
      throw new WasiFailure(Errno.INVAL);
    }
    return flags == FOLLOW;
  }

  /** Blocking work on paths that gives nothing back. */
  @FunctionalInterface
  private interface Action {
    void run() throws WasiFailure;
  }

  private static void blocking(ProcessContext process, Action action) throws WasiFailure {
    Blocking.files(
        process,
        () -> {
          action.run();
          return true;
        });
  }

  private static ProcessConfig.Preopen preopen(ProcessContext process, int fd) throws WasiFailure {
    Descriptor descriptor = WasiState.of(process).get(fd);
    if (!(descriptor instanceof Descriptor.Folder folder)) {
      throw new WasiFailure(Errno.BADF);
    }
    ProcessConfig.Preopen preopen = folder.preopen();
    if (preopen == null) {
      throw new WasiFailure(Errno.NOTSUP);
    }
    return preopen;
  }

  static void prestat(ProcessContext process, int fd, int result) throws WasiFailure {
    process.memory().check(result, PRESTAT_BYTES);
    byte[] name = preopen(process, fd).guestPath().getBytes(StandardCharsets.UTF_8);
    // WASI "prestat": tag 1 byte, 0 for a folder; length of the name 4 at 4.
    process.memory().putLong(result, (long) name.length << 32);
  }

  static void prestatName(ProcessContext process, int fd, int buffer, int length)
      throws WasiFailure {
    process.memory().check(buffer, length);
    byte[] name = preopen(process, fd).guestPath().getBytes(StandardCharsets.UTF_8);
    if (name.length > Integer.toUnsignedLong(length)) {
      throw new WasiFailure(Errno.NAMETOOLONG);
    }
    process.memory().write(buffer, name, 0, name.length);
  }

  static void createFolder(ProcessContext process, int fd, int path, int length)
      throws WasiFailure {
    byte[] name = GuestPath.read(process.memory(), path, length);
    ConfinedFolder folder = folder(process, fd, Rights.PATH_CREATE_DIRECTORY);
    blocking(process, () -> folder.makeFolder(name));
  }

  static void removeFolder(ProcessContext process, int fd, int path, int length)
      throws WasiFailure {
    byte[] name = GuestPath.read(process.memory(), path, length);
    ConfinedFolder folder = folder(process, fd, Rights.PATH_REMOVE_DIRECTORY);
    blocking(process, () -> folder.removeFolder(name));
  }

  static void removeFile(ProcessContext process, int fd, int path, int length) throws WasiFailure {
    byte[] name = GuestPath.read(process.memory(), path, length);
    ConfinedFolder folder = folder(process, fd, Rights.PATH_UNLINK_FILE);
    blocking(process, () -> folder.removeFile(name));
  }

  static void status(ProcessContext process, int fd, int flags, int path, int length, int result)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    memory.check(result, FileStatus.BYTES);
    byte[] name = GuestPath.read(memory, path, length);
    boolean follow = follows(flags);
    ConfinedFolder folder = folder(process, fd, Rights.PATH_FILESTAT_GET);
    Blocking.files(process, () -> folder.status(name, follow)).store(memory, result);
  }

  static void setTimes(
      ProcessContext process, int fd, int flags, int path, int length, FileTimes times)
      throws WasiFailure {
    byte[] name = GuestPath.read(process.memory(), path, length);
    boolean follow = follows(flags);
    ConfinedFolder folder = folder(process, fd, Rights.PATH_FILESTAT_SET_TIMES);
    blocking(process, () -> folder.setTimes(name, follow, times));
  }

  static void link(
      ProcessContext process,
      int fd,
      int flags,
      int path,
      int length,
      int newFd,
      int newPath,
      int newLength)
      throws WasiFailure {
    process.memory().check(newPath, newLength);
    byte[] name = GuestPath.read(process.memory(), path, length);
    byte[] newName = GuestPath.read(process.memory(), newPath, newLength);
    boolean follow = follows(flags);
    ConfinedFolder from = folder(process, fd, Rights.PATH_LINK_SOURCE);
    ConfinedFolder to = folder(process, newFd, Rights.PATH_LINK_TARGET);
    blocking(process, () -> from.link(name, follow, to, newName));
  }

  static void rename(
      ProcessContext process, int fd, int path, int length, int newFd, int newPath, int newLength)
      throws WasiFailure {
    process.memory().check(newPath, newLength);
    byte[] name = GuestPath.read(process.memory(), path, length);
    byte[] newName = GuestPath.read(process.memory(), newPath, newLength);
    ConfinedFolder from = folder(process, fd, Rights.PATH_RENAME_SOURCE);
    ConfinedFolder to = folder(process, newFd, Rights.PATH_RENAME_TARGET);
    blocking(process, () -> from.rename(name, to, newName));
  }

  static void symlink(
      ProcessContext process, int target, int targetLength, int fd, int path, int length)
      throws WasiFailure {
    process.memory().check(path, length);
    byte[] text = GuestPath.read(process.memory(), target, targetLength);
    byte[] name = GuestPath.read(process.memory(), path, length);
    ConfinedFolder folder = folder(process, fd, Rights.PATH_SYMLINK);
    blocking(process, () -> folder.makeLink(text, name));
  }

  static void readLink(
      ProcessContext process, int fd, int path, int length, int buffer, int size, int result)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    memory.check(buffer, size);
    memory.check(result, 4);
    byte[] name = GuestPath.read(memory, path, length);
    ConfinedFolder folder = folder(process, fd, Rights.PATH_READLINK);
    byte[] text = Blocking.files(process, () -> folder.readLink(name));
    if (text.length > 0 && text[0] == '/') {
      // Where things are on the host is none of the guest's business, and it may not go there.
      throw new WasiFailure(Errno.PERM);
    }
    int count = (int) Math.min(Integer.toUnsignedLong(size), text.length);
    memory.write(buffer, text, 0, count);
    memory.putInt(result, count);
  }

  static void open(
      ProcessContext process,
      int fd,
      int flags,
      int path,
      int length,
      int openFlags,
      long rights,
      long inheriting,
      int fdFlags,
      int result)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    memory.check(result, 4);
    byte[] name = GuestPath.read(memory, path, length);
    boolean follow = follows(flags);
    boolean create = (openFlags & CREATE) != 0;
    boolean directory = (openFlags & DIRECTORY) != 0;
    if ((openFlags & ~15) != 0
        || (fdFlags & ~FdFlags.ALL) != 0
        || directory && openFlags != DIRECTORY) {
      throw new WasiFailure(Errno.INVAL);
    }
    WasiState state = WasiState.of(process);
    Descriptor.Folder parent =
        state.folder(fd, Rights.PATH_OPEN | (create ? Rights.PATH_CREATE_FILE : 0));
    long fileRights = rights & parent.inheriting() & Rights.FILE;
    ConfinedFolder.OpenRequest request =
        new ConfinedFolder.OpenRequest(
            follow,
            create,
            (openFlags & EXCLUSIVE) != 0,
            (openFlags & TRUNCATE) != 0,
            directory,
            (fileRights & Rights.FD_READ) != 0,
            !directory && (fileRights & WRITING) != 0,
            fdFlags);
    state.reserve();
    boolean charged = false;
    boolean done = false;
    try {
      process.charge(Descriptor.FOOTPRINT);
      charged = true;
      ConfinedFolder folder = parent.folder();
      ConfinedFolder.Opened opened =
          Blocking.files(
              process, () -> folder.open(name, request), abandoned -> abandoned.file().close());
      Descriptor descriptor =
          opened.folder()
              ? new Descriptor.Folder(
                  opened.file(), rights & parent.rights(), inheriting & parent.inheriting())
              : new Descriptor.RegularFile(opened.file(), fileRights, fdFlags);
      memory.putInt(result, state.add(descriptor));
      done = true;
    } finally {
      if (!done) {
        process.removeHandle();
        if (charged) {
          process.release(Descriptor.FOOTPRINT);
        }
      }
    }
  }

  private static ConfinedFolder folder(ProcessContext process, int fd, long rights)
      throws WasiFailure {
    return WasiState.of(process).folder(fd, rights).folder();
  }
}
