package dev.selene.host;

/**
 * Unwinds the calling process to its end: {@code proc_exit}, a kill, no fuel or no memory left.
 * Thrown by the virtual machine and by {@code proc_exit}; host functions let it pass and never
 * catch it. {@code trap::catch} catches it only where {@link #catchable} is true.
 */
public final class ProcessExit extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient ExitReason reason;
  private final boolean catchable;

  /**
   * An unwinding.
   *
   * @param reason what the process ends with
   * @param catchable whether {@code trap::catch} turns it into a 0
   */
  public ProcessExit(ExitReason reason, boolean catchable) {
    super(reason.describe(), null, false, false);
    this.reason = reason;
    this.catchable = catchable;
  }

  /**
   * What the process ends with.
   *
   * @return the reason
   */
  public ExitReason reason() {
    return reason;
  }

  /**
   * Whether {@code trap::catch} turns this into a 0. False for kills and link deaths.
   *
   * @return true for fuel, memory and {@code proc_exit}
   */
  public boolean catchable() {
    return catchable;
  }
}
