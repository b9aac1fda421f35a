package dev.selene.vm.internal.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.Value;

/**
 * A table that is charged to its process and cannot grow without bound.
 *
 * <p>Its entries are the module's, shared by all instances, until one is written: a table of
 * functions takes two words an entry in Endive, and hardly any guest ever writes to it. Nothing of
 * the superclass's storage is used, its way to grow included: Endive records growth in the limits
 * of the module, and every later instance would start grown.
 *
 * <p>An entry's instance is always this one: modules that import tables or functions of other
 * instances are refused at load. Endive takes null for it.
 *
 * <p>Thread-safety: the thread of the process only; a shared array is never written.
 */
final class GuestTable extends TableInstance {
  private static final int ENTRY_CHARGE = 8;
  private static final @Nullable Object[] NONE = {};

  private final Shape shape;
  private final PagedMemory memory;
  private int[] entries;

  /** What an entry refers to beside functions; empty until one does. */
  private @Nullable Object[] objects = NONE;

  /** Whether {@link #entries} are the module's. */
  private boolean shared;

  private boolean written;
  private long charged;

  /**
   * What all instances of one table share.
   *
   * @param limits as declared; never changed, since this class grows without them
   * @param empty what the superclass sees
   */
  private record Shape(TableLimits limits, Table empty) {
    static Shape of(Table declared) {
      return new Shape(
          declared.limits(),
          new Table(declared.elementType(), new TableLimits(0, 0), declared.initialize()));
    }
  }

  /** The table of a module's first instance. */
  GuestTable(Table declared, int initialValue, PagedMemory memory) {
    this(
        Shape.of(declared),
        memory,
        filled(Math.toIntExact(declared.limits().min()), initialValue),
        false);
  }

  private GuestTable(Shape shape, PagedMemory memory, int[] entries, boolean shared) {
    super(shape.empty, 0);
    this.shape = shape;
    this.memory = memory;
    this.entries = entries;
    this.shared = shared;
  }

  /** Another instance of the same table, with entries that others have too. */
  GuestTable another(PagedMemory owner, int[] initial) {
    return new GuestTable(shape, owner, initial, true);
  }

  private static int[] filled(int size, int value) {
    int[] entries = new int[size];
    Arrays.fill(entries, value);
    return entries;
  }

  boolean hasGrown() {
    return entries.length != shape.limits.min();
  }

  /** What the table holds now: function indexes, or Endive's null; shared from now on. */
  int[] snapshot() {
    written = false;
    shared = true;
    return entries;
  }

  /** Undoes all writes; the size must be the initial one. */
  void restore(int[] initial) {
    if (written) {
      entries = initial;
      shared = true;
      objects = NONE;
      written = false;
    }
  }

  void giveBack(MemoryOwner owner) {
    if (charged > 0) {
      owner.release(charged);
      charged = 0;
    }
  }

  @Override
  public int size() {
    return entries.length;
  }

  @Override
  public TableLimits limits() {
    return shape.limits;
  }

  @Override
  public int ref(int index) {
    int[] table = entries;
    if (index < 0 || index >= table.length) {
      throw new WasmEngineException("undefined element");
    }
    return table[index];
  }

  @Override
  public @Nullable Object objRef(int index) {
    if (index < 0 || index >= entries.length) {
      throw new WasmEngineException("out of bounds table access");
    }
    return index < objects.length ? objects[index] : null;
  }

  @Override
  public @Nullable Instance instance(int index) {
    if (index < 0 || index >= entries.length) {
      throw new WasmEngineException("undefined element");
    }
    return null;
  }

  @Override
  public void setRef(int index, int value, @Nullable Instance instance) {
    own(index)[index] = value;
  }

  @Override
  public void setObjRef(int index, @Nullable Object value, @Nullable Instance instance) {
    own(index)[index] = value == null ? Value.REF_NULL_VALUE : 0;
    if (elementType().isObjectRef() && (value != null || index < objects.length)) {
      if (index >= objects.length) {
        memory.take(copyBytes());
        objects = Arrays.copyOf(objects, entries.length);
      }
      objects[index] = value;
    }
  }

  private int[] own(int index) {
    if (index < 0 || index >= entries.length) {
      throw new UninstantiableException("out of bounds table access");
    }
    written = true;
    if (shared) {
      memory.take(copyBytes());
      entries = entries.clone();
      shared = false;
    }
    return entries;
  }

  /** What an array of the table's size costs, of numbers or of references. */
  private long copyBytes() {
    return 4L * entries.length + 16;
  }

  @Override
  public void reset() {
    entries = filled(entries.length, Value.REF_NULL_VALUE);
    shared = false;
    objects = NONE;
    written = true;
  }

  @Override
  public int grow(int delta, int value, Instance instance) {
    int old = entries.length;
    long wanted = old + Integer.toUnsignedLong(delta);
    if (wanted > Math.min(shape.limits.max(), ModuleMeter.MAX_TABLE)) {
      return -1;
    }
    if (delta == 0) {
      return old;
    }
    long bytes = (long) ENTRY_CHARGE * delta + (shared ? copyBytes() : 0);
    if (!memory.owner().tryCharge(bytes)) {
      return -1;
    }
    charged += bytes;
    memory.charge(wanted);
    entries = Arrays.copyOf(entries, (int) wanted);
    Arrays.fill(entries, old, entries.length, value);
    shared = false;
    written = true;
    return old;
  }

  @Override
  public int growWithRef(int delta, @Nullable Object value, Instance instance) {
    int old = grow(delta, 0, instance);
    for (int i = old; old >= 0 && i < size(); i++) {
      setObjRef(i, value, instance);
    }
    return old;
  }
}
