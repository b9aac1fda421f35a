package dev.selene.host;

/**
 * Thrown by a host function to trap its caller: the guest passed something unusable. The process
 * fails with {@link ExitReason.Trapped} unless it is inside {@code lunatic::trap::catch}.
 */
public final class HostTrap extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final TrapKind kind;

  /**
   * A trap of kind {@link TrapKind#HOST}.
   *
   * @param message one line that names the argument and its value
   */
  public HostTrap(String message) {
    this(TrapKind.HOST, message);
  }

  /**
   * A trap.
   *
   * @param kind the kind
   * @param message one line that names the argument and its value
   */
  public HostTrap(TrapKind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /**
   * What kind of trap this is.
   *
   * @return the kind
   */
  public TrapKind kind() {
    return kind;
  }
}
