package dev.selene.vm.internal.engine;

import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/**
 * A table that is charged to its process and cannot grow without bound. It has its own limits:
 * Endive records growth in those of the module, and every later instance would start grown.
 */
final class GuestTable extends TableInstance {
  private static final int ENTRY_CHARGE = 8;
  private final int initialSize;
  private long charged;
  private boolean written;

  GuestTable(Table declared, int initialValue) {
    super(copy(declared), initialValue);
    initialSize = size();
  }

  private static Table copy(Table declared) {
    TableLimits limits = declared.limits();
    return new Table(
        declared.elementType(), new TableLimits(limits.min(), limits.max()), declared.initialize());
  }

  boolean hasGrown() {
    return size() != initialSize;
  }

  /** What the table holds now: function indexes, or Endive's null. */
  int[] snapshot() {
    int[] entries = new int[size()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = ref(i);
    }
    written = false;
    return entries;
  }

  /** Undoes all writes; the size must be the initial one. */
  void restore(int[] entries, Instance instance) {
    if (!written) {
      return;
    }
    reset();
    for (int i = 0; i < entries.length; i++) {
      super.setRef(i, entries[i], instance);
    }
    written = false;
  }

  @Override
  public void setRef(int index, int value, Instance instance) {
    written = true;
    super.setRef(index, value, instance);
  }

  @Override
  public void setObjRef(int index, Object value, Instance instance) {
    written = true;
    super.setObjRef(index, value, instance);
  }

  void giveBack(MemoryOwner owner) {
    if (charged > 0) {
      owner.release(charged);
      charged = 0;
    }
  }

  @Override
  public int grow(int delta, int value, Instance instance) {
    long wanted = size() + Integer.toUnsignedLong(delta);
    if (wanted > Math.min(limits().max(), ModuleMeter.MAX_TABLE)) {
      return -1;
    }
    PagedMemory memory = (PagedMemory) instance.memory();
    long bytes = (long) ENTRY_CHARGE * delta;
    if (!memory.owner().tryCharge(bytes)) {
      return -1;
    }
    charged += bytes;
    memory.charge(wanted);
    return super.grow(delta, value, instance);
  }

  @Override
  public int growWithRef(int delta, Object value, Instance instance) {
    int old = grow(delta, 0, instance);
    for (int i = old; old >= 0 && i < size(); i++) {
      setObjRef(i, value, instance);
    }
    return old;
  }
}
