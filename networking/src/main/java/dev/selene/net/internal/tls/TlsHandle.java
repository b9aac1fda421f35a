package dev.selene.net.internal.tls;

import dev.selene.host.HandleKind;
import dev.selene.host.HandleTable;
import dev.selene.host.ProcessContext;
import dev.selene.host.Resource;
import dev.selene.net.internal.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One reference to a TLS connection, which closes with the last. It knows what the ledger of its
 * owner, a process or a message, pays for it: every reference pays for the engine, since each may
 * be the last, and for the buffers that calls through it left behind.
 *
 * <p>Ownership: the process that has it in its table; {@link #close()} any thread.
 */
public final class TlsHandle implements Resource {
  /** An engine after its handshake, measured as 5 KiB, the TCP socket, and these objects. */
  static final int ENGINE_BYTES = 8 * 1024;

  private final TlsStream stream;
  private final AtomicInteger references;
  private final AtomicBoolean closed = new AtomicBoolean();
  private long forReading;
  private long forWriting;

  private TlsHandle(TlsStream stream, AtomicInteger references) {
    this.stream = stream;
    this.references = references;
  }

  /**
   * A connection that was accepted; its first read, write or flush shakes hands.
   *
   * @param process the owner, charged
   * @param identity whom the peer meets
   * @param transport closed when this throws
   * @return its id
   */
  public static long accepted(
      ProcessContext process, ServerIdentity identity, Transport transport) {
    return add(
        process, () -> new TlsStream(transport, identity.newEngine(), name(transport)), transport);
  }

  private static String name(Transport transport) {
    try {
      InetSocketAddress address = transport.remoteAddress();
      return address.getAddress().getHostAddress() + " port " + address.getPort();
    } catch (IOException e) {
      return "the client";
    }
  }

  /**
   * A connection that was made; shakes hands. Parks.
   *
   * @param process the owner, charged
   * @param roots whose certificates are believed
   * @param transport closed when this throws
   * @param host what the certificate must be for
   * @param port as connected to
   * @param deadline of {@link dev.selene.net.internal.Deadline}, within the handshake's own limit
   * @return its id
   * @throws java.net.SocketTimeoutException when the time is over
   * @throws TlsFailure when the handshake failed
   */
  public static long connected(
      ProcessContext process,
      TrustRoots roots,
      Transport transport,
      String host,
      int port,
      long deadline)
      throws IOException {
    TlsStream stream;
    try {
      stream = new TlsStream(transport, roots.newEngine(host, port), host + " port " + port);
    } catch (TlsFailure e) {
      transport.close();
      throw e;
    }
    long id = add(process, () -> stream, transport);
    boolean done = false;
    try {
      TlsHandle handle = (TlsHandle) process.handles(HandleKind.TLS_STREAM).get(id);
      stream.handshake(process, handle.paying(process), deadline);
      done = true;
      return id;
    } finally {
      if (!done) {
        drop(process, id);
      }
    }
  }

  private interface Maker {
    TlsStream make();
  }

  private static long add(ProcessContext process, Maker maker, Transport transport) {
    boolean added = false;
    boolean charged = false;
    try {
      process.charge(ENGINE_BYTES);
      charged = true;
      TlsHandle handle = new TlsHandle(maker.make(), new AtomicInteger(1));
      long id = process.handles(HandleKind.TLS_STREAM).add(handle);
      added = true;
      return id;
    } finally {
      if (!added) {
        transport.close();
        if (charged) {
          process.release(ENGINE_BYTES);
        }
      }
    }
  }

  /**
   * The stream of an id; traps when it is unknown.
   *
   * @param process the owner
   * @param id its id
   * @return the reference
   */
  public static TlsHandle of(ProcessContext process, long id) {
    return (TlsHandle) process.handles(HandleKind.TLS_STREAM).get(id);
  }

  /**
   * Another reference to the same connection; traps when the id is unknown.
   *
   * @param process the owner of both
   * @param id of the first
   * @return the second's id
   */
  public static long share(ProcessContext process, long id) {
    TlsHandle original = of(process, id);
    HandleTable<Resource> table = process.handles(HandleKind.TLS_STREAM);
    process.charge(ENGINE_BYTES);
    boolean added = false;
    try {
      long copy = table.add(new TlsHandle(original.stream, original.references));
      original.references.incrementAndGet();
      added = true;
      return copy;
    } finally {
      if (!added) {
        process.release(ENGINE_BYTES);
      }
    }
  }

  /**
   * Gives a reference up; the last says goodbye to the peer. Traps when the id is unknown.
   *
   * @param process the owner
   * @param id its id
   */
  public static void drop(ProcessContext process, long id) {
    TlsHandle handle = (TlsHandle) process.handles(HandleKind.TLS_STREAM).remove(id);
    process.release(handle.footprint());
    if (handle.isLast()) {
      handle.stream.close(process);
    }
  }

  /** Counts this reference out, once; whether it was the last. */
  private boolean isLast() {
    return closed.compareAndSet(false, true) && references.decrementAndGet() == 0;
  }

  @Override
  public HandleKind<?> kind() {
    return HandleKind.TLS_STREAM;
  }

  @Override
  public long footprint() {
    return ENGINE_BYTES + forReading + forWriting;
  }

  @Override
  public void close() {
    if (isLast()) {
      stream.close(null);
    }
  }

  private TlsStream.Payer paying(ProcessContext process) {
    return new TlsStream.Payer() {
      @Override
      public void charge(boolean reading, int bytes) {
        process.charge(bytes);
        if (reading) {
          forReading += bytes;
        } else {
          forWriting += bytes;
        }
      }

      @Override
      public void keep(boolean reading, int bytes) {
        long over = (reading ? forReading : forWriting) - bytes;
        if (over > 0) {
          if (reading) {
            forReading = bytes;
          } else {
            forWriting = bytes;
          }
          process.release(over);
        }
      }
    };
  }

  /**
   * Reads what there is into the guest's memory. Parks.
   *
   * @param process the owner
   * @param address where to; checked by the caller
   * @param length at least 1
   * @return how many bytes; 0 at the end
   * @throws java.net.SocketTimeoutException when the read timeout is over
   * @throws TlsFailure when the connection failed
   */
  public int read(ProcessContext process, int address, int length) throws IOException {
    int most = (int) Math.min(Integer.toUnsignedLong(length), TlsStream.MOST_PLAINTEXT);
    int count =
        stream.read(
            process,
            paying(process),
            most,
            (from, offset, bytes) -> process.memory().write(address, from, offset, bytes));
    return Math.max(0, count);
  }

  /**
   * Writes. Parks.
   *
   * @param process the owner
   * @param from where from
   * @param length of what is written, from the array's start; at most {@link #MOST_WRITTEN}
   * @return how many bytes were taken
   * @throws java.net.SocketTimeoutException when the write timeout is over and none was taken
   * @throws TlsFailure when the connection failed
   */
  public int write(ProcessContext process, byte[] from, int length) throws IOException {
    return stream.write(process, paying(process), from, length);
  }

  /** Most bytes of one {@link #write}. */
  public static final int MOST_WRITTEN = TlsStream.MOST_PLAINTEXT;

  /**
   * Waits until everything written is on its way. Parks.
   *
   * @param process the owner
   * @throws java.net.SocketTimeoutException when the write timeout is over
   * @throws TlsFailure when the connection failed
   */
  public void flush(ProcessContext process) throws IOException {
    stream.flush(process, paying(process));
  }

  /**
   * How long reads park at most.
   *
   * @return milliseconds; -1 for ever
   */
  public long readTimeout() {
    return stream.readTimeout();
  }

  /**
   * Sets {@link #readTimeout} for all who share the connection.
   *
   * @param millis unsigned; -1 for ever
   */
  public void setReadTimeout(long millis) {
    stream.setReadTimeout(millis);
  }

  /**
   * How long writes and flushes park at most.
   *
   * @return milliseconds; -1 for ever
   */
  public long writeTimeout() {
    return stream.writeTimeout();
  }

  /**
   * Sets {@link #writeTimeout} for all who share the connection.
   *
   * @param millis unsigned; -1 for ever
   */
  public void setWriteTimeout(long millis) {
    stream.setWriteTimeout(millis);
  }

  /**
   * The far end.
   *
   * @return the address
   * @throws IOException when the socket is closed
   */
  public InetSocketAddress remoteAddress() throws IOException {
    return stream.remoteAddress();
  }
}
