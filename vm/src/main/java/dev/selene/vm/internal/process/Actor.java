package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whatever has a process id: receives messages and signals, is linked and monitored, ends once.
 *
 * <p>Ownership. Senders touch the two lanes, {@code pending} and {@code state}; everything else
 * belongs to the owner: the virtual thread of a guest, or the thread inside a call of an embedder's
 * mailbox.
 *
 * <p>States. {@code RUNNING} and {@code PARKED}. The owner sets {@code PARKED}, looks at both lanes
 * and its own conditions again, and only then parks; a sender pushes first and then looks at the
 * state. Both sides use volatile accesses with the push as a full fence, so one of them always sees
 * the other (Dekker), and only the sender that moves {@code PARKED} to {@code RUNNING} unparks.
 *
 * <p>Ordering. A drain takes the system lane first and the inbox second, then files the messages,
 * then applies the signals. What a process sent before it died was pushed before its death signal,
 * so it is in the inbox that was taken later: messages come before the news of their sender's
 * death.
 *
 * <p>Exactly once. {@link #finish} closes the system lane; a link or monitor request that made it
 * into the lane before is answered from there, one that comes later is refused and answered by its
 * sender.
 */
abstract class Actor {
  private static final int RUNNING = 0;
  private static final int PARKED = 1;

  private static final int COUNT_SHIFT = 40;
  private static final long BYTES_MASK = (1L << COUNT_SHIFT) - 1;
  private static final long ONE_MESSAGE = 1L << COUNT_SHIFT;
  private static final int CHUNK_SHIFT = 11;

  /**
   * Up to so many bytes wait in a mailbox without being settled; every actor pays for them once.
   */
  static final long UNSETTLED_BYTES = 1L << CHUNK_SHIFT;

  /**
   * An entry on each side of a link, or the two sides of a monitor. Who asks for it pays for both.
   */
  private static final long PARTNER_CHARGE = 160;

  private static final VarHandle STATE;
  private static final VarHandle PENDING;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(Actor.class, "state", int.class);
      PENDING = lookup.findVarHandle(Actor.class, "pending", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long id;
  private final ProcessEnvironment environment;
  private final Account account;
  private final Lane<Signal> signals = new Lane<>();
  private final Lane<Message> inbox = new Lane<>();
  private volatile int state;

  /** Messages (24 bits) and bytes (40 bits) sent and not yet received. Any thread, atomically. */
  private volatile long pending;

  private volatile @Nullable Thread owner;

  private @Nullable Mailbox mailbox;
  private @Nullable Map<Long, Link> links;

  /** Who wants to know of this actor's end. */
  private @Nullable Set<Long> monitors;

  /** Whose ends this actor wants to know of; each is paid for. */
  private @Nullable Set<Long> watched;

  private boolean dieWhenLinkDies;

  /**
   * One side of a link.
   *
   * @param tag what this side sees
   * @param paid whether this side asked for the link, and pays for both sides
   */
  private record Link(long tag, boolean paid) {}

  Actor(long id, ProcessEnvironment environment, Account account, boolean dieWhenLinkDies) {
    this.id = id;
    this.environment = environment;
    this.account = account;
    this.dieWhenLinkDies = dieWhenLinkDies;
  }

  final long id() {
    return id;
  }

  final ProcessEnvironment environment() {
    return environment;
  }

  final Account account() {
    return account;
  }

  final void setOwner(Thread thread) {
    owner = thread;
  }

  /** Result of {@link #deliver}: dropped, no room. */
  static final int FULL = 256;

  /** Result of {@link #deliver}: dropped, nobody there. */
  static final int DEAD = -1;

  /** Whether a result of {@link #deliver} means that the message arrived. */
  static boolean isDelivered(int result) {
    return result >= 0 && result < FULL;
  }

  abstract long maxMailboxMessages();

  abstract long maxMailboxBytes();

  /** Called on the sender's thread when a message was dropped because the mailbox is full. */
  abstract void messageDropped();

  // Senders

  /**
   * Sends. Any thread.
   *
   * @return how full the mailbox is now, in 256ths of its allowance; {@link #FULL} or {@link #DEAD}
   *     when the message was dropped
   */
  final int deliver(Message message) {
    long footprint = message.footprint();
    long before = (long) PENDING.getAndAdd(this, ONE_MESSAGE + footprint);
    boolean charged = settle(before, before + ONE_MESSAGE + footprint);
    long count = (before >>> COUNT_SHIFT) + 1;
    long bytes = (before & BYTES_MASK) + footprint;
    if (!charged || count > maxMailboxMessages() || bytes > maxMailboxBytes()) {
      forget(footprint);
      discard(message);
      messageDropped();
      return FULL;
    }
    if (!inbox.push(message)) {
      forget(footprint);
      discard(message);
      return DEAD;
    }
    wake();
    return (int)
        Math.max(fraction(count, maxMailboxMessages()), fraction(bytes, maxMailboxBytes()));
  }

  private static long fraction(long part, long whole) {
    return whole < 256 ? 0 : Math.min(255, part / (whole >>> 8));
  }

  /**
   * Signals. Any thread.
   *
   * @return false when this actor has ended
   */
  boolean signal(Signal signal) {
    if (!signals.push(signal)) {
      return false;
    }
    wake();
    return true;
  }

  final void wake() {
    if (state == PARKED && STATE.compareAndSet(this, PARKED, RUNNING)) {
      environment.becomesBusy();
      LockSupport.unpark(owner);
    }
  }

  /**
   * Keeps the account in step with the bytes waiting here, in chunks, so that small messages do not
   * touch it. Each change of {@code pending} settles the chunks it crossed; the sums telescope.
   */
  private boolean settle(long before, long after) {
    long chunks = ((after & BYTES_MASK) >>> CHUNK_SHIFT) - ((before & BYTES_MASK) >>> CHUNK_SHIFT);
    if (chunks > 0) {
      return account.charge(chunks << CHUNK_SHIFT);
    }
    if (chunks < 0) {
      account.release(-chunks << CHUNK_SHIFT);
    }
    return true;
  }

  private void forget(long footprint) {
    long before = (long) PENDING.getAndAdd(this, -(ONE_MESSAGE + footprint));
    settle(before, before - (ONE_MESSAGE + footprint));
  }

  static void discard(@Nullable Message message) {
    if (message instanceof DataMessage data) {
      data.discard();
    }
  }

  final long pendingMessages() {
    return pending >>> COUNT_SHIFT;
  }

  final long pendingBytes() {
    return pending & BYTES_MASK;
  }

  // The owner

  final boolean hasSignals() {
    return !signals.isEmpty();
  }

  final boolean hasArrivals() {
    return !signals.isEmpty() || !inbox.isEmpty();
  }

  /** Conditions of the owner's own that {@link #park} must not sleep through. */
  interface Condition {
    boolean holds();
  }

  /** Parks until something arrives or the condition holds; may return early. Owner only. */
  final void park(Condition condition) {
    STATE.setVolatile(this, PARKED);
    environment.becomesIdle();
    if (!hasArrivals() && !condition.holds()) {
      parkOnce();
    }
    if (STATE.compareAndSet(this, PARKED, RUNNING)) {
      environment.becomesBusy();
    }
  }

  /** Parks the owner's thread once. */
  void parkOnce() {
    LockSupport.park(this);
  }

  /**
   * Files what arrived and applies the signals. Owner only.
   *
   * @return why this actor must end; null to go on
   */
  final @Nullable ExitReason drain() {
    Lane.Node<Signal> signal = signals.take();
    for (var node = inbox.take(); node != null; node = node.next) {
      mailbox().add(node.value());
    }
    ExitReason death = null;
    for (; signal != null; signal = signal.next) {
      ExitReason reason = apply(signal.value());
      if (death == null) {
        death = reason;
      }
    }
    return death;
  }

  private @Nullable ExitReason apply(Signal signal) {
    return switch (signal) {
      case Signal.Kill(long by) -> new ExitReason.Killed(by);
      case Signal.Link(long from, long tag) -> {
        linkedBy(from, tag);
        yield null;
      }
      case Signal.Unlink(long from) -> {
        removeLink(from);
        yield null;
      }
      case Signal.LinkDied(long process, ExitReason reason) -> {
        Link link = removeLink(process);
        yield link == null ? null : linkDied(process, link.tag(), reason);
      }
      case Signal.Monitor(long from) -> {
        monitors().add(from);
        yield null;
      }
      case Signal.StopMonitoring(long from) -> {
        removeMonitor(from);
        yield null;
      }
      case Signal.ProcessDied(long process, ExitReason reason) -> {
        removeWatched(process);
        file(new Message.ProcessDied(process, reason));
        yield null;
      }
    };
  }

  /**
   * What the end of a link partner means.
   *
   * @return why this actor must end too; null when it got a message instead
   */
  final @Nullable ExitReason linkDied(long process, long tag, ExitReason reason) {
    if (!reason.isFailure()) {
      return null;
    }
    if (dieWhenLinkDies) {
      ExitReason root = reason instanceof ExitReason.LinkDied died ? died.cause() : reason;
      return new ExitReason.LinkDied(process, root);
    }
    file(new Message.LinkDied(tag, process, reason));
    return null;
  }

  /** Puts a message that did not come through the inbox into the mailbox; counted all the same. */
  private void file(Message message) {
    long change = ONE_MESSAGE + message.footprint();
    long before = (long) PENDING.getAndAdd(this, change);
    settle(before, before + change);
    mailbox().add(message);
  }

  /** Counts a message that was taken out of the mailbox. Owner only. */
  final <T extends @Nullable Message> T received(T message) {
    if (message != null) {
      forget(message.footprint());
    }
    return message;
  }

  final Mailbox mailbox() {
    if (mailbox == null) {
      mailbox = new Mailbox();
    }
    return mailbox;
  }

  final void setDieWhenLinkDies(boolean die) {
    dieWhenLinkDies = die;
  }

  /**
   * Notes a link that this side asks for. Owner only.
   *
   * @return false when the account cannot pay for it; nothing is noted then
   */
  final boolean addLink(long process, long tag) {
    Link old = links == null ? null : links.get(process);
    if ((old == null || !old.paid()) && !account.tryCharge(PARTNER_CHARGE)) {
      return false;
    }
    links().put(process, new Link(tag, true));
    return true;
  }

  /** Notes a link that the other side asked for. Owner only, or the parent before the start. */
  final void linkedBy(long process, long tag) {
    Link old = links == null ? null : links.get(process);
    links().put(process, new Link(tag, old != null && old.paid()));
  }

  /** Forgets a link. Owner only, or the parent before the start. */
  final void dropLink(long process) {
    removeLink(process);
  }

  private Map<Long, Link> links() {
    if (links == null) {
      links = new HashMap<>(4);
    }
    return links;
  }

  private @Nullable Link removeLink(long process) {
    Link link = links == null ? null : links.remove(process);
    if (link != null && link.paid()) {
      account.release(PARTNER_CHARGE);
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
    account.release(PARTNER_CHARGE);
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

  /**
   * Refuses all that comes, throws away what waits, and tells links and monitors, each once. Owner
   * only, once; the process table knows this actor no more.
   *
   * @return whether somebody who lives was told
   */
  final boolean finish(ExitReason reason, ProcessSystem system) {
    boolean told = false;
    Lane.Node<Signal> signal = signals.close();
    for (; signal != null; signal = signal.next) {
      switch (signal.value()) {
        case Signal.Link(long from, long tag) -> linkedBy(from, tag);
        case Signal.Unlink(long from) -> removeLink(from);
        case Signal.Monitor(long from) -> monitors().add(from);
        case Signal.StopMonitoring(long from) -> removeMonitor(from);
        case Signal.LinkDied(long process, ExitReason ignored) -> removeLink(process);
        case Signal.Kill ignored -> {}
        case Signal.ProcessDied(long process, ExitReason ignored) -> removeWatched(process);
      }
    }
    for (var node = inbox.close(); node != null; node = node.next) {
      mailbox().add(node.value());
    }
    if (mailbox != null) {
      for (Message rest = mailbox.takeOldest(); rest != null; rest = mailbox.takeOldest()) {
        discard(received(rest));
      }
    }
    if (links != null) {
      for (Map.Entry<Long, Link> link : links.entrySet()) {
        if (link.getValue().paid()) {
          account.release(PARTNER_CHARGE);
        }
        told |= tell(link.getKey(), new Signal.LinkDied(id, reason), system);
      }
    }
    if (monitors != null) {
      for (long watcher : monitors) {
        told |= tell(watcher, new Signal.ProcessDied(id, reason), system);
      }
    }
    if (watched != null) {
      account.release(PARTNER_CHARGE * watched.size());
      for (long process : watched) {
        tell(process, new Signal.StopMonitoring(id), system);
      }
    }
    links = null;
    monitors = null;
    watched = null;
    return told;
  }

  private static boolean tell(long process, Signal signal, ProcessSystem system) {
    Actor actor = system.find(process);
    return actor != null && actor.signal(signal);
  }

  final int monitorCount() {
    return monitors == null ? 0 : monitors.size();
  }

  final int linkCount() {
    return links == null ? 0 : links.size();
  }

  // Linking, from the owner's side

  /**
   * Links both ways.
   *
   * @return why this actor must end at once; null to go on
   */
  final @Nullable ExitReason linkTo(long tag, long target, ProcessSystem system) {
    if (target == id) {
      return null;
    }
    if (!addLink(target, tag)) {
      return new ExitReason.OutOfMemory(account.memoryLimit());
    }
    Actor actor = neighbour(target, system);
    if (actor == null || !actor.signal(new Signal.Link(id, tag))) {
      removeLink(target);
      return linkDied(target, tag, ExitReason.NO_PROCESS);
    }
    return null;
  }

  final void unlinkFrom(long target, ProcessSystem system) {
    removeLink(target);
    Actor actor = neighbour(target, system);
    if (actor != null) {
      actor.signal(new Signal.Unlink(id));
    }
  }

  /**
   * Asks to be told of an end; asking again changes nothing. Owner only.
   *
   * @return false when the account cannot pay for it
   */
  final boolean watch(long target, ProcessSystem system) {
    Actor actor = neighbour(target, system);
    if (actor == null || watched != null && watched.contains(target)) {
      return true;
    }
    if (!account.tryCharge(PARTNER_CHARGE)) {
      return false;
    }
    if (watched == null) {
      watched = new HashSet<>(4);
    }
    watched.add(target);
    if (!actor.signal(new Signal.Monitor(id))) {
      removeWatched(target);
    }
    return true;
  }

  /** Undoes {@link #watch}. Owner only. */
  final void unwatch(long target, ProcessSystem system) {
    Actor actor = neighbour(target, system);
    if (removeWatched(target) && actor != null) {
      actor.signal(new Signal.StopMonitoring(id));
    }
  }

  private @Nullable Actor neighbour(long process, ProcessSystem system) {
    Actor actor = system.find(process);
    return actor != null && actor.environment() == environment ? actor : null;
  }
}
