package dev.selene.host;

import java.util.List;

/** What a process uses and has a limit of, by the numbers of the ABI: the ordinals. */
public enum LimitedResource {
  /** Bytes on the ledger. */
  MEMORY,
  /** Instructions. */
  FUEL,
  /** Bytes of modelled call stack. */
  STACK,
  /** Messages in the mailbox. */
  MAILBOX_MESSAGES,
  /** Bytes in the mailbox. */
  MAILBOX_BYTES,
  /** Live processes of the subtree, the process itself included. */
  PROCESSES,
  /** Open handles of all kinds. */
  HANDLES;

  /** Stands for "no limit", in Java and, as the largest unsigned number, in the ABI. */
  public static final long UNLIMITED = -1;

  private static final long INSTRUCTIONS_PER_UNIT = 100_000;

  private static final List<LimitedResource> ALL = List.of(values());

  /**
   * The resource with a number of the ABI.
   *
   * @param number 0 to 6
   * @return the resource
   * @throws HostTrap when there is no such resource
   */
  public static LimitedResource of(int number) {
    if (number < 0 || number >= ALL.size()) {
      throw new HostTrap("resource is " + number + ", which is none of 0 to " + (ALL.size() - 1));
    }
    return ALL.get(number);
  }

  /**
   * A configuration's limit.
   *
   * @param config the configuration
   * @return in this resource's unit; {@link #UNLIMITED} for none
   */
  public long limit(ProcessConfig config) {
    return switch (this) {
      case MEMORY -> config.maxMemoryBytes();
      case FUEL -> instructions(config.maxFuel());
      case STACK -> config.maxStackBytes();
      case MAILBOX_MESSAGES -> config.maxMailboxMessages();
      case MAILBOX_BYTES -> config.maxMailboxBytes();
      case PROCESSES -> config.maxProcesses() == Long.MAX_VALUE ? UNLIMITED : config.maxProcesses();
      case HANDLES -> config.maxHandles();
    };
  }

  private static long instructions(long units) {
    if (units == 0) {
      return UNLIMITED;
    }
    return units > Long.MAX_VALUE / INSTRUCTIONS_PER_UNIT
        ? Long.MAX_VALUE
        : units * INSTRUCTIONS_PER_UNIT;
  }

  /**
   * Sets a limit of a configuration in the making.
   *
   * @param builder the configuration
   * @param value in this resource's unit, unsigned; {@link #UNLIMITED} for none. Fuel is rounded up
   *     to whole units of 100,000 instructions, at least one
   */
  public void set(ProcessConfig.Builder builder, long value) {
    long limit = value < 0 ? Long.MAX_VALUE : value;
    switch (this) {
      case MEMORY -> builder.maxMemoryBytes(limit);
      case FUEL -> builder.maxFuel(value < 0 ? 0 : units(value));
      case STACK -> builder.maxStackBytes(limit);
      case MAILBOX_MESSAGES -> builder.maxMailboxMessages(limit);
      case MAILBOX_BYTES -> builder.maxMailboxBytes(limit);
      case PROCESSES -> builder.maxProcesses(limit);
      case HANDLES -> builder.maxHandles(limit);
    }
  }

  private static long units(long instructions) {
    long whole = instructions / INSTRUCTIONS_PER_UNIT;
    return Math.max(1, instructions % INSTRUCTIONS_PER_UNIT == 0 ? whole : whole + 1);
  }
}
