package dev.selene.net.internal;

import dev.selene.host.ProcessContext;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A connection as a process uses it: a call tries at once, and parks the calling process only where
 * the socket would block.
 *
 * <p>Thread-safety: any process; several that read, or several that write, take turns. {@link
 * #close} may be called by any thread, and makes calls that are parked fail.
 */
public interface Transport extends AutoCloseable {
  /**
   * Reads what there is, at least one byte.
   *
   * @param process the calling process
   * @param into where to
   * @param offset first byte
   * @param length at most so many bytes, at least 1
   * @param timeoutNanos how long to park at most; negative for ever
   * @return how many bytes were read; -1 at the end of the stream
   * @throws java.net.SocketTimeoutException when the time is over
   * @throws IOException when the connection failed
   */
  int read(ProcessContext process, byte[] into, int offset, int length, long timeoutNanos)
      throws IOException;

  /**
   * Writes as much as the socket takes, at least one byte.
   *
   * @param process the calling process
   * @param from where from
   * @param offset first byte
   * @param length at most so many bytes, at least 1
   * @param timeoutNanos how long to park at most; negative for ever
   * @return how many bytes were written
   * @throws java.net.SocketTimeoutException when the time is over
   * @throws IOException when the connection failed
   */
  int write(ProcessContext process, byte[] from, int offset, int length, long timeoutNanos)
      throws IOException;

  /**
   * The near end.
   *
   * @return the address
   * @throws IOException when the socket is closed
   */
  InetSocketAddress localAddress() throws IOException;

  /**
   * The far end.
   *
   * @return the address
   * @throws IOException when the socket is closed
   */
  InetSocketAddress remoteAddress() throws IOException;

  /** Closes the socket. Never throws. */
  @Override
  void close();
}
