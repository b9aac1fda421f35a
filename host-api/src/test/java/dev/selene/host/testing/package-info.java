/**
 * A process for unit tests of imports, without an engine or a scheduler: {@link
 * dev.selene.host.testing.TestProcess} with an array as memory, a ledger, a mailbox and tables of
 * handles that keep what {@link dev.selene.host.ProcessContext} promises. The virtual machine's own
 * tests cover the real one.
 */
@NullMarked
package dev.selene.host.testing;

import org.jspecify.annotations.NullMarked;
