package dev.selene.net.internal.tls;

import dev.selene.host.GuestMemory;
import dev.selene.host.ProcessContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Root certificates that a guest gives to a connection: an array of pairs of numbers.
 *
 * <pre>
 * in the ABI                  as the crate lunatic 0.14 passes them
 *   0         4        8        0        4         8
 *   | address | length |        | length | address |
 * </pre>
 *
 * Of the two readings of a pair the one counts that is a range of the memory which begins with a
 * certificate in PEM, then one that has a certificate anywhere in it, the ABI's before the other. A
 * wrong reading cannot do harm: all it could give is another certificate of the guest's own memory.
 *
 * <p>Thread-safety: one process's thread.
 */
public final class GuestRoots {
  private static final int PAIR_BYTES = 8;

  /** Longest text of one pair; bundles of all public authorities have less. */
  private static final int MOST_BYTES = 512 * 1024;

  private static final int MOST_PAIRS = 1_024;

  /** Parsing a certificate and indexing it costs so many times as much as moving its bytes. */
  private static final int FUEL_FACTOR = 64;

  private final ProcessContext process;
  private long charged;

  private GuestRoots(ProcessContext process) {
    this.process = process;
  }

  /**
   * Reads the roots.
   *
   * @param process the calling process
   * @param address of the array, which is inside the memory
   * @param count of pairs, unsigned, at least 1
   * @return these alone
   * @throws TlsFailure when a pair stands for no certificate
   */
  public static TrustRoots read(ProcessContext process, int address, int count) throws TlsFailure {
    if (Integer.compareUnsigned(count, MOST_PAIRS) > 0) {
      throw new TlsFailure(
          Integer.toUnsignedString(count)
              + " root certificates are too many: give at most "
              + MOST_PAIRS);
    }
    GuestRoots roots = new GuestRoots(process);
    try {
      List<byte[]> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        texts.add(roots.text(address + i * PAIR_BYTES, i + 1, count));
      }
      process.chargeBytes(FUEL_FACTOR * roots.charged);
      return TrustRoots.read(texts);
    } finally {
      process.release(roots.charged);
    }
  }

  private byte[] text(int pair, int number, int count) throws TlsFailure {
    GuestMemory memory = process.memory();
    int first = memory.getInt(pair);
    int second = memory.getInt(pair + 4);
    byte[] asAbi = range(memory, first, second);
    if (asAbi != null && Pem.beginsWithCertificate(asAbi)) {
      return asAbi;
    }
    byte[] reversed = range(memory, second, first);
    if (reversed != null && Pem.beginsWithCertificate(reversed)) {
      return reversed;
    }
    if (asAbi != null && Pem.mentionsCertificate(asAbi)) {
      return asAbi;
    }
    if (reversed != null && Pem.mentionsCertificate(reversed)) {
      return reversed;
    }
    if (asAbi == null && reversed == null) {
      // Neither is a range: traps as every range outside of the memory does.
      memory.check(first, second);
    }
    throw new TlsFailure(
        "root certificate "
            + number
            + " of "
            + count
            + " is no certificate in PEM: its address and length are "
            + Integer.toUnsignedString(first)
            + " and "
            + Integer.toUnsignedString(second));
  }

  /** What is there; null when that is too long or outside of the memory. */
  private byte @Nullable [] range(GuestMemory memory, int address, int length) {
    if (Integer.compareUnsigned(length, MOST_BYTES) > 0
        || Integer.toUnsignedLong(address) + length > memory.size()) {
      return null;
    }
    process.charge(length);
    charged += length;
    process.chargeBytes(length);
    return memory.read(address, length);
  }
}
