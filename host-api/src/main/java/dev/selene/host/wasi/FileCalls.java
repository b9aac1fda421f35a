package dev.selene.host.wasi;

import dev.selene.host.GuestMemory;
import dev.selene.host.NonBlockingStream;
import dev.selene.host.ProcessContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the imports on descriptors do. Runs on the process's thread. */
final class FileCalls {
  /** As an offset: read or write at the file's own position. */
  private static final long OWN_POSITION = -1;

  private static final long MOST_ALLOCATED = 1L << 30;
  private static final int LAST_ADVICE = 5;
  private static final int FDSTAT_BYTES = 24;

  private FileCalls() {}

  static void read(ProcessContext process, int fd, int iovs, int count, int result)
      throws WasiFailure {
    transferIn(process, fd, iovs, count, OWN_POSITION, result);
  }

  static void readAt(ProcessContext process, int fd, int iovs, int count, long offset, int result)
      throws WasiFailure {
    transferIn(process, fd, iovs, count, checkOffset(offset), result);
  }

  static void write(ProcessContext process, int fd, int iovs, int count, int result)
      throws WasiFailure {
    transferOut(process, fd, iovs, count, OWN_POSITION, result);
  }

  static void writeAt(ProcessContext process, int fd, int iovs, int count, long offset, int result)
      throws WasiFailure {
    transferOut(process, fd, iovs, count, checkOffset(offset), result);
  }

  private static long checkOffset(long offset) throws WasiFailure {
    if (offset < 0) {
      throw new WasiFailure(Errno.INVAL);
    }
    return offset;
  }

  private static void transferIn(
      ProcessContext process, int fd, int iovs, int count, long offset, int result)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    memory.check(result, 4);
    Iovecs buffers = Iovecs.read(memory, iovs, count);
    WasiState state = WasiState.of(process);
    int total = buffers.total();
    process.charge(total);
    try {
      byte[] bytes =
          switch (state.get(fd)) {
            case Descriptor.Stream stream -> readStream(process, stream, total, offset);
            case Descriptor.RegularFile file -> {
              file.require(Rights.FD_READ | (offset < 0 ? 0 : Rights.FD_SEEK));
              yield total == 0 ? new byte[0] : readFile(process, file.file(), total, offset);
            }
            case Descriptor.Folder folder -> throw new WasiFailure(Errno.BADF);
          };
      buffers.scatter(bytes);
      memory.putInt(result, bytes.length);
      process.chargeBytes(bytes.length);
    } finally {
      process.release(total);
    }
  }

  private static byte[] readStream(
      ProcessContext process, Descriptor.Stream stream, int total, long offset) throws WasiFailure {
    if (offset >= 0) {
      throw new WasiFailure(Errno.SPIPE);
    }
    stream.require(Rights.FD_READ);
    if (stream.number() != Descriptor.Stream.INPUT) {
      throw new WasiFailure(Errno.BADF);
    }
    return total == 0 ? new byte[0] : StandardInput.read(process, total);
  }

  private static byte[] readFile(ProcessContext process, HostFile file, int total, long offset)
      throws WasiFailure {
    return Blocking.files(
        process,
        () ->
            file.use(
                number -> {
                  byte[] buffer = new byte[total];
                  int read = Linux.read(number, buffer, offset);
                  return read == total ? buffer : Arrays.copyOf(buffer, read);
                }));
  }

  private static void transferOut(
      ProcessContext process, int fd, int iovs, int count, long offset, int result)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    memory.check(result, 4);
    Iovecs buffers = Iovecs.read(memory, iovs, count);
    WasiState state = WasiState.of(process);
    int total = buffers.total();
    process.charge(total);
    try {
      // Not a switch over patterns, for which the JVM makes a class: each first line of output
      // comes by here.
      int written;
      Descriptor descriptor = state.get(fd);
      if (descriptor instanceof Descriptor.Stream stream) {
        if (offset >= 0) {
          throw new WasiFailure(Errno.SPIPE);
        }
        stream.require(Rights.FD_WRITE);
        writeStream(process, stream, buffers.gather());
        written = total;
      } else if (descriptor instanceof Descriptor.RegularFile file) {
        file.require(Rights.FD_WRITE | (offset < 0 ? 0 : Rights.FD_SEEK));
        byte[] bytes = buffers.gather();
        written =
            total == 0
                ? 0
                : Blocking.files(
                    process, () -> file.file().use(number -> Linux.write(number, bytes, offset)));
      } else {
        throw new WasiFailure(Errno.BADF);
      }
      memory.putInt(result, written);
      process.chargeBytes(written);
    } finally {
      process.release(total);
    }
  }

  private static void writeStream(ProcessContext process, Descriptor.Stream stream, byte[] bytes)
      throws WasiFailure {
    if (stream.number() == Descriptor.Stream.INPUT) {
      throw new WasiFailure(Errno.BADF);
    }
    OutputStream output =
        stream.number() == Descriptor.Stream.OUTPUT
            ? process.streams().output()
            : process.streams().error();
    if (bytes.length == 0) {
      return;
    }
    if (output instanceof NonBlockingStream || output instanceof ByteArrayOutputStream) {
      try {
        output.write(bytes);
      } catch (IOException e) {
        throw new WasiFailure(Errno.of(e));
      }
    } else {
      OutputTurn.write(process, output, bytes);
    }
  }

  /** Closing does not wait on local file systems, so it is not worth the way to a pool and back. */
  static void close(ProcessContext process, int fd) throws WasiFailure {
    WasiState.of(process).remove(fd).close();
  }

  static void renumber(ProcessContext process, int from, int to) throws WasiFailure {
    Descriptor replaced = WasiState.of(process).renumber(from, to);
    if (replaced != null) {
      replaced.close();
    }
  }

  static void advise(ProcessContext process, int fd, long offset, long length, int advice)
      throws WasiFailure {
    WasiState.of(process).file(fd, Rights.FD_ADVISE);
    if (advice < 0 || advice > LAST_ADVICE || offset < 0 || length < 0) {
      throw new WasiFailure(Errno.INVAL);
    }
  }

  static void allocate(ProcessContext process, int fd, long offset, long length)
      throws WasiFailure {
    HostFile file = WasiState.of(process).file(fd, Rights.FD_ALLOCATE).file();
    if (offset < 0 || length <= 0) {
      throw new WasiFailure(Errno.INVAL);
    }
    if (length > MOST_ALLOCATED || offset > Long.MAX_VALUE - length) {
      throw new WasiFailure(Errno.FBIG);
    }
    onFile(process, file, number -> allocate(number, offset, length));
  }

  private static void allocate(int number, long offset, long length) throws WasiFailure {
    try {
      Linux.allocate(number, offset, length);
    } catch (WasiFailure failure) {
      if (failure.errno() != Errno.NOTSUP) {
        throw failure;
      }
      // File systems that cannot reserve still promise the size.
      if (Linux.status(number, new byte[0]).size() < offset + length) {
        Linux.truncate(number, offset + length);
      }
    }
  }

  static void sync(ProcessContext process, int fd, boolean dataOnly) throws WasiFailure {
    long right = dataOnly ? Rights.FD_DATASYNC : Rights.FD_SYNC;
    switch (WasiState.of(process).get(fd)) {
      case Descriptor.Stream stream -> {} // every write is flushed
      case Descriptor.RegularFile file -> {
        file.require(right);
        onFile(process, file.file(), number -> Linux.sync(number, dataOnly));
      }
      case Descriptor.Folder folder -> {
        folder.require(right);
        Blocking.files(
            process,
            () -> {
              try (HostFile file = folder.folder().openForListing()) {
                return file.use(
                    number -> {
                      Linux.sync(number, dataOnly);
                      return true;
                    });
              }
            });
      }
    }
  }

  static void status(ProcessContext process, int fd, int result) throws WasiFailure {
    process.memory().check(result, FDSTAT_BYTES);
    Descriptor descriptor = WasiState.of(process).get(fd);
    int type =
        switch (descriptor) {
          case Descriptor.Stream stream -> streamType(process);
          case Descriptor.RegularFile file -> FileType.REGULAR_FILE;
          case Descriptor.Folder folder -> FileType.FOLDER;
        };
    int flags = descriptor instanceof Descriptor.RegularFile file ? file.flags() : 0;
    // WASI "fdstat": type 1 byte, a gap, flags 2 at 2, rights 8 at 8, inheriting rights 8 at 16.
    GuestMemory memory = process.memory();
    memory.putLong(result, type | (long) flags << 16);
    memory.putLong(result + 8, descriptor.rights());
    memory.putLong(result + 16, descriptor.inheriting());
  }

  private static int streamType(ProcessContext process) {
    return process.streams().terminal() ? FileType.CHARACTER_DEVICE : FileType.UNKNOWN;
  }

  static void setFlags(ProcessContext process, int fd, int flags) throws WasiFailure {
    Descriptor descriptor = WasiState.of(process).get(fd);
    descriptor.require(Rights.FD_FDSTAT_SET_FLAGS);
    int changeable = FdFlags.APPEND | FdFlags.NONBLOCK;
    if (!(descriptor instanceof Descriptor.RegularFile file)) {
      if ((flags & ~FdFlags.NONBLOCK) != 0) {
        throw new WasiFailure(Errno.INVAL);
      }
      return;
    }
    if ((flags & ~changeable) != (file.flags() & ~changeable)) {
      throw new WasiFailure(Errno.INVAL);
    }
    onFile(process, file.file(), number -> Linux.setFlags(number, FdFlags.toLinux(flags)));
    file.setFlags(flags);
  }

  static void fileStatus(ProcessContext process, int fd, int result) throws WasiFailure {
    process.memory().check(result, FileStatus.BYTES);
    Descriptor descriptor = WasiState.of(process).get(fd);
    descriptor.require(Rights.FD_FILESTAT_GET);
    FileStatus status =
        switch (descriptor) {
          case Descriptor.Stream stream -> FileStatus.ofStream(streamType(process));
          case Descriptor.RegularFile file ->
              Blocking.files(
                  process, () -> file.file().use(number -> Linux.status(number, new byte[0])));
          case Descriptor.Folder folder -> Blocking.files(process, folder.folder()::status);
        };
    status.store(process.memory(), result);
  }

  static void setSize(ProcessContext process, int fd, long size) throws WasiFailure {
    HostFile file = WasiState.of(process).file(fd, Rights.FD_FILESTAT_SET_SIZE).file();
    checkOffset(size);
    onFile(process, file, number -> Linux.truncate(number, size));
  }

  static void setTimes(ProcessContext process, int fd, FileTimes times) throws WasiFailure {
    Descriptor descriptor = WasiState.of(process).get(fd);
    switch (descriptor) {
      case Descriptor.Stream stream -> throw new WasiFailure(Errno.NOTSUP);
      case Descriptor.RegularFile file -> {
        file.require(Rights.FD_FILESTAT_SET_TIMES);
        onFile(process, file.file(), number -> Linux.setTimes(number, times));
      }
      case Descriptor.Folder folder -> {
        folder.require(Rights.FD_FILESTAT_SET_TIMES);
        Blocking.files(
            process,
            () -> {
              folder.folder().setTimes(times);
              return true;
            });
      }
    }
  }

  static void seek(ProcessContext process, int fd, long offset, int whence, int result)
      throws WasiFailure {
    process.memory().check(result, 8);
    if (whence < 0 || whence > 2) {
      throw new WasiFailure(Errno.INVAL);
    }
    boolean tells = whence == 1 && offset == 0;
    long rights = tells ? Rights.FD_TELL : Rights.FD_TELL | Rights.FD_SEEK;
    HostFile file = WasiState.of(process).file(fd, rights).file();
    // Only the end of a file has to be asked for; the rest does not leave the kernel's memory.
    long position =
        whence == 2
            ? Blocking.files(process, () -> file.use(number -> Linux.seek(number, offset, 2)))
            : file.use(number -> Linux.seek(number, offset, whence));
    process.memory().putLong(result, position);
  }

  static void readFolder(
      ProcessContext process, int fd, int buffer, int length, long cookie, int result)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    memory.check(buffer, length);
    memory.check(result, 4);
    Descriptor.Folder folder = WasiState.of(process).folder(fd, Rights.FD_READDIR);
    FolderListing listing = listing(process, folder);
    long size = Integer.toUnsignedLong(length);
    long used = 0;
    long next = cookie;
    boolean end = false;
    while (used < size && !end) {
      // A buffer that is not full tells the guest that the folder ends here, so go on until it is.
      int room = (int) Math.min(size - used, Blocking.MOST_BYTES);
      boolean last = room == size - used;
      long from = next;
      FolderListing.Part part = Blocking.files(process, () -> listing.read(from, room, last));
      memory.write((int) (buffer + used), part.bytes(), 0, part.bytes().length);
      process.chargeBytes(part.bytes().length);
      used += part.bytes().length;
      next = part.next();
      end = part.end();
    }
    memory.putInt(result, (int) used);
  }

  private static FolderListing listing(ProcessContext process, Descriptor.Folder folder)
      throws WasiFailure {
    @Nullable FolderListing known = folder.listing();
    if (known != null) {
      return known;
    }
    process.charge(FolderListing.FOOTPRINT);
    boolean done = false;
    try {
      HostFile file = Blocking.files(process, folder.folder()::openForListing, HostFile::close);
      FolderListing listing = new FolderListing(file);
      folder.setListing(listing);
      done = true;
      return listing;
    } finally {
      if (!done) {
        process.release(FolderListing.FOOTPRINT);
      }
    }
  }

  /** Work on an open file that gives nothing back. */
  @FunctionalInterface
  private interface Action {
    void on(int number) throws WasiFailure;
  }

  private static void onFile(ProcessContext process, HostFile file, Action action)
      throws WasiFailure {
    Blocking.files(
        process,
        () ->
            file.use(
                number -> {
                  action.on(number);
                  return true;
                }));
  }
}
