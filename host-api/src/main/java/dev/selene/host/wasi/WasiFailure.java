package dev.selene.host.wasi;

/** An import failed with an error number. Carries no stack trace: guests provoke it at will. */
final class WasiFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final int errno;

  /**
   * A failure.
   *
   * @param errno one of {@link Errno}, not 0
   */
  WasiFailure(int errno) {
    super("WASI errno " + errno, null, false, false);
    this.errno = errno;
  }

  int errno() {
    return errno;
  }
}
