package dev.selene.host;

/**
 * Bytes that are no module, or one that cannot run here. The message is one line for people: what
 * is wrong, and what to do.
 */
public final class ModuleRejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param message one line
   */
  public ModuleRejected(String message) {
    super(message);
  }

  /**
   * A refusal with its cause.
   *
   * @param message one line
   * @param cause for {@code --verbose}
   */
  public ModuleRejected(String message, Throwable cause) {
    super(message, cause);
  }
}
