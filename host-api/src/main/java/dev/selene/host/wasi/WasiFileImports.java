package dev.selene.host.wasi;

import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * The imports of WASI preview 1 on descriptors.
 *
 * <p>Thread-safety: one object serves all processes. Source: wasi_snapshot_preview1.witx.
 */
public abstract sealed class WasiFileImports implements HostModule permits WasiPathImports {
  WasiFileImports() {}

  /**
   * Tells how a file will be used; checked and ignored.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param offset in the file, unsigned
   * @param size bytes, unsigned
   * @param advice 0 to 5
   * @return 0 or an errno
   */
  @Import(value = "fd_advise", summary = "Tells how a file will be used; checked and ignored")
  public int fdAdvise(ProcessContext process, int fd, long offset, long size, int advice) {
    try {
      FileCalls.advise(process, fd, offset, size, advice);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Reserves space of at most 1 GiB in a file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param offset in the file, unsigned
   * @param size bytes, unsigned
   * @return 0 or an errno
   */
  @Import(
      value = "fd_allocate",
      blocking = true,
      summary = "Reserves space of at most 1 GiB in a file")
  public int fdAllocate(ProcessContext process, int fd, long offset, long size) {
    try {
      FileCalls.allocate(process, fd, offset, size);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Closes a descriptor.
   *
   * @param process the caller
   * @param fd a descriptor
   * @return 0 or an errno
   */
  @Import(value = "fd_close", summary = "Closes a descriptor")
  public int fdClose(ProcessContext process, int fd) {
    try {
      FileCalls.close(process, fd);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Writes the data of a file through to the disk.
   *
   * @param process the caller
   * @param fd a descriptor
   * @return 0 or an errno
   */
  @Import(
      value = "fd_datasync",
      blocking = true,
      summary = "Writes the data of a file through to the disk")
  public int fdDatasync(ProcessContext process, int fd) {
    try {
      FileCalls.sync(process, fd, true);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells type, flags and rights of a descriptor.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "fd_fdstat_get", summary = "Tells type, flags and rights of a descriptor")
  public int fdFdstatGet(
      ProcessContext process, int fd, @Pointer(bytes = 24, out = true) int result) {
    try {
      FileCalls.status(process, fd, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Sets append and non-blocking mode.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param fdFlags flags of the descriptor
   * @return 0 or an errno
   */
  @Import(
      value = "fd_fdstat_set_flags",
      blocking = true,
      summary = "Sets append and non-blocking mode")
  public int fdFdstatSetFlags(ProcessContext process, int fd, int fdFlags) {
    try {
      FileCalls.setFlags(process, fd, fdFlags);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Takes rights away from a descriptor.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param rights rights to keep
   * @param inheriting rights that opened files inherit
   * @return 0 or an errno
   */
  @Import(value = "fd_fdstat_set_rights", summary = "Takes rights away from a descriptor")
  public int fdFdstatSetRights(ProcessContext process, int fd, long rights, long inheriting) {
    try {
      WasiState.of(process).narrow(fd, rights, inheriting);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells the attributes of an open file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(
      value = "fd_filestat_get",
      blocking = true,
      summary = "Tells the attributes of an open file")
  public int fdFilestatGet(
      ProcessContext process, int fd, @Pointer(bytes = 64, out = true) int result) {
    try {
      FileCalls.fileStatus(process, fd, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Cuts or extends a file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param size bytes, unsigned
   * @return 0 or an errno
   */
  @Import(value = "fd_filestat_set_size", blocking = true, summary = "Cuts or extends a file")
  public int fdFilestatSetSize(ProcessContext process, int fd, long size) {
    try {
      FileCalls.setSize(process, fd, size);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Sets the times of an open file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param accessed nanoseconds since 1970
   * @param modified nanoseconds since 1970
   * @param timeFlags which times to set
   * @return 0 or an errno
   */
  @Import(
      value = "fd_filestat_set_times",
      blocking = true,
      summary = "Sets the times of an open file")
  public int fdFilestatSetTimes(
      ProcessContext process, int fd, long accessed, long modified, int timeFlags) {
    try {
      FileCalls.setTimes(process, fd, FileTimes.of(accessed, modified, timeFlags));
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Reads at an offset; at most 64 KiB a call.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param iovs the buffers
   * @param count how many buffers
   * @param offset in the file, unsigned
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(
      value = "fd_pread",
      blocking = true,
      summary = "Reads at an offset; at most 64 KiB a call")
  public int fdPread(
      ProcessContext process,
      int fd,
      @Pointer int iovs,
      @Length(unit = 8) int count,
      long offset,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      FileCalls.readAt(process, fd, iovs, count, offset, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells the length of the name of a preopened folder.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "fd_prestat_get", summary = "Tells the length of the name of a preopened folder")
  public int fdPrestatGet(
      ProcessContext process, int fd, @Pointer(bytes = 8, out = true) int result) {
    try {
      PathCalls.prestat(process, fd, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells the name of a preopened folder.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param buffer where the bytes go
   * @param bufferLength bytes
   * @return 0 or an errno
   */
  @Import(value = "fd_prestat_dir_name", summary = "Tells the name of a preopened folder")
  public int fdPrestatDirName(
      ProcessContext process, int fd, @Pointer(out = true) int buffer, @Length int bufferLength) {
    try {
      PathCalls.prestatName(process, fd, buffer, bufferLength);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Writes at an offset; at most 64 KiB a call.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param iovs the buffers
   * @param count how many buffers
   * @param offset in the file, unsigned
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(
      value = "fd_pwrite",
      blocking = true,
      summary = "Writes at an offset; at most 64 KiB a call")
  public int fdPwrite(
      ProcessContext process,
      int fd,
      @Pointer int iovs,
      @Length(unit = 8) int count,
      long offset,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      FileCalls.writeAt(process, fd, iovs, count, offset, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Reads; at most 64 KiB a call.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param iovs the buffers
   * @param count how many buffers
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "fd_read", blocking = true, summary = "Reads; at most 64 KiB a call")
  public int fdRead(
      ProcessContext process,
      int fd,
      @Pointer int iovs,
      @Length(unit = 8) int count,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      FileCalls.read(process, fd, iovs, count, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Lists a folder.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param buffer where the bytes go
   * @param bufferLength bytes
   * @param cookie 0 or an entry's next cookie
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "fd_readdir", blocking = true, summary = "Lists a folder")
  public int fdReaddir(
      ProcessContext process,
      int fd,
      @Pointer(out = true) int buffer,
      @Length int bufferLength,
      long cookie,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      FileCalls.readFolder(process, fd, buffer, bufferLength, cookie, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Gives a descriptor the number of another, which is closed.
   *
   * @param process the caller
   * @param from a descriptor
   * @param to a descriptor, closed before
   * @return 0 or an errno
   */
  @Import(
      value = "fd_renumber",
      summary = "Gives a descriptor the number of another, which is closed")
  public int fdRenumber(ProcessContext process, int from, int to) {
    try {
      FileCalls.renumber(process, from, to);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Moves the position in a file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param distance signed
   * @param whence 0 start, 1 position, 2 end
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "fd_seek", blocking = true, summary = "Moves the position in a file")
  public int fdSeek(
      ProcessContext process,
      int fd,
      long distance,
      int whence,
      @Pointer(bytes = 8, out = true) int result) {
    try {
      FileCalls.seek(process, fd, distance, whence, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Writes a file and its attributes through to the disk.
   *
   * @param process the caller
   * @param fd a descriptor
   * @return 0 or an errno
   */
  @Import(
      value = "fd_sync",
      blocking = true,
      summary = "Writes a file and its attributes through to the disk")
  public int fdSync(ProcessContext process, int fd) {
    try {
      FileCalls.sync(process, fd, false);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells the position in a file.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "fd_tell", summary = "Tells the position in a file")
  public int fdTell(ProcessContext process, int fd, @Pointer(bytes = 8, out = true) int result) {
    try {
      FileCalls.seek(process, fd, 0, 1, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Writes; at most 64 KiB a call.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param iovs the buffers
   * @param count how many buffers
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "fd_write", blocking = true, summary = "Writes; at most 64 KiB a call")
  public int fdWrite(
      ProcessContext process,
      int fd,
      @Pointer int iovs,
      @Length(unit = 8) int count,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      FileCalls.write(process, fd, iovs, count, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }
}
