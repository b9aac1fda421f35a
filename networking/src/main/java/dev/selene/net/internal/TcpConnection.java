package dev.selene.net.internal;

import dev.selene.host.ProcessContext;
import dev.selene.host.Waker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection. The calling process makes the system calls itself.
 *
 * <p><b>Ownership.</b> What belongs to reading ({@code peeked}) belongs to the holder of the turn
 * to read. Everything else is final or volatile.
 */
public final class TcpConnection implements Transport {
  /** The most bytes that peeking looks ahead. */
  public static final int MOST_PEEKED = 4096;

  private final Network network;
  private final SocketChannel channel;
  private final Readiness readiness;
  private final Turn reading = new Turn();
  private final Turn writing = new Turn();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Bytes that were peeked at and not read yet. */
  private byte @Nullable [] peeked;

  private int peekedFrom;
  private int peekedTo;

  /** Of a channel in non-blocking mode that was counted in. */
  TcpConnection(Network network, SocketChannel channel) {
    this.network = network;
    this.channel = channel;
    this.readiness = new Readiness(network, channel, SelectionKey.OP_READ);
  }

  /**
   * Connects; parks meanwhile.
   *
   * @param process the calling process
   * @param network what it belongs to
   * @param address where to
   * @param timeoutNanos how long to park at most; negative for ever
   * @return the connection, the caller's
   * @throws SocketTimeoutException when the time is over
   * @throws IOException when it fails, or too many sockets are open
   */
  public static TcpConnection connect(
      ProcessContext process, Network network, InetSocketAddress address, long timeoutNanos)
      throws IOException {
    long deadline = Deadline.in(timeoutNanos);
    network.countIn();
    SocketChannel channel;
    try {
      channel = SocketChannel.open(Network.family(address));
    } catch (IOException | RuntimeException e) {
      network.countOut();
      throw e;
    }
    TcpConnection connection = new TcpConnection(network, channel);
    boolean connected = false;
    try {
      channel.configureBlocking(false);
      connection.connect(process, address, deadline);
      connected = true;
      return connection;
    } finally {
      if (!connected) {
        connection.close();
      }
    }
  }

  private void connect(ProcessContext process, InetSocketAddress address, long deadline)
      throws IOException {
    readiness.beforeWrite();
    if (channel.connect(address)) {
      return;
    }
    Waker me = process.waker();
    while (!channel.finishConnect()) {
      if (!readiness.awaitWritable(process, me, SelectionKey.OP_CONNECT, deadline)) {
        throw timedOut();
      }
      readiness.beforeWrite();
    }
  }

  private static SocketTimeoutException timedOut() {
    return new SocketTimeoutException("timed out");
  }

  @Override
  public int read(ProcessContext process, byte[] into, int offset, int length, long timeoutNanos)
      throws IOException {
    return receive(process, into, offset, length, timeoutNanos);
  }

  /**
   * Reads into the calling process's memory, at least one byte.
   *
   * @param process the calling process
   * @param address where to; the range is inside the memory
   * @param length at most so many bytes, unsigned and at least 1
   * @param timeoutNanos how long to park at most; negative for ever
   * @return how many bytes were read; -1 at the end of the stream
   * @throws SocketTimeoutException when the time is over
   * @throws IOException when the connection failed
   */
  public int read(ProcessContext process, int address, int length, long timeoutNanos)
      throws IOException {
    return receive(process, null, address, limited(length), timeoutNanos);
  }

  private static int limited(int length) {
    return length < 0 ? Buffers.SIZE : length;
  }

  private int receive(
      ProcessContext process, byte @Nullable [] into, int at, int length, long timeoutNanos)
      throws IOException {
    long deadline = Deadline.in(timeoutNanos);
    Waker me = process.waker();
    if (!reading.enter(process, me, deadline)) {
      throw timedOut();
    }
    try {
      if (peeked != null) {
        return takePeeked(process, into, at, length);
      }
      if (timeoutNanos == 0) {
        readiness.tryAnyway();
      }
      while (true) {
        if (readiness.mayRead()) {
          int count = tryToRead(process, into, at, length);
          if (count != 0) {
            return count;
          }
        }
        if (!readiness.awaitReadable(process, me, deadline)) {
          throw timedOut();
        }
      }
    } finally {
      reading.leave();
    }
  }

  private int tryToRead(ProcessContext process, byte @Nullable [] into, int at, int length)
      throws IOException {
    int worker = process.worker();
    ByteBuffer buffer = network.buffers().take(worker);
    try {
      int most = Math.min(length, Buffers.SIZE);
      int count = channel.read(buffer.limit(most));
      if (count == most || count < 0) {
        readiness.readMore();
      }
      if (count > 0) {
        buffer.flip();
        if (into == null) {
          process.memory().write(at, buffer);
        } else {
          buffer.get(into, at, count);
        }
      }
      return count;
    } finally {
      network.buffers().give(worker, buffer);
    }
  }

  private int takePeeked(ProcessContext process, byte @Nullable [] into, int at, int length) {
    byte[] bytes = peeked;
    if (bytes == null) {
      return 0;
    }
    int count = Math.min(length, peekedTo - peekedFrom);
    if (into == null) {
      process.memory().write(at, bytes, peekedFrom, count);
    } else {
      System.arraycopy(bytes, peekedFrom, into, at, count);
    }
    peekedFrom += count;
    if (peekedFrom == peekedTo) {
      peeked = null;
    }
    return count;
  }

  /**
   * Copies what a read would give into the calling process's memory and leaves it to be read; at
   * least one byte, at most {@link #MOST_PEEKED}.
   *
   * @param process the calling process
   * @param address where to; the range is inside the memory
   * @param length at most so many bytes, unsigned and at least 1
   * @param timeoutNanos how long to park at most; negative for ever
   * @return how many bytes were copied; -1 at the end of the stream
   * @throws SocketTimeoutException when the time is over
   * @throws IOException when the connection failed
   */
  public int peek(ProcessContext process, int address, int length, long timeoutNanos)
      throws IOException {
    long deadline = Deadline.in(timeoutNanos);
    Waker me = process.waker();
    if (!reading.enter(process, me, deadline)) {
      throw timedOut();
    }
    try {
      int wanted = Math.min(limited(length), MOST_PEEKED);
      while (true) {
        readiness.tryAnyway();
        readiness.mayRead();
        boolean ended = fillPeeked(wanted);
        byte[] bytes = peeked;
        if (bytes != null) {
          int count = Math.min(wanted, peekedTo - peekedFrom);
          process.memory().write(address, bytes, peekedFrom, count);
          return count;
        }
        if (ended) {
          return -1;
        }
        if (!readiness.awaitReadable(process, me, deadline)) {
          throw timedOut();
        }
      }
    } finally {
      reading.leave();
    }
  }

  /** Reads ahead without waiting; true at the end of the stream. */
  private boolean fillPeeked(int wanted) throws IOException {
    byte[] bytes = peeked;
    int present = bytes == null ? 0 : peekedTo - peekedFrom;
    if (present >= wanted) {
      return false;
    }
    byte[] ahead = bytes == null ? new byte[MOST_PEEKED] : bytes;
    System.arraycopy(ahead, peekedFrom, ahead, 0, present);
    int count;
    try {
      count = channel.read(ByteBuffer.wrap(ahead, present, wanted - present));
    } finally {
      peekedFrom = 0;
      peekedTo = present;
    }
    if (count != 0) {
      readiness.readMore();
    }
    if (count > 0) {
      peeked = ahead;
      peekedTo = present + count;
    }
    return count < 0;
  }

  @Override
  public int write(ProcessContext process, byte[] from, int offset, int length, long timeoutNanos)
      throws IOException {
    return send(process, from, offset, length, timeoutNanos);
  }

  /**
   * Writes from an array of address and length in the calling process's memory, as much as the
   * socket takes, at most 64 KiB a call.
   *
   * @param process the calling process
   * @param ranges address of the array, which is inside the memory
   * @param count elements, unsigned
   * @param timeoutNanos how long to park at most; negative for ever
   * @return how many bytes were written; 0 when there are none
   * @throws SocketTimeoutException when the time is over
   * @throws IOException when the connection failed
   */
  public int writeVectored(ProcessContext process, int ranges, int count, long timeoutNanos)
      throws IOException {
    return send(process, null, ranges, count, timeoutNanos);
  }

  private int send(
      ProcessContext process, byte @Nullable [] from, int at, int length, long timeoutNanos)
      throws IOException {
    long deadline = Deadline.in(timeoutNanos);
    Waker me = process.waker();
    if (!writing.enter(process, me, deadline)) {
      throw timedOut();
    }
    try {
      while (true) {
        int count = tryToWrite(process, from, at, length);
        if (count >= 0) {
          return count;
        }
        // The bytes are collected again afterwards: a parked writer holds no buffer.
        if (!readiness.awaitWritable(process, me, SelectionKey.OP_WRITE, deadline)) {
          throw timedOut();
        }
      }
    } finally {
      writing.leave();
    }
  }

  /** Returns how many bytes went; -1 when there are some and the socket takes none. */
  private int tryToWrite(ProcessContext process, byte @Nullable [] from, int at, int length)
      throws IOException {
    int worker = process.worker();
    ByteBuffer buffer = network.buffers().take(worker);
    try {
      if (from == null) {
        Gathering.gather(process, at, length, buffer);
      } else {
        buffer.put(from, at, Math.min(length, Buffers.SIZE));
      }
      buffer.flip();
      if (!buffer.hasRemaining()) {
        return 0;
      }
      readiness.beforeWrite();
      int count = channel.write(buffer);
      return count == 0 ? -1 : count;
    } finally {
      network.buffers().give(worker, buffer);
    }
  }

  @Override
  public InetSocketAddress localAddress() throws IOException {
    return Network.address(channel.getLocalAddress());
  }

  @Override
  public InetSocketAddress remoteAddress() throws IOException {
    return Network.address(channel.getRemoteAddress());
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      readiness.close();
      network.countOut();
    }
  }
}
