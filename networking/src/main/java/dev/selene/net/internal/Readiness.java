package dev.selene.net.internal;

import dev.selene.host.ProcessContext;
import dev.selene.host.Waker;
import dev.selene.scheduler.Scheduler;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * Whether a channel can be read or written, and which process waits for that.
 *
 * <p><b>Ownership.</b> One process at a time may wait to read and one to write; {@link Turn}s see
 * to that. {@link #happened} belongs to the poller's thread. All fields are volatile; {@code armed}
 * changes under this object's monitor, together with the selector's interest in reading.
 *
 * <p><b>Reading.</b> The selector is level-triggered, and its interest in reading stays on from the
 * first wait: the woken process runs on the poller's worker before the next select, so it has
 * emptied the socket by then, and a message costs no system call beside its own. A process clears
 * {@code readable} <i>before</i> it tries, and a short read leaves it cleared: the next call parks
 * without asking the system for what cannot be there. An event sets {@code readable} and
 * <i>then</i> looks for a waiter; a process publishes itself as the waiter and <i>then</i> looks at
 * {@code readable}. So no event is lost.
 *
 * <p><b>Backpressure.</b> An event that finds {@code readable} still set means that nobody has read
 * since the last one. After {@link #MOST_UNREAD} of them the interest goes off ({@code armed} is
 * false), or the selector would spin; the next process that waits turns it on. The poller clears
 * {@code armed} and then looks for a waiter that might have relied on it; a waiter publishes itself
 * and then looks at {@code armed}.
 *
 * <p><b>Writing</b> is rarely waited for: the interest is on while a process waits, and the event
 * turns it off.
 */
final class Readiness {
  private static final int WRITES = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

  /**
   * How often the selector may report what nobody has read yet. Turning the interest off and on
   * again costs two system calls, and mostly the reader waits for a worker only.
   */
  private static final int MOST_UNREAD = 16;

  private static final long MOST_CLOSING_NANOS = 1_000_000_000;

  private final Network network;
  private final SelectableChannel channel;
  private final int readInterest;
  private volatile @Nullable SelectionKey key;
  private @Nullable Poller poller;

  private volatile boolean readable = true;
  private volatile boolean armed;
  private volatile @Nullable Waker reader;

  private volatile boolean writable;
  private volatile @Nullable Waker writer;

  private volatile boolean closed;

  /** How many events in a row found that nobody has read. The poller's. */
  private int unread;

  /**
   * For a channel in non-blocking mode.
   *
   * @param readInterest the selector's word for what {@link #awaitReadable} waits for
   */
  Readiness(Network network, SelectableChannel channel, int readInterest) {
    this.network = network;
    this.channel = channel;
    this.readInterest = readInterest;
  }

  /** What the selector saw. The poller's thread only. */
  void happened(SelectionKey ready) {
    try {
      int operations = ready.readyOps();
      if ((operations & readInterest) != 0) {
        readHappened(ready);
      }
      if ((operations & WRITES) != 0) {
        ready.interestOpsAnd(~WRITES);
        writable = true;
        wake(writer);
      }
    } catch (CancelledKeyException e) {
      // Closed meanwhile; whoever closed it has woken the waiters.
    }
  }

  private void readHappened(SelectionKey ready) {
    unread = readable ? unread + 1 : 0;
    readable = true;
    wake(reader);
    if (unread > MOST_UNREAD) {
      disarm(ready);
    }
  }

  /** Turns the interest in reading off, unless a process has begun to rely on it. */
  private synchronized void disarm(SelectionKey ready) {
    armed = false;
    if (reader != null && !readable) {
      armed = true;
    } else {
      ready.interestOpsAnd(~readInterest);
    }
  }

  private synchronized void arm(SelectionKey registered) throws IOException {
    if (!armed) {
      armed = true;
      turnOn(registered, readInterest);
    }
  }

  private static void wake(@Nullable Waker waiter) {
    if (waiter != null) {
      waiter.wake();
    }
  }

  /**
   * Whether reading may give anything. To be asked before each try, whose end {@link #readMore}
   * tells of.
   */
  boolean mayRead() {
    if (!readable && armed) {
      return false;
    }
    readable = false;
    return true;
  }

  /** Asks for a try whatever the selector has seen: it may not have looked yet. */
  void tryAnyway() {
    readable = true;
  }

  /** The last try did not empty the socket. */
  void readMore() {
    readable = true;
  }

  /** To be called before each try to write. */
  void beforeWrite() {
    writable = false;
  }

  /**
   * Parks until reading may give something.
   *
   * @param me the calling process's waker
   * @param deadline of {@link Deadline}
   * @return false when the time is over
   * @throws IOException when the channel is closed
   */
  boolean awaitReadable(ProcessContext process, Waker me, long deadline) throws IOException {
    SelectionKey registered = registered(process);
    reader = me;
    try {
      if (!armed) {
        arm(registered);
      }
      while (!readable) {
        if (!park(process, deadline)) {
          return false;
        }
      }
      return true;
    } finally {
      reader = null;
    }
  }

  /**
   * Parks until writing, or the end of connecting, may get on.
   *
   * @param interest what the selector calls it
   */
  boolean awaitWritable(ProcessContext process, Waker me, int interest, long deadline)
      throws IOException {
    SelectionKey registered = registered(process);
    writer = me;
    try {
      turnOn(registered, interest);
      while (!writable) {
        if (!park(process, deadline)) {
          return false;
        }
      }
      return true;
    } finally {
      writer = null;
    }
  }

  private boolean park(ProcessContext process, long deadline) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (deadline == Deadline.NEVER) {
      process.park(-1);
    } else {
      long left = Deadline.left(deadline);
      if (left == 0) {
        return false;
      }
      process.park(left);
    }
    if (closed) {
      throw new ClosedChannelException();
    }
    return true;
  }

  private void turnOn(SelectionKey registered, int interest) throws IOException {
    try {
      registered.interestOpsOr(interest);
    } catch (CancelledKeyException e) {
      throw new ClosedChannelException();
    }
    Poller own = poller;
    if (own != null) {
      own.nudge();
    }
  }

  /** The key; at first use the channel goes to the poller of the worker that runs the process. */
  private SelectionKey registered(ProcessContext process) throws IOException {
    SelectionKey known = key;
    if (known != null) {
      return known;
    }
    synchronized (this) {
      if (key == null) {
        try {
          Poller own = network.poller(process.worker());
          key = own.register(channel, this);
          poller = own;
        } catch (ClosedSelectorException e) {
          throw new IOException("the virtual machine is closing", e);
        }
      }
      return key;
    }
  }

  /**
   * Waits until the system has taken a closed channel's address back, which the poller does. Called
   * by a process that may go on at once to use the address again; never waits for long.
   */
  void awaitClosed() {
    if (!Thread.currentThread().isVirtual()) {
      // A worker itself, most likely the one that has to poll.
      return;
    }
    long deadline = Deadline.in(MOST_CLOSING_NANOS);
    while (channel.isRegistered() && Deadline.left(deadline) > 0) {
      Poller own = poller();
      if (own != null) {
        own.nudge();
      }
      Scheduler.yieldPinned();
    }
  }

  private synchronized @Nullable Poller poller() {
    return poller;
  }

  /** Closes the channel; who waits fails. Any thread, once. */
  void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      // There is nobody to tell: the descriptor is gone either way.
    }
    readable = true;
    writable = true;
    wake(reader);
    wake(writer);
    Poller own = poller();
    if (own != null) {
      own.nudge();
    }
  }
}
