package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;

/** What travels in the system lane, past a mailbox of any length. */
sealed interface Signal {
  /** End with {@link ExitReason.Killed}. */
  record Kill(long by) implements Signal {}

  /** {@code from} has linked itself to the receiver. */
  record Link(long from, long tag) implements Signal {}

  /** {@code from} has removed its link. */
  record Unlink(long from) implements Signal {}

  /** The receiver's link partner has ended. */
  record LinkDied(long process, ExitReason reason) implements Signal {}

  /** {@code from} wants to know of the receiver's end. */
  record Monitor(long from) implements Signal {}

  /** {@code from} does not want to know any more. */
  record StopMonitoring(long from) implements Signal {}

  /** A process that the receiver monitors has ended. */
  record ProcessDied(long process, ExitReason reason) implements Signal {}
}
