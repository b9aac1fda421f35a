package dev.selene.net.internal.tls;

import dev.selene.host.ProcessContext;
import dev.selene.host.Waker;
import dev.selene.net.internal.Deadline;
import dev.selene.net.internal.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.HashSet;
import java.util.Set;

/** One end of a connection in memory; each direction holds a bounded number of bytes. */
final class MemoryTransport implements Transport {
  private final Pipe in;
  private final Pipe out;

  /** At most so many bytes a call. */
  int mostAtOnce = Integer.MAX_VALUE;

  private MemoryTransport(Pipe in, Pipe out) {
    this.in = in;
    this.out = out;
  }

  /** Both ends; each direction holds so many bytes. */
  static MemoryTransport[] pair(int capacity) {
    Pipe there = new Pipe(capacity);
    Pipe back = new Pipe(capacity);
    return new MemoryTransport[] {
      new MemoryTransport(back, there), new MemoryTransport(there, back)
    };
  }

  private static final class Pipe {
    private final byte[] bytes;
    private int size;
    private boolean ended;
    private boolean broken;
    private final Set<Waker> waiting = new HashSet<>();

    private Pipe(int capacity) {
      bytes = new byte[capacity];
    }

    private synchronized int read(Waker waker, byte[] into, int offset, int length)
        throws IOException {
      if (broken) {
        throw new IOException("connection closed");
      }
      int count = Math.min(size, length);
      if (count == 0) {
        waiting.add(waker);
        return ended ? -1 : 0;
      }
      System.arraycopy(bytes, 0, into, offset, count);
      System.arraycopy(bytes, count, bytes, 0, size - count);
      size -= count;
      wakeAll();
      return count;
    }

    private synchronized int write(Waker waker, byte[] from, int offset, int length)
        throws IOException {
      if (broken || ended) {
        throw new IOException("broken pipe");
      }
      int count = Math.min(bytes.length - size, length);
      if (count == 0) {
        waiting.add(waker);
        return 0;
      }
      System.arraycopy(from, offset, bytes, size, count);
      size += count;
      wakeAll();
      return count;
    }

    private synchronized void end() {
      ended = true;
      wakeAll();
    }

    private synchronized void breakOff() {
      broken = true;
      wakeAll();
    }

    private synchronized boolean isWaitedFor() {
      return !waiting.isEmpty();
    }

    private void wakeAll() {
      waiting.forEach(Waker::wake);
      waiting.clear();
    }
  }

  private interface Step {
    int tryIt(Waker waker) throws IOException;
  }

  private static int until(ProcessContext process, long timeoutNanos, Step step)
      throws IOException {
    long deadline = Deadline.in(timeoutNanos);
    while (true) {
      int count = step.tryIt(process.waker());
      if (count != 0) {
        return count;
      }
      if (Deadline.timeout(deadline) == 0) {
        throw new SocketTimeoutException("timed out");
      }
      process.park(Deadline.timeout(deadline));
    }
  }

  @Override
  public int read(ProcessContext process, byte[] into, int offset, int length, long timeoutNanos)
      throws IOException {
    int most = Math.min(length, mostAtOnce);
    return until(process, timeoutNanos, waker -> in.read(waker, into, offset, most));
  }

  @Override
  public int write(ProcessContext process, byte[] from, int offset, int length, long timeoutNanos)
      throws IOException {
    int most = Math.min(length, mostAtOnce);
    return until(process, timeoutNanos, waker -> out.write(waker, from, offset, most));
  }

  @Override
  public InetSocketAddress localAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
  }

  /** Whether somebody is parked in a read of this end. */
  boolean isAwaited() {
    return in.isWaitedFor();
  }

  @Override
  public void close() {
    out.end();
    in.breakOff();
  }
}
