/**
 * Processes: how they start, receive, watch each other, are limited, and end.
 *
 * <p>Reading order: {@link dev.selene.vm.internal.process.ProcessSystem} (the table of all
 * processes, spawning), {@link dev.selene.vm.internal.process.Actor} (mailbox, signals, links: what
 * guests and embedders have in common), {@link dev.selene.vm.internal.process.GuestProcess} (the
 * life of a guest and what its host calls may do), {@link dev.selene.vm.internal.process.Mailbox},
 * {@link dev.selene.vm.internal.process.Lane}, {@link dev.selene.vm.internal.process.Account} (the
 * ledger).
 *
 * <p>Called by the public API in {@code dev.selene.vm} and, through {@link
 * dev.selene.host.ProcessContext}, by host functions. Calls the engine and the scheduler.
 */
@NullMarked
package dev.selene.vm.internal.process;

import org.jspecify.annotations.NullMarked;
