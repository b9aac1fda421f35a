package dev.selene.sqlite;

import dev.selene.host.ProcessContext;
import dev.selene.sqlite.internal.Statement;

/** A statement of a process. Only its thread touches the fields. */
final class Prepared {
  final Connection connection;
  final Statement statement;

  /** On the ledger, without what is bound. */
  final long footprint;

  /** On the ledger while it runs or is on a row: what SQLite may take for its values. */
  long reserved;

  /** Its values turned out to be longer than those of most queries. */
  boolean needsMore;

  /** On the ledger for what is bound. */
  long boundBytes;

  Prepared(Connection connection, Statement statement, long footprint) {
    this.connection = connection;
    this.statement = statement;
    this.footprint = footprint;
  }

  /** Nothing runs any more. */
  void giveBack(ProcessContext process) {
    process.release(reserved);
    reserved = 0;
  }
}
