package dev.selene.net.internal;

import dev.selene.host.ProcessContext;
import dev.selene.host.Waker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A socket for datagrams. Nothing is kept on this side: what no process receives in time, the
 * system drops.
 *
 * <p>Thread-safety: any process; several that receive, or several that send, take turns. {@link
 * #close} may be called by any thread.
 */
public final class UdpSocket implements AutoCloseable {
  private final Network network;
  private final DatagramChannel channel;
  private final Readiness readiness;
  private final Turn receiving = new Turn();
  private final Turn sending = new Turn();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * What was received.
   *
   * @param bytes how many, at most what there was room for
   * @param from the sender
   */
  public record Datagram(int bytes, InetSocketAddress from) {}

  private UdpSocket(Network network, DatagramChannel channel) {
    this.network = network;
    this.channel = channel;
    this.readiness = new Readiness(network, channel, SelectionKey.OP_READ);
  }

  /**
   * Opens a socket.
   *
   * @param network what it belongs to
   * @param address where it receives; port 0 for any that is free
   * @return the socket, the caller's
   * @throws IOException when it fails, or too many sockets are open
   */
  public static UdpSocket bind(Network network, InetSocketAddress address) throws IOException {
    network.countIn();
    DatagramChannel channel;
    try {
      channel = DatagramChannel.open(Network.family(address));
    } catch (IOException | RuntimeException e) {
      network.countOut();
      throw e;
    }
    UdpSocket socket = new UdpSocket(network, channel);
    boolean bound = false;
    try {
      channel.configureBlocking(false);
      channel.bind(address);
      bound = true;
      return socket;
    } finally {
      if (!bound) {
        socket.close();
      }
    }
  }

  /**
   * Fixes the peer, in place of an earlier one.
   *
   * @param address the only one to send to, and to receive from
   * @throws IOException when it fails
   */
  public void connect(InetSocketAddress address) throws IOException {
    if (channel.isConnected()) {
      channel.disconnect();
    }
    channel.connect(address);
  }

  /**
   * Receives a datagram into the calling process's memory; parks until there is one. What does not
   * fit is lost.
   *
   * @param process the calling process
   * @param address where to; the range is inside the memory
   * @param length room in bytes, unsigned
   * @return the datagram
   * @throws IOException when it fails
   */
  public Datagram receive(ProcessContext process, int address, int length) throws IOException {
    Waker me = process.waker();
    receiving.enter(process, me, Deadline.NEVER);
    try {
      while (true) {
        if (readiness.mayRead()) {
          Datagram datagram = tryToReceive(process, address, length);
          if (datagram != null) {
            return datagram;
          }
        }
        readiness.awaitReadable(process, me, Deadline.NEVER);
      }
    } finally {
      receiving.leave();
    }
  }

  private @Nullable Datagram tryToReceive(ProcessContext process, int address, int length)
      throws IOException {
    int worker = process.worker();
    ByteBuffer buffer = network.buffers().take(worker);
    try {
      if (Integer.compareUnsigned(length, Buffers.SIZE) < 0) {
        buffer.limit(length);
      }
      SocketAddress from;
      try {
        from = channel.receive(buffer);
      } catch (IOException e) {
        readiness.readMore();
        throw e;
      }
      if (from == null) {
        return null;
      }
      readiness.readMore();
      buffer.flip();
      int count = buffer.remaining();
      process.memory().write(address, buffer);
      return new Datagram(count, Network.address(from));
    } finally {
      network.buffers().give(worker, buffer);
    }
  }

  /**
   * Sends a datagram from the calling process's memory; parks while the system takes none.
   *
   * @param process the calling process
   * @param to where to; null for the peer that was fixed
   * @param address where from; the range is inside the memory
   * @param length bytes, unsigned
   * @return how many bytes were sent
   * @throws IOException when it fails
   */
  public int send(ProcessContext process, @Nullable InetSocketAddress to, int address, int length)
      throws IOException {
    if (Integer.compareUnsigned(length, Buffers.SIZE) > 0) {
      throw new IOException(
          "Message too long: a datagram has at most 65507 bytes, not "
              + Integer.toUnsignedString(length));
    }
    Waker me = process.waker();
    sending.enter(process, me, Deadline.NEVER);
    try {
      while (true) {
        int count = tryToSend(process, to, address, length);
        if (count >= 0) {
          return count;
        }
        readiness.awaitWritable(process, me, SelectionKey.OP_WRITE, Deadline.NEVER);
      }
    } finally {
      sending.leave();
    }
  }

  /** Returns how many bytes went; -1 when the system takes none. */
  private int tryToSend(
      ProcessContext process, @Nullable InetSocketAddress to, int address, int length)
      throws IOException {
    int worker = process.worker();
    ByteBuffer buffer = network.buffers().take(worker);
    try {
      process.memory().read(address, buffer, length);
      buffer.flip();
      readiness.beforeWrite();
      int count = to == null ? channel.write(buffer) : channel.send(buffer, to);
      return count == 0 && length > 0 ? -1 : count;
    } finally {
      network.buffers().give(worker, buffer);
    }
  }

  /**
   * Where it receives.
   *
   * @return the address
   * @throws IOException when it is closed
   */
  public InetSocketAddress localAddress() throws IOException {
    return Network.address(channel.getLocalAddress());
  }

  /**
   * The peer that was fixed.
   *
   * @return null when there is none
   * @throws IOException when it is closed
   */
  public @Nullable InetSocketAddress remoteAddress() throws IOException {
    SocketAddress peer = channel.getRemoteAddress();
    return peer == null ? null : Network.address(peer);
  }

  /**
   * Allows sending to broadcast addresses.
   *
   * @param allowed off at first
   * @throws IOException when it fails
   */
  public void setBroadcast(boolean allowed) throws IOException {
    channel.setOption(StandardSocketOptions.SO_BROADCAST, allowed);
  }

  /**
   * Whether sending to broadcast addresses is allowed.
   *
   * @return the answer
   * @throws IOException when it fails
   */
  public boolean broadcast() throws IOException {
    return channel.getOption(StandardSocketOptions.SO_BROADCAST);
  }

  /**
   * Sets how many routers a datagram may pass.
   *
   * @param hops 1 to 255
   * @throws IOException when it fails
   */
  public void setTimeToLive(int hops) throws IOException {
    TimeToLive.set(channel, hops);
  }

  /**
   * How many routers a datagram may pass.
   *
   * @return 1 to 255
   * @throws IOException when it fails
   */
  public int timeToLive() throws IOException {
    return TimeToLive.get(channel);
  }

  /** Closes the socket. Never throws. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      readiness.close();
      network.countOut();
      readiness.awaitClosed();
    }
  }
}
