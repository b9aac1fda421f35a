package dev.selene.net.internal;

import dev.selene.host.HandleKind;
import dev.selene.host.ProcessContext;
import dev.selene.host.Resource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One reference to a socket: what a process holds by id and sends in messages. The last one to go
 * closes the socket. Timeouts belong to the socket, so all references see them.
 *
 * <p>Ownership: {@code extraBytes} belongs to the process, or the message, that holds the
 * reference.
 *
 * @param <T> the socket
 */
public final class SocketHandle<T extends AutoCloseable> implements Resource {
  /** What a socket keeps on the heap, by which each reference is charged. */
  private static final long FIXED_FOOTPRINT = 1024;

  /** No timeout, as guests give and get it. */
  public static final long NO_TIMEOUT = -1;

  private static final class Shared<T> {
    final T socket;
    final AtomicInteger references = new AtomicInteger(1);
    volatile long readTimeout = NO_TIMEOUT;
    volatile long writeTimeout = NO_TIMEOUT;
    volatile long peekTimeout = NO_TIMEOUT;

    Shared(T socket) {
      this.socket = socket;
    }
  }

  private final HandleKind<Resource> kind;
  private final Shared<T> shared;
  private final AtomicBoolean closed = new AtomicBoolean();
  private long extraBytes;

  /**
   * The first reference.
   *
   * @param kind the table its ids are in
   * @param socket closed by the last reference
   */
  public SocketHandle(HandleKind<Resource> kind, T socket) {
    this(kind, new Shared<>(socket));
  }

  private SocketHandle(HandleKind<Resource> kind, Shared<T> shared) {
    this.kind = kind;
    this.shared = shared;
  }

  /**
   * Another reference.
   *
   * @return the caller's
   */
  public SocketHandle<T> share() {
    shared.references.incrementAndGet();
    return new SocketHandle<>(kind, shared);
  }

  /**
   * Gives the calling process this reference; when it has no room, the reference is closed.
   *
   * @param process the calling process
   * @return the id
   */
  public long addTo(ProcessContext process) {
    long charged = 0;
    boolean added = false;
    try {
      process.charge(footprint());
      charged = footprint();
      long id = process.handles(kind).add(this);
      added = true;
      return id;
    } finally {
      if (!added) {
        process.release(charged);
        close();
      }
    }
  }

  /**
   * Takes a reference out of the calling process's table and closes it; traps when it is unknown.
   *
   * @param process the calling process
   * @param kind the table
   * @param id the id
   */
  public static void drop(ProcessContext process, HandleKind<Resource> kind, long id) {
    Resource handle = process.handles(kind).remove(id);
    process.release(handle.footprint());
    handle.close();
  }

  /**
   * Charges the holder, once, for what the socket keeps for it beside the fixed amount.
   *
   * @param process the holder
   * @param bytes the same at each call
   */
  public void chargeOnce(ProcessContext process, long bytes) {
    if (extraBytes == 0) {
      process.charge(bytes);
      extraBytes = bytes;
    }
  }

  /**
   * What it stands for.
   *
   * @return the socket
   */
  public T socket() {
    return shared.socket;
  }

  /**
   * How long reads wait.
   *
   * @return milliseconds, unsigned; {@link #NO_TIMEOUT} for ever
   */
  public long readTimeout() {
    return shared.readTimeout;
  }

  /**
   * How long writes wait.
   *
   * @return milliseconds, unsigned; {@link #NO_TIMEOUT} for ever
   */
  public long writeTimeout() {
    return shared.writeTimeout;
  }

  /**
   * How long peeks wait.
   *
   * @return milliseconds, unsigned; {@link #NO_TIMEOUT} for ever
   */
  public long peekTimeout() {
    return shared.peekTimeout;
  }

  /**
   * Sets {@link #readTimeout}.
   *
   * @param millis unsigned
   */
  public void setReadTimeout(long millis) {
    shared.readTimeout = millis;
  }

  /**
   * Sets {@link #writeTimeout}.
   *
   * @param millis unsigned
   */
  public void setWriteTimeout(long millis) {
    shared.writeTimeout = millis;
  }

  /**
   * Sets {@link #peekTimeout}.
   *
   * @param millis unsigned
   */
  public void setPeekTimeout(long millis) {
    shared.peekTimeout = millis;
  }

  /**
   * A guest's timeout for {@link Transport}.
   *
   * @param millis unsigned; {@link #NO_TIMEOUT} for ever
   * @return nanoseconds; negative for ever
   */
  public static long nanos(long millis) {
    // What is longer than 200 years is as good as for ever.
    return millis < 0 || millis > Long.MAX_VALUE / 1_000_000 ? -1 : millis * 1_000_000;
  }

  @Override
  public HandleKind<?> kind() {
    return kind;
  }

  @Override
  public long footprint() {
    return FIXED_FOOTPRINT + extraBytes;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && shared.references.decrementAndGet() == 0) {
      try {
        shared.socket.close();
      } catch (Exception e) {
        throw new IllegalStateException("a socket's close does not throw", e);
      }
    }
  }
}
