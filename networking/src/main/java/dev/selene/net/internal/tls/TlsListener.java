package dev.selene.net.internal.tls;

import dev.selene.host.HandleKind;
import dev.selene.host.ProcessContext;
import dev.selene.net.internal.TcpListener;

/**
 * A TCP listener and whom its clients meet.
 *
 * <p>Thread-safety: any process; {@link #close} any thread.
 *
 * @param socket its own
 * @param identity certificate and key
 * @param footprint what its owner is charged, in bytes
 */
public record TlsListener(TcpListener socket, ServerIdentity identity, long footprint)
    implements AutoCloseable {
  /** The table of its ids. */
  public static final HandleKind<TlsListener> KIND =
      new HandleKind<>("tls_listener", TlsListener::close);

  /** The listener, its context, and the sessions that this remembers. */
  private static final long FIXED_FOOTPRINT = 64 * 1024;

  /** Certificates and keys as objects, a byte of PEM. */
  private static final long BYTES_PER_BYTE = 4;

  /**
   * Gives the calling process a listener; when it has no room, the socket is closed.
   *
   * @param process the calling process
   * @param socket from now on the listener's
   * @param identity certificate and key
   * @param pemBytes how long their texts were
   * @return the id
   */
  public static long add(
      ProcessContext process, TcpListener socket, ServerIdentity identity, long pemBytes) {
    TlsListener listener =
        new TlsListener(socket, identity, FIXED_FOOTPRINT + BYTES_PER_BYTE * pemBytes);
    long charged = 0;
    boolean added = false;
    try {
      process.charge(listener.footprint);
      charged = listener.footprint;
      long id = process.handles(KIND).add(listener);
      added = true;
      return id;
    } finally {
      if (!added) {
        process.release(charged);
        listener.close();
      }
    }
  }

  /**
   * Closes a listener; traps when its id is unknown.
   *
   * @param process the calling process
   * @param id of the listener
   */
  public static void drop(ProcessContext process, long id) {
    TlsListener listener = process.handles(KIND).remove(id);
    process.release(listener.footprint);
    listener.close();
  }

  @Override
  public void close() {
    socket.close();
  }
}
