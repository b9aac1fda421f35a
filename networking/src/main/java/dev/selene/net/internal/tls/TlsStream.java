package dev.selene.net.internal.tls;

import dev.selene.host.ProcessContext;
import dev.selene.net.internal.Deadline;
import dev.selene.net.internal.Failures;
import dev.selene.net.internal.SocketHandle;
import dev.selene.net.internal.Transport;
import dev.selene.net.internal.Turn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One TLS connection, driven by the processes that read and write it; nothing happens in between.
 *
 * <p><b>Handshake.</b> Either {@link #handshake} or the first read, write or flush shakes hands, in
 * its own process. It may be interrupted by a timeout or a kill; whoever comes next goes on. From
 * its first step it has {@link #HANDSHAKE_NANOS}. The engine's delegated tasks run where they are
 * asked for: a few milliseconds at most with what {@link Engines} allows, which the process pays as
 * fuel.
 *
 * <p><b>Ownership.</b> The fields of reading belong to the holder of {@link #reading}, those of
 * writing to the holder of {@link #writing}; before {@link #established} all belong to the holder
 * of {@link #handshaking}, since nobody takes the other two before. A process holds at most one
 * turn, except that a reader who owes the peer an answer (a change of keys) tries {@link #writing}
 * and never waits for it: the engine puts the answer before the next bytes that anybody writes. So
 * a reader never waits for a writer, nor the other way around, and both may be parked in the
 * transport at once. The engine has a lock of its own, never held while a process is parked.
 *
 * <p><b>Buffers.</b> A reader that waits holds a small buffer, for a larger record a full one, see
 * {@link RecordReader}. Decrypted bytes that did not fit into the guest's buffer are one record at
 * most; encrypted bytes that the socket did not take are one record, or one flight of the
 * handshake. {@link Payer} is charged for all of them.
 *
 * <p><b>Ends.</b> After the peer's close_notify reads return -1. A transport that ends without one
 * is an error, as with every client that is not to be fooled: who cuts the line must not be able to
 * shorten what was said. After any failure the transport is closed, and every later call gives the
 * same text. Renegotiation is refused.
 *
 * <p>Thread-safety: any process; {@link #close} once, after all others are done.
 */
final class TlsStream {
  /** How long the two sides may take to shake hands. */
  static final long HANDSHAKE_NANOS = 10_000_000_000L;

  /** Most bytes that one call writes: what fits into one record. */
  static final int MOST_PLAINTEXT = 16_384;

  /** What an engine holds until its handshake is over: messages of at most 32 KiB, keys. */
  static final int HANDSHAKE_BYTES = 40 * 1024;

  /** As fuel: about what a millisecond of moving bytes costs. */
  private static final int TASK_FUEL_BYTES = 1 << 20;

  /** As fuel, for a record that gives the guest nothing: or a peer could keep a worker busy. */
  private static final int RECORD_FUEL_BYTES = 16 * 1024;

  /** What is read and thrown away before closing, so that unread bytes do not become a reset. */
  private static final int MOST_DISCARDED = 64 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Transport transport;
  private final SSLEngine engine;
  private final String peer;
  private final long handshakeNanos;
  private final Turn handshaking = new Turn();
  private final Turn reading = new Turn();
  private final Turn writing = new Turn();

  /** Set once, by the holder of {@link #handshaking}. */
  private volatile boolean established;

  /** Set once, by whoever finds it. */
  private volatile @Nullable String failure;

  /** Milliseconds, -1 for never; written by any process. */
  private volatile long readTimeout = -1;

  private volatile long writeTimeout = -1;

  // Handshake
  private long handshakeEnd = Deadline.NEVER;
  private boolean inHandshake;

  // Reading: records, then decrypted bytes from start to end
  private final RecordReader records;
  private byte @Nullable [] plain;
  private int plainStart;
  private int plainEnd;
  private boolean ended;

  // Writing: encrypted bytes that the transport has not taken
  private byte @Nullable [] pending;
  private int pendingStart;
  private int pendingEnd;

  /** Who pays for the buffers of one call, and for what stays afterwards. */
  interface Payer {
    /**
     * Charges before something is allocated; may end the process.
     *
     * @param reading whether for the reading side
     * @param bytes not negative
     */
    void charge(boolean reading, int bytes);

    /**
     * Gives back all but this.
     *
     * @param reading whether for the reading side
     * @param bytes what the stream goes on holding
     */
    void keep(boolean reading, int bytes);
  }

  /** Takes decrypted bytes. */
  interface Sink {
    /** Copies them; the array is not the caller's. */
    void take(byte[] from, int offset, int length);
  }

  /**
   * A connection whose handshake is still to come.
   *
   * @param transport from now on the stream's
   * @param engine with its side chosen
   * @param peer names the other side in errors
   */
  TlsStream(Transport transport, SSLEngine engine, String peer) {
    this(transport, engine, peer, HANDSHAKE_NANOS);
  }

  /** As above, with another limit of the handshake. */
  TlsStream(Transport transport, SSLEngine engine, String peer, long handshakeNanos) {
    this.transport = transport;
    this.records = new RecordReader(transport);
    this.engine = engine;
    this.peer = peer;
    this.handshakeNanos = handshakeNanos;
  }

  long readTimeout() {
    return readTimeout;
  }

  void setReadTimeout(long millis) {
    readTimeout = millis;
  }

  long writeTimeout() {
    return writeTimeout;
  }

  void setWriteTimeout(long millis) {
    writeTimeout = millis;
  }

  InetSocketAddress remoteAddress() throws IOException {
    return transport.remoteAddress();
  }

  private static long deadline(long timeoutMillis) {
    return Deadline.in(SocketHandle.nanos(timeoutMillis));
  }

  private static void enter(Turn turn, ProcessContext process, long deadline)
      throws SocketTimeoutException {
    if (!turn.enter(process, process.waker(), deadline)) {
      throw new SocketTimeoutException("timed out");
    }
  }

  // Handshake

  /**
   * Shakes hands unless that was done. Parks.
   *
   * @throws SocketTimeoutException when the deadline came before the handshake's own
   * @throws TlsFailure when it failed
   */
  void handshake(ProcessContext process, Payer payer, long deadline) throws IOException {
    if (established) {
      return;
    }
    enter(handshaking, process, deadline);
    try {
      if (!established) {
        finishHandshake(process, payer, deadline);
      }
    } finally {
      handshaking.leave();
    }
  }

  private void finishHandshake(ProcessContext process, Payer payer, long deadline)
      throws IOException {
    requireSound();
    if (handshakeEnd == Deadline.NEVER) {
      payer.charge(true, HANDSHAKE_BYTES);
      inHandshake = true;
      handshakeEnd = Deadline.in(handshakeNanos);
      engine.beginHandshake();
    }
    try {
      shakeHands(process, payer, deadline, handshakeEnd);
      inHandshake = false;
    } finally {
      settleReading(payer);
      settleWriting(payer);
    }
    // last: from now on reading and writing have other owners
    established = true;
  }

  private void shakeHands(ProcessContext process, Payer payer, long deadline, long handshakeEnd)
      throws IOException {
    long first = Deadline.earlier(deadline, handshakeEnd);
    try {
      drain(process, first);
      while (true) {
        switch (engine.getHandshakeStatus()) {
          case NEED_WRAP -> {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                && pendingEnd < MOST_PLAINTEXT) {
              if (wrap(payer, NOTHING).getStatus() == SSLEngineResult.Status.CLOSED) {
                throw new TlsFailure(peer + " ended the handshake");
              }
            }
            drain(process, first);
          }
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
            if (unwrap(process, payer, first) == null) {
              throw new TlsFailure(
                  peer + " closed the connection during the handshake: is TLS spoken there?");
            }
            if (ended) {
              throw new TlsFailure(peer + " ended the handshake");
            }
          }
          case NEED_TASK -> runTasks(process);
          case FINISHED, NOT_HANDSHAKING -> {
            return;
          }
        }
      }
    } catch (SocketTimeoutException e) {
      if (Deadline.left(handshakeEnd) == 0) {
        throw fail(
            process,
            new TlsFailure(
                "the handshake with "
                    + peer
                    + " took longer than "
                    + handshakeNanos / 1_000_000
                    + " milliseconds"));
      }
      throw e;
    } catch (IOException e) {
      throw fail(process, e);
    }
  }

  private void runTasks(ProcessContext process) {
    Runnable task = engine.getDelegatedTask();
    while (task != null) {
      task.run();
      process.chargeBytes(TASK_FUEL_BYTES);
      task = engine.getDelegatedTask();
    }
  }

  // Reading

  /**
   * Reads what there is, at least one byte. Parks.
   *
   * @param most at least 1
   * @return how many bytes the sink was given; -1 at the end
   * @throws SocketTimeoutException when the read timeout is over
   */
  int read(ProcessContext process, Payer payer, int most, Sink sink) throws IOException {
    long deadline = deadline(readTimeout);
    handshake(process, payer, deadline);
    enter(reading, process, deadline);
    try {
      while (plain == null) {
        if (ended) {
          return -1;
        }
        requireSound();
        readRecord(process, payer, deadline);
      }
      int count = Math.min(most, plainEnd - plainStart);
      sink.take(plain, plainStart, count);
      plainStart += count;
      if (plainStart == plainEnd) {
        plain = null;
      }
      return count;
    } finally {
      settleReading(payer);
      reading.leave();
    }
  }

  private void readRecord(ProcessContext process, Payer payer, long deadline) throws IOException {
    try {
      HandshakeStatus next = unwrap(process, payer, deadline);
      if (next == null) {
        throw new TlsFailure(
            "the connection to "
                + peer
                + " was cut: it ended without a close_notify, so bytes may be missing");
      }
      boolean tls13 = engine.getSession().getProtocol().equals("TLSv1.3");
      if (next == HandshakeStatus.NEED_TASK
          || (next == HandshakeStatus.NEED_WRAP && !tls13 && !ended)) {
        throw new TlsFailure(peer + " asked for a renegotiation, which is refused");
      }
      if (next == HandshakeStatus.NEED_WRAP) {
        answer(process);
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw fail(process, e);
    }
  }

  /**
   * Reads one record and gives it to the engine.
   *
   * @return what the engine wants next; null when the transport has ended
   */
  private @Nullable HandshakeStatus unwrap(ProcessContext process, Payer payer, long deadline)
      throws IOException {
    ByteBuffer record = records.next(process, payer, deadline, peer);
    if (record == null) {
      return null;
    }
    payer.charge(true, record.remaining());
    byte[] target = new byte[record.remaining()];
    ByteBuffer into = ByteBuffer.wrap(target);
    SSLEngineResult result = engine.unwrap(record, into);
    records.used(result.bytesConsumed());
    if (into.position() > 0) {
      plain = target;
      plainStart = 0;
      plainEnd = into.position();
    } else {
      payer.keep(true, heldByReading());
    }
    switch (result.getStatus()) {
      case OK -> {}
      case CLOSED -> ended = true;
      case BUFFER_UNDERFLOW, BUFFER_OVERFLOW ->
          throw new TlsFailure(peer + " does not speak TLS: what came is not a TLS record");
    }
    if (plain == null) {
      process.chargeBytes(RECORD_FUEL_BYTES);
    }
    return engine.getHandshakeStatus();
  }

  private int heldByReading() {
    return (inHandshake ? HANDSHAKE_BYTES : 0)
        + records.held()
        + (plain == null ? 0 : plain.length);
  }

  private void settleReading(Payer payer) {
    records.giveBack();
    payer.keep(true, heldByReading());
  }

  // Writing

  /**
   * Writes. Once bytes are in a record they count as written, also when the time is over before the
   * transport has taken the whole record; the next write or {@link #flush} goes on with it.
   *
   * @param length from the array's start, at most {@link #MOST_PLAINTEXT}
   * @return how many bytes were taken
   * @throws SocketTimeoutException when the write timeout is over and nothing was taken
   */
  int write(ProcessContext process, Payer payer, byte[] from, int length) throws IOException {
    long deadline = deadline(writeTimeout);
    handshake(process, payer, deadline);
    enter(writing, process, deadline);
    int done = 0;
    try {
      drain(process, deadline);
      while (done < length) {
        requireSound();
        SSLEngineResult result = wrap(payer, ByteBuffer.wrap(from, done, length - done));
        done += result.bytesConsumed();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
          throw new TlsFailure(peer + " has closed the connection");
        }
        drain(process, deadline);
      }
    } catch (SocketTimeoutException e) {
      if (done == 0) {
        throw e;
      }
    } catch (IOException e) {
      throw fail(process, e);
    } finally {
      settleWriting(payer);
      writing.leave();
    }
    return done;
  }

  /**
   * Waits until the transport has taken everything that was written.
   *
   * @throws SocketTimeoutException when the write timeout is over
   */
  void flush(ProcessContext process, Payer payer) throws IOException {
    long deadline = deadline(writeTimeout);
    handshake(process, payer, deadline);
    enter(writing, process, deadline);
    try {
      requireSound();
      drain(process, deadline);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw fail(process, e);
    } finally {
      settleWriting(payer);
      writing.leave();
    }
  }

  /** Appends one record to what is pending. */
  private SSLEngineResult wrap(@Nullable Payer payer, ByteBuffer from) throws SSLException {
    int room = engine.getSession().getPacketBufferSize();
    byte[] buffer = pending;
    if (buffer == null || buffer.length - pendingEnd < room) {
      int size = pendingEnd - pendingStart + room;
      if (payer != null) {
        payer.charge(false, size);
      }
      buffer =
          pending == null
              ? new byte[size]
              : Arrays.copyOf(Arrays.copyOfRange(pending, pendingStart, pendingEnd), size);
      pendingEnd -= pendingStart;
      pendingStart = 0;
      pending = buffer;
    }
    ByteBuffer into = ByteBuffer.wrap(buffer, pendingEnd, buffer.length - pendingEnd);
    SSLEngineResult result = engine.wrap(from, into);
    pendingEnd = into.position();
    return result;
  }

  /** Gives the transport what is pending. */
  private void drain(ProcessContext process, long deadline) throws IOException {
    while (pending != null && pendingStart < pendingEnd) {
      pendingStart +=
          transport.write(
              process,
              pending,
              pendingStart,
              pendingEnd - pendingStart,
              Deadline.timeout(deadline));
    }
    pending = null;
    pendingStart = 0;
    pendingEnd = 0;
  }

  private void settleWriting(Payer payer) {
    payer.keep(false, pending == null ? 0 : pending.length);
  }

  /** Sends what the engine owes the peer, if that needs no waiting. */
  private void answer(ProcessContext process) throws IOException {
    if (!writing.tryEnter(process.waker())) {
      return;
    }
    long now = Deadline.in(0);
    try {
      drain(process, now);
      wrapAll();
      drain(process, now);
    } catch (SocketTimeoutException e) {
      shrinkPending();
    } finally {
      writing.leave();
    }
  }

  private void wrapAll() throws SSLException {
    for (int i = 0; i < 8 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; i++) {
      wrap(null, NOTHING);
    }
  }

  /** Nobody pays for an answer, so it holds no more than its bytes. */
  private void shrinkPending() {
    if (pending != null) {
      pending = Arrays.copyOfRange(pending, pendingStart, pendingEnd);
      pendingEnd -= pendingStart;
      pendingStart = 0;
    }
  }

  // Ends

  private void requireSound() throws TlsFailure {
    String text = failure;
    if (text != null) {
      throw new TlsFailure(text);
    }
  }

  /** The connection is of no use any more: tells the peer, closes the transport. */
  private TlsFailure fail(ProcessContext process, IOException cause) {
    String text = failure;
    if (text != null) {
      return new TlsFailure(text, cause);
    }
    text =
        switch (cause) {
          case TlsFailure known -> known.getMessage();
          case SSLException tls -> FailureTexts.of(tls, peer);
          default -> Failures.text("the connection to " + peer + " failed", cause);
        };
    failure = text;
    if (!established) {
      inHandshake = false;
    }
    if (!established || writing.tryEnter(process.waker())) {
      try {
        sayLastWords(process);
      } finally {
        if (established) {
          writing.leave();
        }
      }
    }
    transport.close();
    return new TlsFailure(text, cause);
  }

  /**
   * Closes.
   *
   * @param process sends a close_notify if that needs no waiting; null sends none, so that the peer
   *     sees that somebody was killed in the middle
   */
  void close(@Nullable ProcessContext process) {
    if (process != null && established && failure == null) {
      engine.closeOutbound();
      sayLastWords(process);
    }
    transport.close();
  }

  /** Sends an alert or close_notify, if that needs no waiting. */
  private void sayLastWords(ProcessContext process) {
    long now = Deadline.in(0);
    try {
      drain(process, now);
      wrapAll();
      drain(process, now);
      byte[] discarded = new byte[4_096];
      int total = 0;
      int count = 0;
      while (count >= 0 && total < MOST_DISCARDED) {
        count = transport.read(process, discarded, 0, discarded.length, 0);
        total += count;
      }
    } catch (IOException e) {
      // would have to wait, or is broken: the peer finds out by itself
    }
  }
}
