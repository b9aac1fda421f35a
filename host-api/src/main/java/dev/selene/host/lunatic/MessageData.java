package dev.selene.host.lunatic;

import dev.selene.host.DataMessage;
import dev.selene.host.GuestMemory;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.ProcessContext;
import org.jspecify.annotations.Nullable;

/**
 * What the imports that write and receive messages have in common. A message's memory is charged
 * before it is allocated.
 *
 * <p>Thread-safety: stateless.
 */
public final class MessageData {
  private static final int DATA = 0;
  private static final int LINK_DIED = 1;
  private static final int PROCESS_DIED = 2;

  /** More tags than that in one receive are refused. */
  private static final int MAX_TAGS = 65_536;

  /** Up to so many tags are part of a host call's fixed cost. */
  private static final int FREE_TAGS = 64;

  private MessageData() {}

  /**
   * A message of bytes in the guest's memory. Its footprint is charged to the process.
   *
   * @param process the caller
   * @param tag 0 for none
   * @param address first byte; the range has been checked
   * @param length bytes, unsigned
   * @return a message that is nowhere yet
   */
  public static DataMessage compose(ProcessContext process, long tag, int address, int length) {
    DataMessage message = new DataMessage(tag);
    process.charge(message.footprint());
    try {
      append(process, message, address, length);
    } catch (HostTrap tooLong) {
      process.release(message.footprint());
      throw tooLong;
    }
    return message;
  }

  /**
   * Appends bytes of the guest's memory to a message and charges them.
   *
   * @param process the caller, which pays for the message
   * @param message traps when it would be over 2 GiB
   * @param address first byte; the range has been checked
   * @param length bytes, unsigned
   */
  public static void append(ProcessContext process, DataMessage message, int address, int length) {
    long growth = length < 0 ? -1 : message.growthFor(length);
    if (growth < 0) {
      throw new HostTrap(
          "message of "
              + message.size()
              + " bytes cannot take "
              + Integer.toUnsignedString(length)
              + " more: the limit is 2 GiB");
    }
    process.chargeBytes(length);
    if (growth > 0) {
      process.charge(growth);
    }
    message.append(process.memory(), address, length);
  }

  /**
   * Waits for the oldest message with one of the tags in an array of the guest, of any kind when
   * there are none, and makes it the scratch message. Parks.
   *
   * @param process the caller
   * @param tags the array, 8 bytes a tag
   * @param tagCount tags, unsigned
   * @param timeoutMillis unsigned; -1 for ever
   * @return null after the timeout
   */
  public static @Nullable Message receive(
      ProcessContext process, int tags, int tagCount, long timeoutMillis) {
    if (tagCount == 0) {
      // The address may be anything then; guests pass dangling ones.
      return process.receive(null, timeoutMillis);
    }
    GuestArguments.checkArray(process.memory(), tags, tagCount, Long.BYTES);
    if (Integer.compareUnsigned(tagCount, MAX_TAGS) > 0) {
      throw new HostTrap(
          "tag count is " + Integer.toUnsignedString(tagCount) + ", more than " + MAX_TAGS);
    }
    long bytes = (long) tagCount * Long.BYTES;
    process.chargeBytes(bytes);
    if (tagCount <= FREE_TAGS) {
      return process.receive(readTags(process.memory(), tags, tagCount), timeoutMillis);
    }
    process.charge(bytes);
    try {
      return process.receive(readTags(process.memory(), tags, tagCount), timeoutMillis);
    } finally {
      process.release(bytes);
    }
  }

  private static long[] readTags(GuestMemory memory, int address, int count) {
    long[] tags = new long[count];
    for (int i = 0; i < count; i++) {
      tags[i] = memory.getLong(address + i * Long.BYTES);
    }
    return tags;
  }

  /**
   * What a receive answers.
   *
   * @param message null after a timeout
   * @return 0 data, 1 a link died, 2 a process died, or {@link MessageImports#TIMED_OUT}
   */
  public static int code(@Nullable Message message) {
    return switch (message) {
      case null -> MessageImports.TIMED_OUT;
      case DataMessage data -> DATA;
      case Message.LinkDied died -> LINK_DIED;
      case Message.ProcessDied died -> PROCESS_DIED;
    };
  }
}
