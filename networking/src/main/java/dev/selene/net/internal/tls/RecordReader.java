package dev.selene.net.internal.tls;

import dev.selene.host.ProcessContext;
import dev.selene.net.internal.Deadline;
import dev.selene.net.internal.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a transport gives into records. While there is nothing it holds {@link #IDLE_BUFFER}
 * bytes, for a record that is larger {@link #FULL_BUFFER}, and after {@link #giveBack} none.
 *
 * <p>Ownership: that of {@link TlsStream}'s fields of reading.
 */
final class RecordReader {
  /** What a waiting reader holds. */
  static final int IDLE_BUFFER = 1_024;

  /** Fits any record of TLS 1.3. */
  private static final int FULL_BUFFER = 5 + 16_384 + 256;

  /** The longest record of TLS 1.2. */
  private static final int MOST_RECORD = 5 + 16_384 + 2_048;

  private static final int HEADER = 5;
  private static final int FIRST_TYPE = 20;
  private static final int LAST_TYPE = 24;

  private final Transport transport;
  private byte @Nullable [] bytes;
  private int start;
  private int end;

  RecordReader(Transport transport) {
    this.transport = transport;
  }

  /** How much it holds. */
  int held() {
    return bytes == null ? 0 : bytes.length;
  }

  /**
   * Reads until a whole record is there. Parks.
   *
   * @param peer names the other side in errors
   * @return the record, or all there is where it is none, for the engine to say what is wrong; null
   *     at the end of the transport
   */
  @Nullable ByteBuffer next(
      ProcessContext process, TlsStream.Payer payer, long deadline, String peer)
      throws IOException {
    while (true) {
      int have = end - start;
      byte[] present = bytes;
      int needed = have < HEADER || present == null ? HEADER : length(present, have);
      if (needed > MOST_RECORD) {
        throw new TlsFailure(
            peer + " sent a TLS record of " + needed + " bytes, which is too long");
      }
      if (have >= needed && present != null) {
        return ByteBuffer.wrap(present, start, needed);
      }
      byte[] buffer = roomFor(needed, payer);
      int count =
          transport.read(process, buffer, end, buffer.length - end, Deadline.timeout(deadline));
      if (count < 0) {
        return null;
      }
      end += count;
    }
  }

  private int length(byte[] present, int have) {
    int type = present[start];
    if (type < FIRST_TYPE || type > LAST_TYPE || present[start + 1] != 3) {
      return Math.min(have, MOST_RECORD);
    }
    return HEADER + ((present[start + 3] & 0xFF) << 8 | present[start + 4] & 0xFF);
  }

  /** Moves what there is to the front of a buffer that a record fits into. */
  private byte[] roomFor(int needed, TlsStream.Payer payer) {
    byte[] old = bytes;
    byte[] buffer = old;
    if (buffer == null || buffer.length < needed) {
      int size = needed <= IDLE_BUFFER ? IDLE_BUFFER : Math.max(needed, FULL_BUFFER);
      payer.charge(true, size);
      buffer = new byte[size];
    }
    if (old != null) {
      System.arraycopy(old, start, buffer, 0, end - start);
    }
    end -= start;
    start = 0;
    bytes = buffer;
    return buffer;
  }

  /** The engine has used so many bytes. */
  void used(int count) {
    start += count;
  }

  /** Gives the buffer back if it is empty. */
  void giveBack() {
    if (start == end) {
      bytes = null;
      start = 0;
      end = 0;
    }
  }
}
