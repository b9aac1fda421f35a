package dev.selene.host.wasi;

import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * The imports of WASI preview 1 on paths. A path is relative to an open folder and never leads out
 * of it: {@code ..} above it, an absolute path or a link to one fails with 63, "not permitted".
 *
 * <p>Thread-safety: one object serves all processes. Source: wasi_snapshot_preview1.witx.
 */
public abstract sealed class WasiPathImports extends WasiFileImports permits WasiImports {
  WasiPathImports() {}

  /**
   * Makes a folder.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param path UTF-8, relative to the folder
   * @param pathLength bytes
   * @return 0 or an errno
   */
  @Import(value = "path_create_directory", blocking = true, summary = "Makes a folder")
  public int pathCreateDirectory(
      ProcessContext process, int fd, @Pointer int path, @Length int pathLength) {
    try {
      PathCalls.createFolder(process, fd, path, pathLength);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells the attributes of a file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param lookup 1 to follow a link in the last place
   * @param path UTF-8, relative to the folder
   * @param pathLength bytes
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "path_filestat_get", blocking = true, summary = "Tells the attributes of a file")
  public int pathFilestatGet(
      ProcessContext process,
      int fd,
      int lookup,
      @Pointer int path,
      @Length int pathLength,
      @Pointer(bytes = 64, out = true) int result) {
    try {
      PathCalls.status(process, fd, lookup, path, pathLength, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Sets the times of a file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param lookup 1 to follow a link in the last place
   * @param path UTF-8, relative to the folder
   * @param pathLength bytes
   * @param accessed nanoseconds since 1970
   * @param modified nanoseconds since 1970
   * @param timeFlags which times to set
   * @return 0 or an errno
   */
  @Import(value = "path_filestat_set_times", blocking = true, summary = "Sets the times of a file")
  public int pathFilestatSetTimes(
      ProcessContext process,
      int fd,
      int lookup,
      @Pointer int path,
      @Length int pathLength,
      long accessed,
      long modified,
      int timeFlags) {
    try {
      FileTimes times = FileTimes.of(accessed, modified, timeFlags);
      PathCalls.setTimes(process, fd, lookup, path, pathLength, times);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Gives a file a second name.
   *
   * @param process the caller
   * @param oldFd a folder
   * @param oldFlags 1 to follow a link
   * @param oldPath UTF-8, relative to the folder
   * @param oldLength bytes
   * @param newFd a folder
   * @param newPath UTF-8, relative to the folder
   * @param newLength bytes
   * @return 0 or an errno
   */
  @Import(value = "path_link", blocking = true, summary = "Gives a file a second name")
  public int pathLink(
      ProcessContext process,
      int oldFd,
      int oldFlags,
      @Pointer int oldPath,
      @Length int oldLength,
      int newFd,
      @Pointer int newPath,
      @Length int newLength) {
    try {
      PathCalls.link(process, oldFd, oldFlags, oldPath, oldLength, newFd, newPath, newLength);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Opens a regular file or a folder.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param lookup 1 to follow a link in the last place
   * @param path UTF-8, relative to the folder
   * @param pathLength bytes
   * @param openFlags 1 create, 2 folder, 4 exclusive, 8 truncate
   * @param rights rights to keep
   * @param inheriting rights that opened files inherit
   * @param fdFlags flags of the descriptor
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "path_open", blocking = true, summary = "Opens a regular file or a folder")
  public int pathOpen(
      ProcessContext process,
      int fd,
      int lookup,
      @Pointer int path,
      @Length int pathLength,
      int openFlags,
      long rights,
      long inheriting,
      int fdFlags,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      PathCalls.open(
          process, fd, lookup, path, pathLength, openFlags, rights, inheriting, fdFlags, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells what a link says; cut to the buffer.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param path UTF-8, relative to the folder
   * @param pathLength bytes
   * @param buffer where the bytes go
   * @param bufferLength bytes
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(
      value = "path_readlink",
      blocking = true,
      summary = "Tells what a link says; cut to the buffer")
  public int pathReadlink(
      ProcessContext process,
      int fd,
      @Pointer int path,
      @Length int pathLength,
      @Pointer(out = true) int buffer,
      @Length int bufferLength,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      PathCalls.readLink(process, fd, path, pathLength, buffer, bufferLength, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Removes an empty folder.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param path UTF-8, relative to the folder
   * @param pathLength bytes
   * @return 0 or an errno
   */
  @Import(value = "path_remove_directory", blocking = true, summary = "Removes an empty folder")
  public int pathRemoveDirectory(
      ProcessContext process, int fd, @Pointer int path, @Length int pathLength) {
    try {
      PathCalls.removeFolder(process, fd, path, pathLength);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Renames a file or folder, also between preopened folders.
   *
   * @param process the caller
   * @param oldFd a folder
   * @param oldPath UTF-8, relative to the folder
   * @param oldLength bytes
   * @param newFd a folder
   * @param newPath UTF-8, relative to the folder
   * @param newLength bytes
   * @return 0 or an errno
   */
  @Import(
      value = "path_rename",
      blocking = true,
      summary = "Renames a file or folder, also between preopened folders")
  public int pathRename(
      ProcessContext process,
      int oldFd,
      @Pointer int oldPath,
      @Length int oldLength,
      int newFd,
      @Pointer int newPath,
      @Length int newLength) {
    try {
      PathCalls.rename(process, oldFd, oldPath, oldLength, newFd, newPath, newLength);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Makes a link to a relative path.
   *
   * @param process the caller
   * @param target what the link says
   * @param targetLength bytes
   * @param fd a descriptor
   * @param path UTF-8, relative to the folder
   * @param pathLength bytes
   * @return 0 or an errno
   */
  @Import(value = "path_symlink", blocking = true, summary = "Makes a link to a relative path")
  public int pathSymlink(
      ProcessContext process,
      @Pointer int target,
      @Length int targetLength,
      int fd,
      @Pointer int path,
      @Length int pathLength) {
    try {
      PathCalls.symlink(process, target, targetLength, fd, path, pathLength);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Removes a file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param path UTF-8, relative to the folder
   * @param pathLength bytes
   * @return 0 or an errno
   */
  @Import(value = "path_unlink_file", blocking = true, summary = "Removes a file")
  public int pathUnlinkFile(
      ProcessContext process, int fd, @Pointer int path, @Length int pathLength) {
    try {
      PathCalls.removeFile(process, fd, path, pathLength);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }
}
