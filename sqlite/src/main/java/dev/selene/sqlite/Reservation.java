package dev.selene.sqlite;

import dev.selene.host.ProcessContext;
import dev.selene.sqlite.internal.SqlFailure;

/**
 * What is charged while a statement runs: room for the values that SQLite may keep. Nothing is
 * charged while the process waits for its turn, so that a crowd does not reserve what few use.
 */
abstract class Reservation {
  /** The smallest amount that a statement asks for, unless it needs less. */
  static final long SMALLEST_RESERVATION = 1 << 20;

  /** For what is over when the call returns. */
  static final int SHARE = 8;

  static final Reservation NONE =
      new Reservation() {
        @Override
        long wanted(long affordable) {
          return 0;
        }
      };

  long bytes;

  /** How much to charge when so much is there. */
  abstract long wanted(long affordable);

  void begin(ProcessContext process) throws SqlFailure {
    long wanted = wanted(process.affordableBytes());
    if (wanted > 0 && !process.tryCharge(wanted)) {
      throw new SqlFailure(
          SqlFailure.OUT_OF_MEMORY,
          "out of memory: the statement needs "
              + wanted
              + " bytes, more than the process may still use");
    }
    bytes = wanted;
  }

  void end(ProcessContext process) {
    process.release(bytes);
    bytes = 0;
  }

  /** For statements that are over when the call returns. */
  static final class OfACall extends Reservation {
    private long needed = SMALLEST_RESERVATION;

    @Override
    long wanted(long affordable) {
      return Math.max(needed, affordable / SHARE);
    }

    /**
     * Asks for more the next time.
     *
     * @param bytes what one of the statements needs; 0 when that is not what went wrong
     * @return false when it had as much
     */
    boolean grow(long bytes) {
      boolean more = bytes > Math.max(this.bytes, needed);
      needed = Math.max(needed, bytes);
      return more;
    }
  }
}
