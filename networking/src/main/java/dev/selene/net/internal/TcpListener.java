package dev.selene.net.internal;

import dev.selene.host.ProcessContext;
import dev.selene.host.Waker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A socket that listens.
 *
 * <p>Thread-safety: any process; several that accept take turns. {@link #close} may be called by
 * any thread.
 */
public final class TcpListener implements AutoCloseable {
  private static final int BACKLOG = 1024;

  /**
   * How long an accept that finds no descriptor left holds back its guest, which will try again.
   */
  private static final long EXHAUSTED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Network network;
  private final ServerSocketChannel channel;
  private final Readiness readiness;
  private final Turn accepting = new Turn();
  private final AtomicBoolean closed = new AtomicBoolean();

  private TcpListener(Network network, ServerSocketChannel channel) {
    this.network = network;
    this.channel = channel;
    this.readiness = new Readiness(network, channel, SelectionKey.OP_ACCEPT);
  }

  /**
   * Listens. An address that is still in use by old connections alone may be taken, as in Lunatic.
   *
   * @param network what it belongs to
   * @param address where; port 0 for any that is free
   * @return the listener, the caller's
   * @throws IOException when it fails, or too many sockets are open
   */
  public static TcpListener bind(Network network, InetSocketAddress address) throws IOException {
    network.countIn();
    ServerSocketChannel channel;
    try {
      channel = ServerSocketChannel.open(Network.family(address));
    } catch (IOException | RuntimeException e) {
      network.countOut();
      throw e;
    }
    TcpListener listener = new TcpListener(network, channel);
    boolean listens = false;
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address, BACKLOG);
      listens = true;
      return listener;
    } finally {
      if (!listens) {
        listener.close();
      }
    }
  }

  /**
   * Waits for a connection; parks meanwhile.
   *
   * @param process the calling process
   * @return the connection, the caller's
   * @throws IOException when it fails, or too many sockets are open; then some time has passed
   */
  public TcpConnection accept(ProcessContext process) throws IOException {
    Waker me = process.waker();
    accepting.enter(process, me, Deadline.NEVER);
    boolean pending = false;
    try {
      while (true) {
        if (readiness.mayRead()) {
          if (network.tryToCountIn()) {
            TcpConnection connection = tryToAccept(process);
            if (connection != null) {
              readiness.readMore();
              return connection;
            }
          } else if (pending) {
            readiness.readMore();
            process.sleep(EXHAUSTED_NANOS);
            throw network.tooManySockets();
          }
        }
        // Too many sockets are an error only where somebody waits to be let in.
        readiness.awaitReadable(process, me, Deadline.NEVER);
        pending = true;
      }
    } finally {
      accepting.leave();
    }
  }

  /** Takes a connection, for which a socket was counted in; null when there is none. */
  private @Nullable TcpConnection tryToAccept(ProcessContext process) throws IOException {
    SocketChannel accepted = null;
    boolean taken = false;
    try {
      accepted = channel.accept();
      if (accepted == null) {
        return null;
      }
      accepted.configureBlocking(false);
      TcpConnection connection = new TcpConnection(network, accepted);
      taken = true;
      return connection;
    } catch (IOException e) {
      readiness.readMore();
      if (Failures.isExhaustion(e)) {
        process.sleep(EXHAUSTED_NANOS);
      }
      throw e;
    } finally {
      if (!taken) {
        network.countOut();
        if (accepted != null) {
          accepted.close();
        }
      }
    }
  }

  /**
   * Where it listens.
   *
   * @return the address
   * @throws IOException when it is closed
   */
  public InetSocketAddress localAddress() throws IOException {
    return Network.address(channel.getLocalAddress());
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
