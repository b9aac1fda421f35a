package dev.selene.host.wasi;

import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of a process. A process that only prints shares one table with all others and has
 * nothing but this object; the first change makes a table of its own.
 *
 * <p>Thread-safety: only the owning process's thread.
 */
final class WasiState implements AutoCloseable {
  /** Where preopened folders begin. */
  static final int FIRST_PREOPEN = 3;

  private static final @Nullable Descriptor[] STREAMS = {
    new Descriptor.Stream(0), new Descriptor.Stream(1), new Descriptor.Stream(2)
  };

  private final ProcessContext process;
  private @Nullable Descriptor[] table = STREAMS;
  private int lowestFree = FIRST_PREOPEN;
  private int open;

  /** The table of a new process. */
  WasiState(ProcessContext process) {
    this.process = process;
  }

  /** The state of a process, made at its first use. */
  static WasiState of(ProcessContext process) {
    return process.state(WasiState.class, WasiState::new);
  }

  /** What a number stands for; fails with {@link Errno#BADF}. */
  Descriptor get(int number) throws WasiFailure {
    if (table == STREAMS && number >= FIRST_PREOPEN && !process.config().preopens().isEmpty()) {
      makeOwn();
    }
    Descriptor descriptor = number >= 0 && number < table.length ? table[number] : null;
    if (descriptor == null) {
      throw new WasiFailure(Errno.BADF);
    }
    return descriptor;
  }

  /** A folder; fails with {@link Errno#NOTDIR} for anything else. */
  Descriptor.Folder folder(int number, long rights) throws WasiFailure {
    if (!(get(number) instanceof Descriptor.Folder folder)) {
      throw new WasiFailure(Errno.NOTDIR);
    }
    folder.require(rights);
    return folder;
  }

  /** A regular file; {@link Errno#SPIPE} for streams, {@link Errno#BADF} for folders. */
  Descriptor.RegularFile file(int number, long rights) throws WasiFailure {
    return switch (get(number)) {
      case Descriptor.RegularFile file -> {
        file.require(rights);
        yield file;
      }
      case Descriptor.Stream stream -> throw new WasiFailure(Errno.SPIPE);
      case Descriptor.Folder folder -> throw new WasiFailure(Errno.BADF);
    };
  }

  /**
   * Counts a descriptor that is about to be opened; fails with {@link Errno#MFILE} when the
   * process, or one above it, has as many handles as it may. Preopened folders count for the
   * process alone.
   */
  void reserve() throws WasiFailure {
    if (open >= process.config().maxHandles() || !process.tryAddHandle()) {
      throw new WasiFailure(Errno.MFILE);
    }
  }

  /** Adds; the caller has called {@link #reserve} and charged the footprint. */
  int add(Descriptor descriptor) {
    makeOwn();
    int number = lowestFree;
    while (number < table.length && table[number] != null) {
      number++;
    }
    if (number == table.length) {
      table = Arrays.copyOf(table, Math.max(8, table.length * 2));
    }
    table[number] = descriptor;
    lowestFree = number + 1;
    open++;
    return number;
  }

  /** Takes a descriptor out; the caller closes it. */
  Descriptor remove(int number) throws WasiFailure {
    Descriptor descriptor = get(number);
    makeOwn();
    table[number] = null;
    if (number >= FIRST_PREOPEN) {
      lowestFree = Math.min(lowestFree, number);
    }
    if (!(descriptor instanceof Descriptor.Stream)) {
      open--;
      if (!(descriptor instanceof Descriptor.Folder folder && folder.preopen() != null)) {
        process.removeHandle();
      }
    }
    process.release(descriptor.footprint());
    return descriptor;
  }

  /** Gives a descriptor another open one's number; returns that one, for the caller to close. */
  @Nullable Descriptor renumber(int from, int to) throws WasiFailure {
    get(from);
    get(to);
    if (from == to) {
      return null;
    }
    Descriptor replaced = remove(to);
    Descriptor moved = table[from];
    table[to] = moved;
    table[from] = null;
    if (from >= FIRST_PREOPEN) {
      lowestFree = Math.min(lowestFree, from);
    }
    return replaced;
  }

  /** Takes rights away. */
  void narrow(int number, long rights, long inheriting) throws WasiFailure {
    Descriptor descriptor = get(number);
    if (descriptor instanceof Descriptor.Stream stream) {
      // Streams are shared with other processes until something is changed.
      makeOwn();
      Descriptor.Stream own = new Descriptor.Stream(stream.number());
      own.narrow(stream.rights(), stream.inheriting());
      table[number] = own;
      descriptor = own;
    }
    descriptor.narrow(rights, inheriting);
  }

  private void makeOwn() {
    if (table != STREAMS) {
      return;
    }
    List<ProcessConfig.Preopen> preopens = process.config().preopens();
    process.charge((long) preopens.size() * Descriptor.FOOTPRINT);
    table = Arrays.copyOf(STREAMS, Math.max(8, FIRST_PREOPEN + preopens.size()));
    for (ProcessConfig.Preopen preopen : preopens) {
      table[FIRST_PREOPEN + open++] = new Descriptor.Folder(preopen);
    }
    lowestFree = FIRST_PREOPEN + open;
  }

  @Override
  public void close() {
    for (Descriptor descriptor : table) {
      if (descriptor != null) {
        descriptor.close();
        process.release(descriptor.footprint());
      }
    }
    table = new Descriptor[0];
  }
}
