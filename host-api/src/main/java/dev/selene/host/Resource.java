package dev.selene.host;

/**
 * Something a process owns through a handle and may send in a message: a module, a socket.
 *
 * <p>Thread-safety: {@link #close} may be called from any thread, and more than once.
 */
public interface Resource extends AutoCloseable {
  /**
   * The table its ids are in.
   *
   * @return the kind
   */
  HandleKind<?> kind();

  /** Gives up this reference. Never throws. */
  @Override
  void close();
}
