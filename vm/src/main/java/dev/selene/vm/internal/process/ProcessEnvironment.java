package dev.selene.vm.internal.process;

import dev.selene.host.Metrics;
import dev.selene.host.NamedProcess;
import dev.selene.host.StandardStreams;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a set of processes shares: names, streams, metrics.
 *
 * <p>Thread-safety: any thread.
 */
public final class ProcessEnvironment {
  static final int NAME_OVERHEAD = 160;

  /**
   * A name that is given. Compared by identity: the same name may be given to the same process
   * again.
   */
  static final class Entry {
    private final String name;
    private final NamedProcess process;
    private final Account account;
    private final long charge;

    /** Whose end takes the name along; any thread. Null while that process is being made. */
    private volatile @Nullable GuestProcess holder;

    private Entry(String name, NamedProcess process, Account account) {
      this.name = name;
      this.process = process;
      this.account = account;
      this.charge = NAME_OVERHEAD + 2L * name.length();
    }

    String name() {
      return name;
    }

    void setHolder(GuestProcess process) {
      holder = process;
    }
  }

  private final long id;
  private final Supplier<StandardStreams> streams;
  private final Metrics metrics;
  private final long patienceNanos;

  /** Guests that are not parked; counted only where timers are patient. */
  private final AtomicInteger busy = new AtomicInteger();

  private final ConcurrentHashMap<String, Entry> names = new ConcurrentHashMap<>();
  private final Groups groups = new Groups();

  /** Who waits for a name; guarded by itself. A process waits for one at most. */
  private final Map<String, Set<WakeUp>> waiting = new HashMap<>();

  /**
   * A new environment.
   *
   * @param id unique in its virtual machine
   * @param streams called once for each process
   * @param metrics where the guests' metrics go
   * @param patienceNanos how much later than asked a timer may fire because guests are busy; 0 for
   *     not at all
   */
  public ProcessEnvironment(
      long id, Supplier<StandardStreams> streams, Metrics metrics, long patienceNanos) {
    this.id = id;
    this.streams = streams;
    this.metrics = metrics;
    this.patienceNanos = patienceNanos;
  }

  /** A guest starts or wakes up; called by who wakes it, so that no gap is seen in between. */
  void becomesBusy() {
    if (patienceNanos != 0) {
      busy.incrementAndGet();
    }
  }

  /** A guest is about to park, or ends. */
  void becomesIdle() {
    if (patienceNanos != 0) {
      busy.decrementAndGet();
    }
  }

  /** Whether a timer that is due since then should wait for busy guests. */
  boolean holdsBack(long dueNanoTime) {
    return patienceNanos != 0 && busy.get() > 0 && System.nanoTime() - dueNanoTime < patienceNanos;
  }

  /**
   * Its number.
   *
   * @return the id
   */
  public long id() {
    return id;
  }

  /**
   * Streams for one more process.
   *
   * @return the streams
   */
  public StandardStreams streamsForProcess() {
    return streams.get();
  }

  /**
   * Where the guests' metrics go.
   *
   * @return the sink
   */
  public Metrics metricsSink() {
    return metrics;
  }

  Groups groups() {
    return groups;
  }

  /**
   * Wakes a process when the name is given. It looks the name up after this; whoever gives the name
   * does so before {@link #announce}. Both go through the lock, so one of them sees the other.
   */
  void waitFor(String name, WakeUp waiter) {
    synchronized (waiting) {
      waiting.computeIfAbsent(name, key -> new LinkedHashSet<>(2)).add(waiter);
    }
  }

  void stopWaitingFor(String name, WakeUp waiter) {
    synchronized (waiting) {
      Set<WakeUp> all = waiting.get(name);
      if (all != null && all.remove(waiter) && all.isEmpty()) {
        waiting.remove(name);
      }
    }
  }

  /** Wakes who waits for a name, after it was given to a process that can be found. */
  void announce(String name) {
    synchronized (waiting) {
      Set<WakeUp> all = waiting.get(name);
      if (all != null) {
        all.forEach(WakeUp::wake);
      }
    }
  }

  @Nullable NamedProcess lookup(String name) {
    Entry entry = names.get(name);
    return entry == null ? null : entry.process;
  }

  /**
   * Sets a name; false when the account cannot pay for it.
   *
   * @param holder whose end takes the name along
   */
  boolean put(String name, NamedProcess process, Account account, GuestProcess holder) {
    Entry entry = new Entry(name, process, account);
    if (!account.tryCharge(entry.charge)) {
      return false;
    }
    // The holder knows the entry before the map does: whichever of this thread and the holder's end
    // comes second finds it there.
    entry.setHolder(holder);
    holder.belongings().addName(entry);
    drop(names.put(name, entry));
    announce(name);
    if (holder.belongings().isOver()) {
      remove(entry);
    }
    return true;
  }

  /** What a claim of a name came to. */
  sealed interface Claim {
    /** The caller makes the process, and gives it the entry. */
    record Granted(Entry entry) implements Claim {}

    record Taken(NamedProcess by) implements Claim {}

    record TooExpensive() implements Claim {}
  }

  /**
   * Sets a name unless a live process has it. Who is granted it calls {@link #announce} when the
   * process can be found.
   */
  Claim claim(String name, NamedProcess process, Account account, ProcessSystem system) {
    Entry wanted = new Entry(name, process, account);
    if (!account.tryCharge(wanted.charge)) {
      return new Claim.TooExpensive();
    }
    while (true) {
      Entry present = names.putIfAbsent(name, wanted);
      if (present == null) {
        return new Claim.Granted(wanted);
      }
      if (isAlive(present, system)) {
        drop(wanted);
        return new Claim.Taken(present.process);
      }
      if (names.replace(name, present, wanted)) {
        drop(present);
        return new Claim.Granted(wanted);
      }
    }
  }

  /** Who has a name that was claimed for a process that is still being made lives, too. */
  private static boolean isAlive(Entry entry, ProcessSystem system) {
    GuestProcess holder = entry.holder;
    return entry.process.node() != system.nodeId()
        || holder == null
        || holder.id() == entry.process.process() && !holder.belongings().isOver()
        || system.find(entry.process.process()) != null;
  }

  /**
   * Gives a claimed name to a process that others may have seen.
   *
   * @return false when the process has ended meanwhile
   */
  boolean give(Entry entry, GuestProcess holder) {
    entry.setHolder(holder);
    holder.belongings().addName(entry);
    announce(entry.name);
    if (holder.belongings().isOver()) {
      remove(entry);
      return false;
    }
    return true;
  }

  void remove(String name) {
    drop(names.remove(name));
  }

  /** Removes a name if it is still this entry. */
  void remove(Entry entry) {
    if (names.remove(entry.name, entry)) {
      drop(entry);
    }
  }

  /** Gives back what an entry cost; called once, by who took it out of the map. */
  private static void drop(@Nullable Entry entry) {
    if (entry == null) {
      return;
    }
    entry.account.release(entry.charge);
    GuestProcess holder = entry.holder;
    if (holder != null) {
      holder.belongings().removeName(entry);
    }
  }
}
