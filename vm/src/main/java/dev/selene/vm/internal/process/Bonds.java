package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One actor's links of {@code selene::process}: each has a reference of the actor that asked for
 * it, and says for either side what it does when the other ends.
 *
 * <p>Ownership: the actor's owner; before its start, the parent that spawns it.
 *
 * <p>Exactly once. The asker notes the bond before it signals the target. Either the signal made it
 * into the target's lane, and then the target answers its own end with one {@link
 * Signal.BondEnded}; or the lane was closed, and the asker answers itself. Whoever takes a bond out
 * of a map acts on it, so an {@code Unbind} and an end that cross each other leave one to act.
 */
final class Bonds {
  /** An entry on each side; the asker pays for both. */
  static final long CHARGE = 288;

  /** What the asker keeps. */
  private record Asked(long target, LinkMode mode, long tag) {}

  private record Key(long asker, long reference) {}

  /** What the other side keeps. */
  private record Accepted(LinkMode mode, long tag) {}

  private final Actor self;
  private final Map<Long, Asked> asked = new HashMap<>(4);
  private final Map<Key, Accepted> accepted = new HashMap<>(4);
  private long lastReference;

  Bonds(Actor self) {
    this.self = self;
  }

  int size() {
    return asked.size() + accepted.size();
  }

  /**
   * Notes a bond that this actor asks for.
   *
   * @return its reference; 0 when the account cannot pay for it
   */
  long ask(long target, LinkMode mode, long tag) {
    if (!self.account().tryCharge(CHARGE)) {
      return 0;
    }
    long reference = ++lastReference;
    asked.put(reference, new Asked(target, mode, tag));
    return reference;
  }

  /** The reference of a link to the actor itself, which nothing is ever told of. */
  long askNothing() {
    return ++lastReference;
  }

  /** Notes a bond that another asked for. */
  void accept(long asker, long reference, LinkMode mode, long tag) {
    accepted.put(new Key(asker, reference), new Accepted(mode, tag));
  }

  /** Forgets what another asked for; nothing is told. */
  void revoke(long asker, long reference) {
    accepted.remove(new Key(asker, reference));
  }

  /** Forgets all that one asker asked for; nothing is told. */
  void revokeAll(long asker) {
    accepted.keySet().removeIf(key -> key.asker() == asker);
  }

  /**
   * Forgets what this actor asked for.
   *
   * @return the other side; 0 when the reference is not known (any more)
   */
  long withdraw(long reference) {
    Asked bond = asked.remove(reference);
    if (bond == null) {
      return 0;
    }
    self.account().release(CHARGE);
    return bond.target();
  }

  /**
   * The other side has ended.
   *
   * @return why this actor must end too; null when it goes on
   */
  @Nullable ExitReason ended(Signal.BondEnded end) {
    if (end.asker() != self.id()) {
      Accepted bond = accepted.remove(new Key(end.asker(), end.reference()));
      return bond == null ? null : act(bond.mode(), bond.tag(), 0, end.process(), end.reason());
    }
    Asked bond = asked.remove(end.reference());
    if (bond == null) {
      return null;
    }
    self.account().release(CHARGE);
    return act(bond.mode(), bond.tag(), end.reference(), end.process(), end.reason());
  }

  private @Nullable ExitReason act(
      LinkMode mode, long tag, long reference, long process, ExitReason reason) {
    if (mode.dies(reason)) {
      return Partners.linkDied(process, reason);
    }
    if (mode.isTold(reason)) {
      self.file(new Message.ProcessDied(tag, reference, process, reason));
    }
    return null;
  }

  /** At the end of the actor: forgets without a word what another's end or withdrawal took away. */
  void close(Signal.BondEnded end) {
    if (end.asker() == self.id()) {
      withdraw(end.reference());
    } else {
      revoke(end.asker(), end.reference());
    }
  }

  /** Tells all other sides of this actor's end, each bond once. */
  void tellAll(ExitReason reason, ProcessSystem system) {
    self.account().release(CHARGE * asked.size());
    asked.forEach(
        (reference, bond) ->
            Partners.tell(
                bond.target(),
                new Signal.BondEnded(self.id(), reference, self.id(), reason),
                system));
    accepted.forEach(
        (key, bond) ->
            Partners.tell(
                key.asker(),
                new Signal.BondEnded(key.asker(), key.reference(), self.id(), reason),
                system));
    asked.clear();
    accepted.clear();
  }
}
