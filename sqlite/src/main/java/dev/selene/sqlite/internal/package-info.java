/**
 * Databases without guests: {@link dev.selene.sqlite.internal.Database} is a connection, {@link
 * dev.selene.sqlite.internal.Statement} a prepared statement, {@link
 * dev.selene.sqlite.internal.SqlText} takes a text of SQL apart, {@link
 * dev.selene.sqlite.internal.Rules} says what a statement may not do, {@link
 * dev.selene.sqlite.internal.ValueEncoding} and {@link dev.selene.sqlite.internal.Bindings} are the
 * bincode both ways.
 */
@NullMarked
package dev.selene.sqlite.internal;

import org.jspecify.annotations.NullMarked;
