package dev.selene.sqlite;

import dev.selene.sqlite.internal.Database;
import dev.selene.sqlite.internal.SqlFailure;
import org.jspecify.annotations.Nullable;

/** A connection of a process. Only its thread touches the fields. */
final class Connection {
  final Database database;
  @Nullable SqlFailure lastError;
  long privateBytes;

  Connection(Database database) {
    this.database = database;
  }
}
