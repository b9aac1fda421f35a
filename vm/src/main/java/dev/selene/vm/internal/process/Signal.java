package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.LinkMode;

/** What travels in the system lane, past a mailbox of any length. */
sealed interface Signal {
  /** End with {@link ExitReason.Killed}. */
  record Kill(long by) implements Signal {}

  /** About links and monitors: what {@link Partners} keeps. */
  sealed interface OfPartner extends Signal {}

  /** {@code from} has linked itself to the receiver. */
  record Link(long from, long tag) implements OfPartner {}

  /** {@code from} has removed its link. */
  record Unlink(long from) implements OfPartner {}

  /** The receiver's link partner has ended. */
  record LinkDied(long process, ExitReason reason) implements OfPartner {}

  /** {@code from} wants to know of the receiver's end. */
  record Monitor(long from) implements OfPartner {}

  /** {@code from} does not want to know any more. */
  record StopMonitoring(long from) implements OfPartner {}

  /** A process that the receiver monitors has ended. */
  record ProcessDied(long process, ExitReason reason) implements OfPartner {}

  /** {@code asker} has made a bond; {@code mode} is what the receiver does when that one ends. */
  record Bind(long asker, long reference, LinkMode mode, long tag) implements OfPartner {}

  /** {@code asker} has undone a bond. */
  record Unbind(long asker, long reference) implements OfPartner {}

  /** The other side of a bond has ended; the asker may be the receiver or that other side. */
  record BondEnded(long asker, long reference, long process, ExitReason reason)
      implements OfPartner {}
}
