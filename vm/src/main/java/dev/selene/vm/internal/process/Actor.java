package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whatever has a process id: receives messages and signals, is linked and monitored ({@link
 * Partners}), ends once.
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
 *
 * <p>Waiting for this actor. Who waits for room stands in {@link RoomQueue}, who waits for the end
 * in {@code endWatcher} or {@code endWatchers}. Both register first and look afterwards (at {@code
 * pending}, at {@code endReason}); this actor changes what they look at first and then wakes who is
 * registered. All of these are volatile or atomic, so no wake-up is lost.
 */
abstract class Actor {
  private static final int RUNNING = 0;
  private static final int PARKED = 1;

  private static final int COUNT_SHIFT = 40;
  private static final long BYTES_MASK = (1L << COUNT_SHIFT) - 1;
  private static final long ONE_MESSAGE = 1L << COUNT_SHIFT;
  private static final int CHUNK_SHIFT = 9;

  /**
   * Up to so many bytes wait in a mailbox without being settled; every actor pays for them once.
   */
  static final long UNSETTLED_BYTES = 1L << CHUNK_SHIFT;

  private static final VarHandle STATE;
  private static final VarHandle PENDING;
  private static final VarHandle END_WATCHER;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(Actor.class, "state", int.class);
      PENDING = lookup.findVarHandle(Actor.class, "pending", long.class);
      END_WATCHER = lookup.findVarHandle(Actor.class, "endWatcher", Actor.class);
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
  private @Nullable Partners partners;
  private final boolean diesWithLinks;

  /** Who waits for room in the mailbox. Any thread; made by the first who waits. */
  private volatile @Nullable RoomQueue room;

  /** Who waits for the end: the one who came when there was none. Any thread. */
  private volatile @Nullable Actor endWatcher;

  /** Who else waits for the end. Any thread; made by the first who waits beside another one. */
  private volatile @Nullable Set<Actor> endWatchers;

  /** Set by {@link #finish}, when everything is given back. Any thread. */
  private volatile @Nullable ExitReason endReason;

  /** {@code diesWithLinks}: whether the failure of a link is this actor's failure, at first. */
  Actor(long id, ProcessEnvironment environment, Account account, boolean diesWithLinks) {
    this.id = id;
    this.environment = environment;
    this.account = account;
    this.diesWithLinks = diesWithLinks;
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

  /** Called on any thread when a message was dropped because the mailbox is full. */
  abstract void messageDropped();

  /** Called by the owner when messages were filed: drops the oldest where that is the policy. */
  void messagesFiled() {}

  // Senders

  /**
   * Sends. Any thread.
   *
   * @return how full the mailbox is now, in 256ths of its allowance; {@link #FULL} or {@link #DEAD}
   *     when the message was dropped
   */
  final int deliver(Message message) {
    int result = offer(message);
    if (!isDelivered(result)) {
      discard(message);
      if (result == FULL) {
        messageDropped();
      }
    }
    return result;
  }

  /**
   * Sends where there is room. Any thread.
   *
   * @return as {@link #deliver}, but a message that does not arrive stays the caller's
   */
  final int offer(Message message) {
    long footprint = message.footprint();
    long before = (long) PENDING.getAndAdd(this, ONE_MESSAGE + footprint);
    boolean charged = settle(before, before + ONE_MESSAGE + footprint);
    long count = (before >>> COUNT_SHIFT) + 1;
    long bytes = (before & BYTES_MASK) + footprint;
    long maxMessages = maxMailboxMessages();
    long maxBytes = maxMailboxBytes();
    if (!charged || count > maxMessages || bytes > maxBytes) {
      forget(footprint);
      return FULL;
    }
    if (!inbox.push(message)) {
      forget(footprint);
      return DEAD;
    }
    wake();
    return (int) Math.max(fraction(count, maxMessages), fraction(bytes, maxBytes));
  }

  /** Whether an {@link #offer} would find room, memory apart. Any thread. */
  final boolean hasRoomFor(long footprint) {
    long now = pending;
    return (now >>> COUNT_SHIFT) < maxMailboxMessages()
        && (now & BYTES_MASK) + footprint <= maxMailboxBytes();
  }

  /** Whether an empty mailbox would take a message. Any thread. */
  final boolean canEverHold(long footprint) {
    return maxMailboxMessages() > 0 && footprint <= maxMailboxBytes();
  }

  /** Where to wait for room. Any thread. */
  final RoomQueue room() {
    RoomQueue queue = room;
    if (queue == null) {
      synchronized (this) {
        queue = room;
        if (queue == null) {
          queue = new RoomQueue();
          room = queue;
        }
      }
    }
    return queue;
  }

  /** Lets the first who waits look again. Any thread, after there may be more room. */
  final void tellOfRoom() {
    RoomQueue waiting = room;
    if (waiting != null) {
      waiting.wakeFirst();
    }
  }

  /** Wakes an actor when this one ends; it looks at {@link #endReason} after this. Any thread. */
  final void watchEnd(Actor watcher) {
    if (END_WATCHER.compareAndSet(this, null, watcher)) {
      return;
    }
    Set<Actor> watchers = endWatchers;
    if (watchers == null) {
      synchronized (this) {
        watchers = endWatchers;
        if (watchers == null) {
          watchers = ConcurrentHashMap.newKeySet(2);
          endWatchers = watchers;
        }
      }
    }
    watchers.add(watcher);
    // The set's own accesses are weaker than volatile ones: the look that follows must not pass.
    VarHandle.fullFence();
  }

  /** By the watcher itself. Who sees it there all the same wakes it once too often. */
  final void unwatchEnd(Actor watcher) {
    if (endWatcher == watcher) {
      END_WATCHER.setRelease(this, null);
      return;
    }
    Set<Actor> watchers = endWatchers;
    if (watchers != null) {
      watchers.remove(watcher);
    }
  }

  /** Why this actor has ended; null while it has not. Any thread. */
  final @Nullable ExitReason endReason() {
    return endReason;
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
    tellOfRoom();
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
  abstract void parkOnce();

  /**
   * Files what arrived and applies the signals. Owner only.
   *
   * @return why this actor must end; null to go on
   */
  final @Nullable ExitReason drain() {
    Lane.Node<Signal> signal = signals.take();
    var node = inbox.take();
    boolean filed = node != null;
    for (; node != null; node = node.next) {
      mailbox().add(node.value());
    }
    if (filed) {
      messagesFiled();
    }
    ExitReason death = null;
    for (; signal != null; signal = signal.next) {
      ExitReason reason =
          switch (signal.value()) {
            case Signal.Kill(long by) -> new ExitReason.Killed(by);
            case Signal.OfPartner ofPartner -> partners().apply(ofPartner);
          };
      if (death == null) {
        death = reason;
      }
    }
    return death;
  }

  /** Puts a message that did not come through the inbox into the mailbox; counted all the same. */
  final void file(Message message) {
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

  /** Links and monitors. Owner only, or the parent before the start. */
  final Partners partners() {
    if (partners == null) {
      partners = new Partners(this, diesWithLinks);
    }
    return partners;
  }

  final int monitorCount() {
    return partners == null ? 0 : partners.monitorCount();
  }

  final int linkCount() {
    return partners == null ? 0 : partners.linkCount();
  }

  /**
   * Refuses all that comes, throws away what waits, and tells links, monitors and all who wait,
   * each once. Owner only, once; the process table knows this actor no more.
   *
   * @return whether somebody who lives was told
   */
  final boolean finish(ExitReason reason, ProcessSystem system) {
    boolean told = false;
    Lane.Node<Signal> signal = signals.close();
    for (; signal != null; signal = signal.next) {
      if (signal.value() instanceof Signal.OfPartner ofPartner) {
        partners().applyAtEnd(ofPartner);
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
    if (partners != null) {
      told = partners.tellAll(reason, system);
      partners = null;
    }
    endReason = reason;
    VarHandle.fullFence();
    RoomQueue waiting = room;
    if (waiting != null) {
      waiting.wakeAll();
    }
    Actor watcher = endWatcher;
    if (watcher != null) {
      watcher.wake();
    }
    Set<Actor> watchers = endWatchers;
    if (watchers != null) {
      watchers.forEach(Actor::wake);
      watchers.clear();
    }
    return told;
  }
}
