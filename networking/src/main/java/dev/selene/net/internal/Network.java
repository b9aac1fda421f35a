package dev.selene.net.internal;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the sockets of one virtual machine share: its workers' pollers, buffers, the count of open
 * sockets, name resolution.
 *
 * <p>Thread-safety: any thread. {@code pollers} is replaced, never changed, under this object's
 * monitor.
 */
public final class Network {
  /**
   * Neighbours share the poller of the first of them. With a poller each, two workers would wake
   * and sleep in turn where one can do the work of both and hardly sleeps.
   */
  private static final int WORKERS_PER_POLLER = 4;

  private final int wantedSockets;

  /** Found out at the first socket; 0 before. Any thread may, with the same result. */
  private volatile int mostSockets;

  private final AtomicInteger sockets = new AtomicInteger();
  private final Buffers buffers = new Buffers();
  private final Names names = new Names();
  private final PollingThread pollingThread = new PollingThread();
  private volatile @Nullable Poller[] pollers = new Poller[0];

  /**
   * Without sockets.
   *
   * @param mostSockets how many may be open at a time, if the system allows so many; at least 1
   */
  public Network(int mostSockets) {
    this.wantedSockets = mostSockets;
  }

  /**
   * Makes a worker's poller.
   *
   * @param worker its number
   * @return a new one
   */
  public synchronized Poller newPoller(int worker) {
    @Nullable Poller[] more = Arrays.copyOf(pollers, Math.max(worker + 1, pollers.length));
    if (more[worker] != null) {
      throw new IllegalStateException(
          "NET-004 worker " + worker + " has a poller: make a Networking for each Vm");
    }
    Poller poller = new Poller();
    more[worker] = poller;
    pollers = more;
    return poller;
  }

  /**
   * Where the sockets go whose processes run on a worker; a poller with a thread of its own when
   * the workers have none.
   */
  Poller poller(int worker) {
    @Nullable Poller[] known = pollers;
    if (worker >= 0 && worker < known.length) {
      Poller poller = known[worker - worker % WORKERS_PER_POLLER];
      if (poller != null) {
        return poller;
      }
    }
    return pollingThread.poller();
  }

  Buffers buffers() {
    return buffers;
  }

  /**
   * Name resolution.
   *
   * @return the one of this network
   */
  public Names names() {
    return names;
  }

  /** Counts a socket that is about to be opened. */
  void countIn() throws IOException {
    if (!tryToCountIn()) {
      throw tooManySockets();
    }
  }

  /** Counts a socket in, unless there are too many. */
  boolean tryToCountIn() {
    if (sockets.incrementAndGet() > mostSockets()) {
      sockets.decrementAndGet();
      return false;
    }
    return true;
  }

  private int mostSockets() {
    int most = mostSockets;
    if (most == 0) {
      most = Math.min(wantedSockets, Descriptors.mostSockets());
      mostSockets = most;
    }
    return most;
  }

  IOException tooManySockets() {
    int most = mostSockets();
    return new IOException(
        "too many open sockets: the virtual machine may have "
            + most
            + " at a time"
            + (most < wantedSockets ? "; raise the limit of open files (ulimit -n)" : ""));
  }

  void countOut() {
    sockets.decrementAndGet();
  }

  /**
   * How many sockets are open.
   *
   * @return their number
   */
  public int openSockets() {
    return sockets.get();
  }

  static ProtocolFamily family(InetSocketAddress address) {
    return address.getAddress() instanceof Inet4Address
        ? StandardProtocolFamily.INET
        : StandardProtocolFamily.INET6;
  }

  static InetSocketAddress address(@Nullable SocketAddress address) throws IOException {
    if (address instanceof InetSocketAddress internet) {
      return internet;
    }
    throw new ClosedChannelException();
  }
}
