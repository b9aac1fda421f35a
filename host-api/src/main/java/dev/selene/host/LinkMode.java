package dev.selene.host;

import java.util.List;

/**
 * What one side of a link does when the other side ends. A link of {@code selene::process} has two
 * of these: the asking side's own, and the other side's.
 *
 * <p>Source: the modes of async-backplane (monitor, notify, peer), and OTP's links and monitors.
 */
public enum LinkMode {
  /** Nothing. */
  NOTHING,
  /** Gets a message when the other side fails. */
  TOLD_OF_FAILURES,
  /** Gets a message however the other side ends. */
  TOLD,
  /** Ends with {@link ExitReason.LinkDied} when the other side fails. */
  DIES_OF_FAILURES,
  /** Ends with {@link ExitReason.LinkDied} however the other side ends. */
  DIES;

  private static final List<LinkMode> ALL = List.of(values());

  /**
   * The mode with a number of the ABI.
   *
   * @param number 0 to 4
   * @param what names the argument in the trap
   * @return the mode
   * @throws HostTrap when there is no such mode
   */
  public static LinkMode of(int number, String what) {
    if (number < 0 || number >= ALL.size()) {
      throw new HostTrap(what + " is link mode " + number + ", which is none of 0 to 4");
    }
    return ALL.get(number);
  }

  /**
   * Whether this side gets a message.
   *
   * @param reason how the other side ended
   * @return the answer
   */
  public boolean isTold(ExitReason reason) {
    return this == TOLD || this == TOLD_OF_FAILURES && reason.isFailure();
  }

  /**
   * Whether this side ends too.
   *
   * @param reason how the other side ended
   * @return the answer
   */
  public boolean dies(ExitReason reason) {
    return this == DIES || this == DIES_OF_FAILURES && reason.isFailure();
  }
}
