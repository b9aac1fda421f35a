/**
 * Databases for guests, on the real SQLite.
 *
 * <p>Reading order: {@link dev.selene.sqlite.SqliteImports} (the imports: checks arguments, moves
 * work to the database pool, charges), then {@code internal}: {@code Database} (a connection, its
 * limits, its end), {@code Statement}, {@code SqlText} and {@code Rules} (what a statement is and
 * what it may not do), {@code Bindings} and {@code ValueEncoding} (bincode).
 *
 * <p>The engine calls in, on the virtual thread of the calling process. This room calls host-api:
 * {@link dev.selene.host.ProcessContext}, and {@link dev.selene.host.wasi.NamedFile} for where
 * files are. It hands itself to a virtual machine by {@code Vm.builder().hostModule(new
 * SqliteImports())}.
 */
@NullMarked
package dev.selene.sqlite;

import org.jspecify.annotations.NullMarked;
