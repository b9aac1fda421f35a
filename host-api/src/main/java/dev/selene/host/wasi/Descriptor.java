package dev.selene.host.wasi;

import dev.selene.host.ProcessConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a guest's descriptor number stands for.
 *
 * <p>Thread-safety: only the owning process's thread, but {@link #close}.
 */
abstract sealed class Descriptor {
  /** Ledger bytes of a descriptor that was opened. */
  static final int FOOTPRINT = 256;

  private long rights;
  private long inheriting;

  private Descriptor(long rights, long inheriting) {
    this.rights = rights;
    this.inheriting = inheriting;
  }

  long rights() {
    return rights;
  }

  long inheriting() {
    return inheriting;
  }

  /** Takes rights away; fails with {@link Errno#PERM} when there are some it does not have. */
  void narrow(long newRights, long newInheriting) throws WasiFailure {
    if ((newRights & ~rights) != 0 || (newInheriting & ~inheriting) != 0) {
      throw new WasiFailure(Errno.PERM);
    }
    rights = newRights;
    inheriting = newInheriting;
  }

  /** Fails unless all of these rights are there: as POSIX for read and write, else as Lunatic. */
  void require(long wanted) throws WasiFailure {
    long missing = wanted & ~rights;
    if (missing != 0) {
      boolean direction = (missing & (Rights.FD_READ | Rights.FD_WRITE)) != 0;
      throw new WasiFailure(direction ? Errno.BADF : Errno.PERM);
    }
  }

  /** Closes what is open at the operating system. */
  abstract void close();

  /** Ledger bytes to give back when it is closed. */
  abstract long footprint();

  /** Standard input, output or error; closing one does not close the virtual machine's. */
  static final class Stream extends Descriptor {
    static final int INPUT = 0;
    static final int OUTPUT = 1;

    private final int number;

    /** One of the three. */
    Stream(int number) {
      super(Rights.STREAM, 0);
      this.number = number;
    }

    /** 0, 1 or 2, whatever the descriptor's number is now. */
    int number() {
      return number;
    }

    @Override
    void close() {}

    @Override
    long footprint() {
      return 0;
    }
  }

  /** A folder. */
  static final class Folder extends Descriptor {
    private final ConfinedFolder folder;
    private final ProcessConfig.@Nullable Preopen preopen;
    private @Nullable FolderListing listing;

    /** A preopened folder, not open yet. */
    Folder(ProcessConfig.Preopen preopen) {
      super(Rights.FOLDER, Rights.FOLDER | Rights.FILE);
      this.folder = new ConfinedFolder(preopen);
      this.preopen = preopen;
    }

    /** A folder that the guest opened. */
    Folder(HostFile file, long rights, long inheriting) {
      super(rights, inheriting);
      this.folder = new ConfinedFolder(file);
      this.preopen = null;
    }

    ConfinedFolder folder() {
      return folder;
    }

    ProcessConfig.@Nullable Preopen preopen() {
      return preopen;
    }

    @Nullable FolderListing listing() {
      return listing;
    }

    void setListing(FolderListing newListing) {
      listing = newListing;
    }

    @Override
    void close() {
      folder.close();
      if (listing != null) {
        listing.close();
      }
    }

    @Override
    long footprint() {
      return FOOTPRINT + (listing == null ? 0 : FolderListing.FOOTPRINT);
    }
  }

  /** A regular file. */
  static final class RegularFile extends Descriptor {
    private final HostFile file;
    private int flags;

    /** A file that the guest opened. */
    RegularFile(HostFile file, long rights, int flags) {
      super(rights, 0);
      this.file = file;
      this.flags = flags;
    }

    HostFile file() {
      return file;
    }

    int flags() {
      return flags;
    }

    void setFlags(int newFlags) {
      flags = newFlags;
    }

    @Override
    void close() {
      file.close();
    }

    @Override
    long footprint() {
      return FOOTPRINT;
    }
  }
}
