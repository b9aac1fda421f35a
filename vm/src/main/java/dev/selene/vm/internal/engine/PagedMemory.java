package dev.selene.vm.internal.engine;

import dev.selene.host.ExitReason;
import dev.selene.host.GuestMemory;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * The linear memory of one process: copy-on-write granules of 4 KiB on the heap; also the metering
 * state of the process that runs in it, see {@link MeteredMemory}.
 *
 * <p><b>One table</b>, with exactly one entry a granule, so a table bound is a memory bound, and an
 * access is one comparison and one load more than an array access. It is the module's until the
 * first write. Its entries are granules of the module's image, the shared zeros, and this process's
 * own, which differ by their length: what is shared is {@link #SHARED} bytes long, what may be
 * written is {@link #GRANULE} bytes. The length is loaded for the bounds check anyway, so reading
 * pays nothing for it, and writing as much as for the bounds check that it replaces.
 *
 * <p><b>Addresses</b> are unsigned 32-bit numbers. A memory has at most 32,767 pages of 64 KiB, so
 * an address with the top bit set is always out of bounds. Endive adds base and offset as {@code
 * int} and keeps a negative base as it is; the sum of two non-negative numbers is negative or
 * right.
 *
 * <p>Thread-safety: the thread of the owning process only. Images are shared and never written.
 */
public final class PagedMemory extends MeteredMemory implements GuestMemory {
  static final int SHIFT = 12;
  static final int GRANULE = 1 << SHIFT;
  static final int MASK = GRANULE - 1;

  /** The length of an array that more than one process may read and none may write. */
  static final int SHARED = GRANULE + 8;

  static final int GRANULES_A_PAGE = PAGE_SIZE / GRANULE;
  private static final int CHUNK = PAGE_SIZE;
  private static final byte[][] NO_PAGES = {};

  /** Cost units: a unit of fuel. */
  private static final long SHORTLY = 100_000;

  /** A granule and its array header. */
  static final int GRANULE_CHARGE = GRANULE + 16;

  /** An entry in the table: the JVM compresses references below a heap of 32 GiB. */
  private static final int ENTRY_CHARGE = Runtime.getRuntime().maxMemory() < 32L << 30 ? 4 : 8;

  static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What host functions get; read by generated code. */
  public ProcessContext process;

  private final EngineModule module;
  private final int maximumPages;
  private MemoryOwner owner;
  private MemoryImage image;
  private byte[][] pages;

  /** What {@link #pack} made of the pages; null while they are there. */
  private byte @Nullable [] packed;

  private DataSegment[] segments = new DataSegment[0];
  private long charged;

  /** The limit in bytes that refused the last {@code memory.grow}; 0 for none. */
  private long refusal;

  /** Cost units used when that was. */
  private long refusedAt;

  /**
   * The first four granules that were written: index plus one, 16 bits each; see {@link #spare}.
   */
  private long written;

  PagedMemory(EngineModule module, int maximumPages, MemoryOwner owner) {
    this.module = module;
    this.maximumPages = Math.min(maximumPages, RUNTIME_MAX_PAGES);
    this.image = MemoryImage.EMPTY;
    this.pages = image.pages;
    this.owner = owner;
    this.process = owner.context();
    resetMeter(owner.maxStackBytes());
  }

  /** Gives the memory of a pooled instance to another process. */
  void assign(MemoryOwner newOwner) {
    refusal = 0;
    owner = newOwner;
    process = newOwner.context();
    resetMeter(newOwner.maxStackBytes());
  }

  /** Undoes {@code data.drop}. */
  void restoreSegments() {
    module.restore(segments);
  }

  MemoryOwner owner() {
    return owner;
  }

  /** Drops everything that was written and gives it back to the ledger. */
  void clear() {
    spare();
    packed = null;
    long bytes = charged;
    charged = 0;
    if (bytes > 0) {
      owner.release(bytes);
    }
  }

  @Override
  void refill() {
    owner.poll(this);
  }

  private void chargeBytes(int bytes) {
    charge((bytes + CostModel.BULK_BYTES - 1) / CostModel.BULK_BYTES);
  }

  /** Charges the ledger until {@link #clear}; ends the process where that is over a limit. */
  void take(long bytes) {
    if (!owner.tryCharge(bytes)) {
      throw new ProcessExit(new ExitReason.OutOfMemory(owner.maxMemoryBytes()), true);
    }
    charged += bytes;
  }

  // Size

  @Override
  public long size() {
    return (long) pages.length << SHIFT;
  }

  @Override
  public int pages() {
    return pages.length / GRANULES_A_PAGE;
  }

  @Override
  public int grow(int delta) {
    int old = pages();
    long wanted = old + Integer.toUnsignedLong(delta);
    long limit = Math.min((long) maximumPages * PAGE_SIZE, owner.maxMemoryBytes());
    if (packed != null || wanted * PAGE_SIZE > limit) {
      return refused(limit);
    }
    if (delta == 0) {
      return old;
    }
    int granules = (int) wanted * GRANULES_A_PAGE;
    boolean own = pages != image.pages;
    long bytes = (long) ENTRY_CHARGE * (own ? granules - pages.length : granules);
    if (!owner.tryCharge(bytes)) {
      // Whose limit that was, the owner's ledger knows.
      return -1;
    }
    charged += bytes;
    charge(granules / CostModel.BULK_BYTES);
    int before = pages.length;
    pages = Arrays.copyOf(pages, granules);
    Arrays.fill(pages, before, granules, MemoryImage.ZERO);
    return old;
  }

  private int refused(long limit) {
    refusal = limit;
    refusedAt = owner.used(this);
    return -1;
  }

  /**
   * What refused a {@code memory.grow} so shortly ago that a trap may be the answer to that: a
   * guest whose allocation fails has little left to do but to say so. It is told once.
   *
   * @return the limit in bytes; 0 for none
   */
  long takeRecentRefusal() {
    boolean recent = refusal != 0 && owner.used(this) - refusedAt <= SHORTLY;
    long limit = recent ? refusal : 0;
    refusal = 0;
    return limit;
  }

  @Override
  public int initialPages() {
    return image.pages.length / GRANULES_A_PAGE;
  }

  @Override
  public int maximumPages() {
    return maximumPages;
  }

  // Pages

  /** Compares unsigned, as the JVM does for the array access: one comparison does for both. */
  private byte[] page(int address) {
    int index = address >>> SHIFT;
    if (Integer.compareUnsigned(index, pages.length) >= 0) {
      throw outOfBounds(address);
    }
    return pages[index];
  }

  private byte[] own(int address) {
    byte[] page = page(address);
    return page.length == GRANULE ? page : copy(address >>> SHIFT);
  }

  private byte[] copy(int index) {
    if (pages == image.pages) {
      take(firstWriteCharge(pages.length));
      pages = pages.clone();
    } else {
      take(GRANULE_CHARGE);
    }
    byte[] page = SpareGranules.copyOf(pages[index], owner.spareGranules());
    pages[index] = page;
    noteWritten(index);
    return page;
  }

  private void noteWritten(int index) {
    if (written >>> 48 == 0 && index < 0xFFFF) {
      written = written << 16 | index + 1;
    }
  }

  /** Back to the image's table; the first granules of the own one are for others. */
  private void spare() {
    byte[][] own = pages;
    long indexes = written;
    pages = image.pages;
    written = 0;
    SpareGranules spares = indexes == 0 ? null : owner.spareGranules();
    if (spares != null) {
      for (; indexes != 0; indexes >>>= 16) {
        spares.give(own[(int) (indexes & 0xFFFF) - 1]);
      }
    }
  }

  /** What a table of its own and a granule cost. */
  static long firstWriteCharge(int entries) {
    return (long) ENTRY_CHARGE * entries + 16 + GRANULE_CHARGE;
  }

  /**
   * Makes the memory small while its process waits: a table and granules of its own become their
   * differences to the image. Nothing may touch the memory before {@link #unpack}; it looks empty.
   * Its charges stay, so unpacking cannot go over a limit.
   *
   * @return whether it is packed now; not, where there is nothing to gain
   */
  public boolean pack() {
    if (pages == image.pages || packed != null) {
      return false;
    }
    SpareGranules spares = owner.spareGranules();
    byte[] small = PackedPages.pack(pages, image.pages, spares);
    if (small == null) {
      return false;
    }
    packed = small;
    spare();
    pages = NO_PAGES;
    return true;
  }

  /** Undoes {@link #pack}, if that was called. */
  public void unpack() {
    byte[] small = packed;
    if (small != null) {
      try {
        pages = PackedPages.unpack(small, image.pages, owner.spareGranules(), this::noteWritten);
      } catch (Throwable e) {
        // An exhausted heap: what was noted is in no table, and must not be noted once more.
        written = 0;
        throw e;
      }
      packed = null;
    }
  }

  private WasmRuntimeException outOfBounds(int address) {
    return new WasmRuntimeException(
        "out of bounds memory access: address "
            + Integer.toUnsignedString(address)
            + ", memory size "
            + size());
  }

  private boolean fits(int address, int length) {
    return Integer.toUnsignedLong(address) + Integer.toUnsignedLong(length) <= size();
  }

  // Loads and stores, at an address that Endive has computed. Each store has its two ways, to what
  // is its own and to what was not, apart: behind own() the JVM loads the length once more

  @Override
  public byte read(int address) {
    return page(address)[address & MASK];
  }

  @Override
  public short readShort(int address) {
    int in = address & MASK;
    return in <= GRANULE - 2 ? (short) SHORTS.get(page(address), in) : (short) crossing(address, 2);
  }

  @Override
  public int readInt(int address) {
    int in = address & MASK;
    return in <= GRANULE - 4 ? (int) INTS.get(page(address), in) : (int) crossing(address, 4);
  }

  @Override
  public long readLong(int address) {
    int in = address & MASK;
    return in <= GRANULE - 8 ? (long) LONGS.get(page(address), in) : crossing(address, 8);
  }

  @Override
  public void writeByte(int address, byte data) {
    byte[] page = page(address);
    if (page.length == GRANULE) {
      page[address & MASK] = data;
    } else {
      copy(address >>> SHIFT)[address & MASK] = data;
    }
  }

  @Override
  public void writeShort(int address, short data) {
    int in = address & MASK;
    if (in <= GRANULE - 2) {
      byte[] page = page(address);
      if (page.length == GRANULE) {
        SHORTS.set(page, in, data);
      } else {
        SHORTS.set(copy(address >>> SHIFT), in, data);
      }
    } else {
      writeCrossing(address, data, 2);
    }
  }

  @Override
  public void writeI32(int address, int data) {
    int in = address & MASK;
    if (in <= GRANULE - 4) {
      byte[] page = page(address);
      if (page.length == GRANULE) {
        INTS.set(page, in, data);
      } else {
        INTS.set(copy(address >>> SHIFT), in, data);
      }
    } else {
      writeCrossing(address, data, 4);
    }
  }

  @Override
  public void writeLong(int address, long data) {
    int in = address & MASK;
    if (in <= GRANULE - 8) {
      byte[] page = page(address);
      if (page.length == GRANULE) {
        LONGS.set(page, in, data);
      } else {
        LONGS.set(copy(address >>> SHIFT), in, data);
      }
    } else {
      writeCrossing(address, data, 8);
    }
  }

  private long crossing(int address, int bytes) {
    if (!fits(address, bytes)) {
      throw outOfBounds(address);
    }
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | page(address + i)[(address + i) & MASK] & 0xFF;
    }
    return value;
  }

  private void writeCrossing(int address, long value, int bytes) {
    if (!fits(address, bytes)) {
      throw outOfBounds(address);
    }
    for (int i = 0; i < bytes; i++) {
      own(address + i)[(address + i) & MASK] = (byte) (value >>> 8 * i);
    }
  }

  // Bulk operations of the guest: bounds first, then chunks with a poll between

  @Override
  public void fill(byte value, int from, int to) {
    // Endive passes from + size as an int; the difference is the size the guest gave
    int length = to - from;
    if (!fits(from, length)) {
      throw outOfBounds(from);
    }
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, GRANULE - ((from + done) & MASK));
      int in = (from + done) & MASK;
      if (value != 0 || pages[(from + done) >>> SHIFT] != MemoryImage.ZERO) {
        Arrays.fill(own(from + done), in, in + part, value);
      }
      done += part;
      chargeBytes(part);
    }
  }

  @Override
  public void copy(int target, int source, int length) {
    if (!fits(source, length) || !fits(target, length)) {
      throw outOfBounds(fits(source, length) ? target : source);
    }
    if (Integer.compareUnsigned(target, source) <= 0) {
      for (int done = 0; done < length; ) {
        done += copyPart(target + done, source + done, length - done);
      }
    } else {
      for (int left = length; left > 0; ) {
        int part = Math.min(left, ((target + left - 1) & MASK) + 1);
        part = Math.min(part, ((source + left - 1) & MASK) + 1);
        left -= part;
        copyPart(target + left, source + left, part);
      }
    }
  }

  private int copyPart(int target, int source, int length) {
    int part = Math.min(length, Math.min(GRANULE - (target & MASK), GRANULE - (source & MASK)));
    byte[] from = pages[source >>> SHIFT];
    if (from != MemoryImage.ZERO || pages[target >>> SHIFT] != MemoryImage.ZERO) {
      byte[] to = own(target);
      // own() may have replaced the page that both are in
      System.arraycopy(pages[source >>> SHIFT], source & MASK, to, target & MASK, part);
    }
    chargeBytes(part);
    return part;
  }

  @Override
  public void initPassiveSegment(int segment, int target, int offset, int length) {
    DataSegment data = segments[segment];
    byte[] bytes = data instanceof PassiveDataSegment ? data.data() : new byte[0];
    if (Integer.toUnsignedLong(offset) + Integer.toUnsignedLong(length) > bytes.length
        || !fits(target, length)) {
      throw outOfBounds(target);
    }
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, CHUNK);
      store(target + done, bytes, offset + done, part);
      chargeBytes(part);
      done += part;
    }
  }

  private void store(int address, byte[] source, int offset, int length) {
    for (int done = 0; done < length; ) {
      int in = (address + done) & MASK;
      int part = Math.min(length - done, GRANULE - in);
      System.arraycopy(source, offset + done, own(address + done), in, part);
      done += part;
    }
  }

  private void load(int address, byte[] target, int offset, int length) {
    for (int done = 0; done < length; ) {
      int in = (address + done) & MASK;
      int part = Math.min(length - done, GRANULE - in);
      System.arraycopy(pages[(address + done) >>> SHIFT], in, target, offset + done, part);
      done += part;
    }
  }

  @Override
  public void drop(int segment) {
    segments[segment] = PassiveDataSegment.EMPTY;
  }

  @Override
  public void zero() {
    // initialize() brings the image back
  }

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments) {
    segments = dataSegments;
    module.restore(dataSegments);
    for (DataSegment segment : dataSegments) {
      if (!(segment instanceof ActiveDataSegment) && !(segment instanceof PassiveDataSegment)) {
        throw new UninstantiableException("unknown kind of data segment");
      }
    }
    image = module.image(instance, dataSegments);
    clear();
  }

  /**
   * Makes the memory what {@link #initialize} made the first instance's.
   *
   * @return the data segments, which this memory and its instance share
   */
  DataSegment[] finish() {
    segments = module.newSegments();
    image = module.image();
    clear();
    return segments;
  }

  // What host code sees

  @Override
  public void check(int address, int length) {
    if (!fits(address, length)) {
      throw new HostTrap(
          TrapKind.MEMORY_OUT_OF_BOUNDS,
          "out of bounds memory access: address "
              + Integer.toUnsignedString(address)
              + ", length "
              + Integer.toUnsignedString(length)
              + ", memory size "
              + size());
    }
  }

  @Override
  public byte[] read(int address, int length) {
    check(address, length);
    byte[] result = new byte[length];
    load(address, result, 0, length);
    return result;
  }

  @Override
  public byte[] readBytes(int address, int length) {
    return read(address, length);
  }

  @Override
  public void read(int address, byte[] target, int offset, int length) {
    check(address, length);
    java.util.Objects.checkFromIndexSize(offset, length, target.length);
    load(address, target, offset, length);
  }

  @Override
  public void write(int address, byte[] source, int offset, int length) {
    check(address, length);
    java.util.Objects.checkFromIndexSize(offset, length, source.length);
    store(address, source, offset, length);
  }

  @Override
  public void read(int address, ByteBuffer target, int length) {
    check(address, length);
    java.util.Objects.checkFromIndexSize(0, length, target.remaining());
    for (int done = 0; done < length; ) {
      int in = (address + done) & MASK;
      int part = Math.min(length - done, GRANULE - in);
      target.put(pages[(address + done) >>> SHIFT], in, part);
      done += part;
    }
  }

  @Override
  public void write(int address, ByteBuffer source) {
    int length = source.remaining();
    check(address, length);
    for (int done = 0; done < length; ) {
      int in = (address + done) & MASK;
      int part = Math.min(length - done, GRANULE - in);
      source.get(own(address + done), in, part);
      done += part;
    }
  }

  @Override
  public byte getByte(int address) {
    check(address, 1);
    return read(address);
  }

  @Override
  public int getInt(int address) {
    check(address, 4);
    return readInt(address);
  }

  @Override
  public long getLong(int address) {
    check(address, 8);
    return readLong(address);
  }

  @Override
  public void putByte(int address, byte value) {
    check(address, 1);
    writeByte(address, value);
  }

  @Override
  public void putShort(int address, short value) {
    check(address, 2);
    writeShort(address, value);
  }

  @Override
  public void putInt(int address, int value) {
    check(address, 4);
    writeI32(address, value);
  }

  @Override
  public void putLong(int address, long value) {
    check(address, 8);
    writeLong(address, value);
  }

  @Override
  public String readText(int address, int length) {
    byte[] bytes = read(address, length);
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new HostTrap("text at address " + Integer.toUnsignedString(address) + " is not UTF-8");
    }
  }

  /** The strict decoder takes ten times as long, and a spawn reads a name. */
  private static boolean isAscii(byte[] bytes) {
    for (byte each : bytes) {
      if (each < 0) {
        return false;
      }
    }
    return true;
  }
}
