package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom one actor is linked with and monitored by, and whom it monitors. Made when there is the
 * first of them.
 *
 * <p>Ownership: the actor's owner; before its start, the parent that spawns it.
 *
 * <p>Exactly once: {@link Actor#finish} closes the system lane and hands over what was left in it;
 * a request that made it into the lane before is answered from there, one that comes later is
 * refused and answered by its sender.
 */
final class Partners {
  /**
   * An entry on each side of a link, or the two sides of a monitor. Who asks for it pays for both.
   */
  private static final long CHARGE = 160;

  private final Actor self;
  private @Nullable Map<Long, Link> links;

  /** Who wants to know of this actor's end. */
  private @Nullable Set<Long> monitors;

  /** Whose ends this actor wants to know of; each is paid for. */
  private @Nullable Set<Long> watched;

  private @Nullable Bonds bonds;
  private boolean dieWhenLinkDies;

  /**
   * One side of a link.
   *
   * @param tag what this side sees
   * @param paid whether this side asked for the link, and pays for both sides
   */
  private record Link(long tag, boolean paid) {}

  Partners(Actor self, boolean dieWhenLinkDies) {
    this.self = self;
    this.dieWhenLinkDies = dieWhenLinkDies;
  }

  void setDieWhenLinkDies(boolean die) {
    dieWhenLinkDies = die;
  }

  Bonds bonds() {
    if (bonds == null) {
      bonds = new Bonds(self);
    }
    return bonds;
  }

  // Signals

  /**
   * Applies a signal.
   *
   * @return why the actor must end; null to go on
   */
  @Nullable ExitReason apply(Signal.OfPartner signal) {
    switch (signal) {
      case Signal.Link(long from, long tag) -> linkedBy(from, tag);
      case Signal.Unlink(long from) -> removeLink(from);
      case Signal.LinkDied(long process, ExitReason reason) -> {
        Link link = removeLink(process);
        return link == null ? null : linkDied(process, link.tag(), reason);
      }
      case Signal.Monitor(long from) -> monitors().add(from);
      case Signal.StopMonitoring(long from) -> removeMonitor(from);
      case Signal.ProcessDied(long process, ExitReason reason) -> {
        removeWatched(process);
        self.file(new Message.ProcessDied(process, reason));
      }
      case Signal.Bind(long asker, long reference, LinkMode mode, long tag) ->
          bonds().accept(asker, reference, mode, tag);
      case Signal.Unbind(long asker, long reference) -> bonds().revoke(asker, reference);
      case Signal.BondEnded ended -> {
        return bonds().ended(ended);
      }
    }
    return null;
  }

  /** Applies a signal that was still in the lane when the actor ended: nothing is filed. */
  void applyAtEnd(Signal.OfPartner signal) {
    switch (signal) {
      case Signal.Link(long from, long tag) -> linkedBy(from, tag);
      case Signal.Unlink(long from) -> removeLink(from);
      case Signal.Monitor(long from) -> monitors().add(from);
      case Signal.StopMonitoring(long from) -> removeMonitor(from);
      case Signal.LinkDied(long process, ExitReason ignored) -> removeLink(process);
      case Signal.ProcessDied(long process, ExitReason ignored) -> removeWatched(process);
      case Signal.Bind(long asker, long reference, LinkMode mode, long tag) ->
          bonds().accept(asker, reference, mode, tag);
      case Signal.Unbind(long asker, long reference) -> bonds().revoke(asker, reference);
      case Signal.BondEnded ended -> bonds().close(ended);
    }
  }

  /**
   * Tells links, monitors and bonds of the actor's end, each once, and gives their charges back.
   */
  void tellAll(ExitReason reason, ProcessSystem system) {
    Account account = self.account();
    if (links != null) {
      links.forEach(
          (partner, link) -> {
            if (link.paid()) {
              account.release(CHARGE);
            }
            tell(partner, new Signal.LinkDied(self.id(), reason), system);
          });
    }
    if (monitors != null) {
      for (long watcher : monitors) {
        tell(watcher, new Signal.ProcessDied(self.id(), reason), system);
      }
    }
    if (watched != null) {
      account.release(CHARGE * watched.size());
      for (long process : watched) {
        tell(process, new Signal.StopMonitoring(self.id()), system);
      }
    }
    if (bonds != null) {
      bonds.tellAll(reason, system);
    }
    links = null;
    monitors = null;
    watched = null;
  }

  static void tell(long process, Signal signal, ProcessSystem system) {
    Actor actor = system.find(process);
    if (actor != null) {
      actor.signal(signal);
    }
  }

  /**
   * What the end of a link partner means.
   *
   * @return why the actor must end too; null when it got a message instead
   */
  private @Nullable ExitReason linkDied(long process, long tag, ExitReason reason) {
    if (!reason.isFailure()) {
      return null;
    }
    if (dieWhenLinkDies) {
      return linkDied(process, reason);
    }
    self.file(new Message.LinkDied(tag, process, reason));
    return null;
  }

  /** The reason of who dies of another's end: it names the first cause. */
  static ExitReason linkDied(long process, ExitReason reason) {
    ExitReason root = reason instanceof ExitReason.LinkDied died ? died.cause() : reason;
    return new ExitReason.LinkDied(process, root);
  }

  // Links and monitors of lunatic::process

  /**
   * Notes a link that this side asked for.
   *
   * @return false when the account cannot pay for it; nothing is noted then
   */
  boolean addLink(long process, long tag) {
    Link old = links == null ? null : links.get(process);
    if ((old == null || !old.paid()) && !self.account().tryCharge(CHARGE)) {
      return false;
    }
    links().put(process, new Link(tag, true));
    return true;
  }

  /** Notes a link that the other side asked for. */
  void linkedBy(long process, long tag) {
    Link old = links == null ? null : links.get(process);
    links().put(process, new Link(tag, old != null && old.paid()));
  }

  private Map<Long, Link> links() {
    if (links == null) {
      links = new HashMap<>(4);
    }
    return links;
  }

  @Nullable Link removeLink(long process) {
    Link link = links == null ? null : links.remove(process);
    if (link != null && link.paid()) {
      self.account().release(CHARGE);
    }
    if (links != null && links.isEmpty()) {
      links = null;
    }
    return link;
  }

  private boolean removeWatched(long process) {
    if (watched == null || !watched.remove(process)) {
      return false;
    }
    self.account().release(CHARGE);
    if (watched.isEmpty()) {
      watched = null;
    }
    return true;
  }

  private Set<Long> monitors() {
    if (monitors == null) {
      monitors = new HashSet<>(4);
    }
    return monitors;
  }

  private void removeMonitor(long process) {
    if (monitors != null && monitors.remove(process) && monitors.isEmpty()) {
      monitors = null;
    }
  }

  int monitorCount() {
    return monitors == null ? 0 : monitors.size();
  }

  int linkCount() {
    return (links == null ? 0 : links.size()) + (bonds == null ? 0 : bonds.size());
  }

  /**
   * Links both ways.
   *
   * @return why the actor must end at once; null to go on
   */
  @Nullable ExitReason linkTo(long tag, long target, ProcessSystem system) {
    if (target == self.id()) {
      return null;
    }
    if (!addLink(target, tag)) {
      return new ExitReason.OutOfMemory(self.account().memoryLimit());
    }
    Actor actor = neighbour(target, system);
    if (actor == null || !actor.signal(new Signal.Link(self.id(), tag))) {
      removeLink(target);
      return linkDied(target, tag, ExitReason.NO_PROCESS);
    }
    return null;
  }

  void unlinkFrom(long target, ProcessSystem system) {
    removeLink(target);
    Actor actor = neighbour(target, system);
    if (actor != null) {
      actor.signal(new Signal.Unlink(self.id()));
    }
  }

  /**
   * Asks to be told of an end; asking again changes nothing.
   *
   * @return false when the account cannot pay for it
   */
  boolean watch(long target, ProcessSystem system) {
    Actor actor = neighbour(target, system);
    if (actor == null || watched != null && watched.contains(target)) {
      return true;
    }
    if (!self.account().tryCharge(CHARGE)) {
      return false;
    }
    if (watched == null) {
      watched = new HashSet<>(4);
    }
    watched.add(target);
    if (!actor.signal(new Signal.Monitor(self.id()))) {
      removeWatched(target);
    }
    return true;
  }

  /** Undoes {@link #watch}. */
  void unwatch(long target, ProcessSystem system) {
    Actor actor = neighbour(target, system);
    if (removeWatched(target) && actor != null) {
      actor.signal(new Signal.StopMonitoring(self.id()));
    }
  }

  private @Nullable Actor neighbour(long process, ProcessSystem system) {
    Actor actor = system.find(process);
    return actor != null && actor.environment() == self.environment() ? actor : null;
  }

  // Links of selene::process

  /** What came of a request for a bond: its reference, and why the actor must end at once. */
  record Bound(long reference, @Nullable ExitReason death) {}

  /** Makes a bond. */
  Bound bind(long target, LinkMode own, LinkMode other, long tag, ProcessSystem system) {
    if (target == self.id()) {
      return new Bound(bonds().askNothing(), null);
    }
    long reference = bonds().ask(target, own, tag);
    if (reference == 0) {
      return new Bound(0, new ExitReason.OutOfMemory(self.account().memoryLimit()));
    }
    Actor actor = neighbour(target, system);
    if (actor == null || !actor.signal(new Signal.Bind(self.id(), reference, other, tag))) {
      return new Bound(
          reference,
          bonds().ended(new Signal.BondEnded(self.id(), reference, target, ExitReason.NO_PROCESS)));
    }
    return new Bound(reference, null);
  }

  /**
   * Undoes a bond.
   *
   * @return false when the reference is not known: news of it may wait in the mailbox
   */
  boolean unbind(long reference, ProcessSystem system) {
    long target = bonds().withdraw(reference);
    if (target == 0) {
      return false;
    }
    tell(target, new Signal.Unbind(self.id(), reference), system);
    return true;
  }
}
