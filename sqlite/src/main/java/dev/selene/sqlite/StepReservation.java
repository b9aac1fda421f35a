package dev.selene.sqlite;

import dev.selene.host.ProcessContext;
import dev.selene.sqlite.internal.SqlFailure;
import dev.selene.sqlite.internal.Statement;

/** Stays with the statement as long as it is on a row. */
final class StepReservation extends Reservation {
  /** For a query that stays on its rows while the guest does other things. */
  private static final long LARGEST_RESERVATION_OF_QUERIES = 32 << 20;

  private static final int SHARE_OF_QUERIES = 64;

  /** For queries with longer values than most have. */
  private static final int SHARE_WHEN_NEEDED = 4;

  private final Prepared prepared;
  private final boolean first;
  private final long needed;

  StepReservation(Prepared prepared, boolean first, long needed) {
    this.prepared = prepared;
    this.first = first;
    this.needed = needed;
  }

  @Override
  long wanted(long affordable) {
    if (!first) {
      return 0;
    }
    Statement statement = prepared.statement;
    long most;
    if (prepared.needsMore) {
      most = affordable / SHARE_WHEN_NEEDED;
    } else if (statement.isRepeatable()) {
      most = Math.min(LARGEST_RESERVATION_OF_QUERIES, affordable / SHARE_OF_QUERIES);
    } else {
      most = affordable / SHARE;
    }
    return Math.max(needed, statement.wanted(Math.max(SMALLEST_RESERVATION, most)));
  }

  @Override
  void begin(ProcessContext process) throws SqlFailure {
    super.begin(process);
    prepared.reserved += bytes;
  }

  @Override
  void end(ProcessContext process) {
    if (!prepared.statement.isOnRow()) {
      prepared.giveBack(process);
    }
  }
}
