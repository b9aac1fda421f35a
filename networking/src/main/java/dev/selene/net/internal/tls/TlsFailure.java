package dev.selene.net.internal.tls;

import java.io.IOException;

/** What is wrong with a certificate, a key or a connection, in one line for people. */
public final class TlsFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param text one line that names the thing and what to do
   */
  public TlsFailure(String text) {
    super(text);
  }

  /**
   * A failure.
   *
   * @param text one line that names the thing and what to do
   * @param cause kept for logs; guests see the text alone
   */
  public TlsFailure(String text, Throwable cause) {
    super(text, cause);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
