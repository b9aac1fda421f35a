package dev.selene.sqlite.internal;

/** SQLite refused something. Carries no stack trace: guests provoke it at will. */
public final class SqlFailure extends Exception {
  /** Anything that has no code of its own. */
  public static final int ERROR = 1;

  /** Another connection holds a lock. */
  public static final int BUSY = 5;

  /** The statement was interrupted. */
  public static final int INTERRUPT = 9;

  /** Something is larger than it may be. */
  public static final int TOO_BIG = 18;

  /** A statement was used when it must not be. */
  public static final int MISUSE = 21;

  /** The statement is not allowed here. */
  public static final int AUTHORIZATION = 23;

  /** No parameter has that number. */
  public static final int RANGE = 25;

  private static final long serialVersionUID = 1L;
  private final int code;

  /**
   * A failure.
   *
   * @param code SQLite's primary result code
   * @param message one line
   */
  public SqlFailure(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /**
   * SQLite's primary result code.
   *
   * @return 1 to 255
   */
  public int code() {
    return code;
  }

  /**
   * The text of {@code last_error}.
   *
   * @return one line
   */
  public String text() {
    return String.valueOf(getMessage());
  }
}
