/**
 * What a host function sees of the machine it runs in.
 *
 * <p>Reading order: {@link dev.selene.host.HostModule} (how imports are offered to guests), {@link
 * dev.selene.host.ProcessContext} (the calling process), {@link dev.selene.host.GuestMemory} (its
 * linear memory), {@link dev.selene.host.Message}, {@link dev.selene.host.ProcessConfig}, {@link
 * dev.selene.host.ExitReason}.
 *
 * <p>Called by the engine on the virtual thread of a process; calls back into the virtual machine
 * through {@code ProcessContext} alone. An embedder who writes host functions needs this room and
 * no other.
 */
@NullMarked
package dev.selene.host;

import org.jspecify.annotations.NullMarked;
