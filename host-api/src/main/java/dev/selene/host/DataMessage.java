package dev.selene.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes with a tag and a read position, and resources that travel along.
 *
 * <p>Thread-safety: none; one process owns a message at a time and hands it on through a mailbox,
 * whose queue gives the happens-before edge.
 */
public final class DataMessage implements Message {
  /** What an empty message costs: object headers, the array, and its places in queue and index. */
  public static final int FIXED_FOOTPRINT = 208;

  /** What each attached resource adds to {@link #footprint}; charged before {@link #attach}. */
  public static final int RESOURCE_FOOTPRINT = 64;

  private static final byte[] EMPTY = {};

  private final long tag;
  private byte[] bytes = EMPTY;
  private int size;
  private long readPosition;
  private @Nullable List<@Nullable Resource> resources;

  /**
   * An empty message.
   *
   * @param tag 0 for none
   */
  public DataMessage(long tag) {
    this.tag = tag;
  }

  /**
   * A message with a copy of these bytes.
   *
   * @param tag 0 for none
   * @param content the bytes
   */
  public DataMessage(long tag, byte[] content) {
    this.tag = tag;
    this.bytes = content.clone();
    this.size = content.length;
  }

  @Override
  public long tag() {
    return tag;
  }

  @Override
  public long footprint() {
    return FIXED_FOOTPRINT
        + bytes.length
        + (resources == null ? 0 : (long) RESOURCE_FOOTPRINT * resources.size());
  }

  /**
   * How many bytes the message has.
   *
   * @return bytes
   */
  public int size() {
    return size;
  }

  /**
   * Bytes by which {@link #footprint} would grow if {@code length} bytes were appended.
   *
   * @param length bytes to append, not negative
   * @return 0 when they fit already; {@code -1} when the message would be over 2 GiB
   */
  public long growthFor(int length) {
    long wanted = (long) size + length;
    if (wanted > Integer.MAX_VALUE - 16) {
      return -1;
    }
    return wanted <= bytes.length ? 0 : capacityFor(wanted) - bytes.length;
  }

  private long capacityFor(long wanted) {
    if (bytes.length == 0) {
      return Math.max(wanted, 16);
    }
    return Math.min(Math.max(wanted, bytes.length * 2L), Integer.MAX_VALUE - 16);
  }

  /**
   * Appends from a guest's memory. The caller has charged {@link #growthFor}.
   *
   * @param memory where from
   * @param address first byte
   * @param length number of bytes
   */
  public void append(GuestMemory memory, int address, int length) {
    long wanted = (long) size + length;
    if (wanted > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) capacityFor(wanted));
    }
    memory.read(address, bytes, size, length);
    size += length;
  }

  /**
   * Copies from the read position into a guest's memory and moves the position on.
   *
   * @param memory where to
   * @param address first byte
   * @param length at most so many bytes, unsigned
   * @return how many were copied
   */
  public int read(GuestMemory memory, int address, int length) {
    if (readPosition > size) {
      throw new HostTrap("read position " + readPosition + " is behind the message's end " + size);
    }
    int count = (int) Math.min(Integer.toUnsignedLong(length), size - readPosition);
    memory.write(address, bytes, (int) readPosition, count);
    readPosition += count;
    return count;
  }

  /**
   * Sets the read position.
   *
   * @param position may lie behind the end; the next read traps then
   */
  public void seek(long position) {
    readPosition = position < 0 ? Long.MAX_VALUE : position;
  }

  /**
   * A copy of all bytes.
   *
   * @return {@link #size} bytes
   */
  public byte[] content() {
    return Arrays.copyOf(bytes, size);
  }

  /**
   * Attaches a resource. The caller has charged {@link #RESOURCE_FOOTPRINT}.
   *
   * @param resource moves with the message
   * @return its index
   */
  public int attach(Resource resource) {
    if (resources == null) {
      resources = new ArrayList<>(2);
    }
    resources.add(resource);
    return resources.size() - 1;
  }

  /**
   * The resource at an index, which stays attached.
   *
   * @param index as returned by {@link #attach}, unsigned
   * @return null when there is none, or it was taken
   */
  public @Nullable Resource resource(long index) {
    return resources == null || index < 0 || index >= resources.size()
        ? null
        : resources.get((int) index);
  }

  /**
   * Takes the resource at an index; the other indexes stay.
   *
   * @param index as returned by {@link #attach}
   */
  public void detach(long index) {
    if (resource(index) != null && resources != null) {
      resources.set((int) index, null);
    }
  }

  /**
   * Whether resources are or were attached.
   *
   * @return true as soon as one was
   */
  public boolean hasResources() {
    return resources != null;
  }

  /**
   * The same tag and bytes once more.
   *
   * @return a message without resources, its read position at the start
   */
  public DataMessage copy() {
    DataMessage copy = new DataMessage(tag);
    copy.bytes = size == 0 ? EMPTY : Arrays.copyOf(bytes, size);
    copy.size = size;
    return copy;
  }

  /** Closes what is still attached: the message was overwritten or never delivered. */
  public void discard() {
    if (resources != null) {
      for (Resource resource : resources) {
        if (resource != null) {
          resource.close();
        }
      }
      resources = null;
    }
  }
}
