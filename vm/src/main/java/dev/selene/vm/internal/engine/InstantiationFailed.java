package dev.selene.vm.internal.engine;

/** A module is fine, but this instance of it cannot be made. */
public final class InstantiationFailed extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param message one line
   */
  public InstantiationFailed(String message) {
    super(message);
  }

  /**
   * A failure with its cause.
   *
   * @param message one line
   * @param cause a trap in the start function, for example
   */
  public InstantiationFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
