package dev.selene.host.lunatic;

import dev.selene.host.GuestMemory;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessContext;
import dev.selene.host.TrapKind;

/**
 * Reads the arguments that several imports have in common. Nothing is allocated before the range
 * was checked against the memory and the length against its cap: a guest's memory may be larger
 * than what the host has left.
 *
 * <p>Thread-safety: stateless.
 */
public final class GuestArguments {
  /** Longest name of a process, a function or a host, in bytes of UTF-8. */
  public static final int MAX_NAME = 64 * 1024;

  /** Longest argument, variable or path, in bytes of UTF-8; Linux's limit for one argument. */
  public static final int MAX_TEXT = 128 * 1024;

  private GuestArguments() {}

  /**
   * Reads a name; see {@link #text}.
   *
   * @param process the caller
   * @param address first byte
   * @param length bytes, unsigned
   * @param what the argument's name, for the trap
   * @return the name
   */
  public static String name(ProcessContext process, int address, int length, String what) {
    return text(process, address, length, MAX_NAME, what);
  }

  /**
   * Reads strict UTF-8 and charges its bytes as fuel.
   *
   * @param process the caller
   * @param address first byte
   * @param length bytes, unsigned
   * @param limit bytes; what is longer traps
   * @param what the argument's name, for the trap
   * @return the text
   */
  public static String text(
      ProcessContext process, int address, int length, int limit, String what) {
    GuestMemory memory = process.memory();
    memory.check(address, length);
    if (Integer.compareUnsigned(length, limit) > 0) {
      throw new HostTrap(
          what + " has " + Integer.toUnsignedString(length) + " bytes, more than " + limit);
    }
    process.chargeBytes(length);
    return memory.readText(address, length);
  }

  /**
   * Checks an array; the multiplication is done in 64 bits.
   *
   * @param memory the caller's
   * @param address first byte
   * @param count elements, unsigned
   * @param unit bytes an element
   */
  public static void checkArray(GuestMemory memory, int address, int count, int unit) {
    long bytes = Integer.toUnsignedLong(count) * unit;
    if (bytes > 0xFFFF_FFFFL) {
      throw new HostTrap(
          TrapKind.MEMORY_OUT_OF_BOUNDS,
          "array at address "
              + Integer.toUnsignedString(address)
              + " with "
              + Integer.toUnsignedString(count)
              + " elements of "
              + unit
              + " bytes is larger than any memory");
    }
    memory.check(address, (int) bytes);
  }

  /**
   * An unsigned number as a signed one; what does not fit becomes the largest.
   *
   * @param unsigned any number
   * @return not negative
   */
  public static long saturate(long unsigned) {
    return unsigned < 0 ? Long.MAX_VALUE : unsigned;
  }
}
