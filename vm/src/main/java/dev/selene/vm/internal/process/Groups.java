package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The process groups of one environment, and who watches them. A group is there while it has a
 * member or a watcher.
 *
 * <p>Thread-safety: any thread; everything is guarded by this object. News of a group goes out
 * under the lock, so each watcher learns of joins and leaves in the order in which they happened;
 * sending never waits. Locks are taken in no other order: nothing that is called from here takes
 * this lock.
 */
final class Groups {
  /** More watchers of a group are refused: each join costs all of them a message. */
  static final int MAX_WATCHERS = 1_024;

  private static final int OVERHEAD = 320;
  private static final byte JOINED = 0;
  private static final byte LEFT = 1;
  private static final int NEWS_BYTES = 17;

  private static final class Group {
    final Map<Long, Entry> members = new LinkedHashMap<>(4);
    final Map<Long, Map<Long, Entry>> watchers = new HashMap<>(2);
    int watcherCount;
  }

  /** A membership, or a watch; goes with {@code process}. Compared by identity. */
  static final class Entry {
    private final String group;
    private final GuestProcess process;
    private final Account account;
    private final long charge;

    /** 0 for a membership. */
    private final long reference;

    private final long tag;

    private Entry(String group, GuestProcess process, Account account, long reference, long tag) {
      this.group = group;
      this.process = process;
      this.account = account;
      this.charge = OVERHEAD + 2L * group.length();
      this.reference = reference;
      this.tag = tag;
    }
  }

  /** What came of a request. */
  enum Outcome {
    DONE,
    WAS_SO,
    TOO_MANY,
    ENDED,
    TOO_EXPENSIVE
  }

  private final Map<String, Group> groups = new HashMap<>();

  /** Adds a member; {@code payer} pays until it leaves. */
  Outcome join(String name, GuestProcess member, Account payer) {
    Entry entry = new Entry(name, member, payer, 0, 0);
    if (!payer.tryCharge(entry.charge)) {
      return Outcome.TOO_EXPENSIVE;
    }
    synchronized (this) {
      Group group = groups.computeIfAbsent(name, key -> new Group());
      if (group.members.putIfAbsent(member.id(), entry) != null) {
        payer.release(entry.charge);
        return Outcome.WAS_SO;
      }
      member.belongings().addGroup(entry);
      tell(group, member.id(), JOINED);
    }
    return settle(entry);
  }

  /** Adds a watcher, which pays itself. */
  Outcome watch(String name, GuestProcess watcher, long reference, long tag) {
    Entry entry = new Entry(name, watcher, watcher.account(), reference, tag);
    if (!entry.account.tryCharge(entry.charge)) {
      return Outcome.TOO_EXPENSIVE;
    }
    synchronized (this) {
      Group group = groups.computeIfAbsent(name, key -> new Group());
      if (group.watcherCount == MAX_WATCHERS) {
        entry.account.release(entry.charge);
        return Outcome.TOO_MANY;
      }
      group.watcherCount++;
      group.watchers.computeIfAbsent(watcher.id(), key -> new HashMap<>(2)).put(reference, entry);
      watcher.belongings().addGroup(entry);
    }
    return settle(entry);
  }

  /** The process may have ended meanwhile, and then it has not seen the entry. */
  private Outcome settle(Entry entry) {
    if (entry.process.belongings().isOver()) {
      remove(entry);
      return Outcome.ENDED;
    }
    return Outcome.DONE;
  }

  /** Takes a member out; false when it was not in. */
  synchronized boolean leave(String name, long member) {
    Group group = groups.get(name);
    Entry entry = group == null ? null : group.members.get(member);
    if (entry == null) {
      return false;
    }
    remove(entry);
    return true;
  }

  /** Takes a watcher out; an unknown one is ignored. */
  synchronized void unwatch(String name, long watcher, long reference) {
    Group group = groups.get(name);
    Map<Long, Entry> own = group == null ? null : group.watchers.get(watcher);
    Entry entry = own == null ? null : own.get(reference);
    if (entry != null) {
      remove(entry);
    }
  }

  /** Takes an entry out, if it is still in. */
  synchronized void remove(Entry entry) {
    Group group = groups.get(entry.group);
    if (group == null) {
      return;
    }
    long process = entry.process.id();
    if (entry.reference == 0) {
      if (!group.members.remove(process, entry)) {
        return;
      }
      tell(group, process, LEFT);
    } else {
      Map<Long, Entry> own = group.watchers.get(process);
      if (own == null || !own.remove(entry.reference, entry)) {
        return;
      }
      group.watcherCount--;
      if (own.isEmpty()) {
        group.watchers.remove(process);
      }
    }
    if (group.members.isEmpty() && group.watchers.isEmpty()) {
      groups.remove(entry.group);
    }
    entry.account.release(entry.charge);
    entry.process.belongings().removeGroup(entry);
  }

  private static void tell(Group group, long member, byte event) {
    for (Map<Long, Entry> own : group.watchers.values()) {
      for (Entry watch : own.values()) {
        byte[] news =
            ByteBuffer.allocate(NEWS_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(event)
                .putLong(member)
                .putLong(watch.reference)
                .array();
        watch.process.deliver(new DataMessage(watch.tag, news));
      }
    }
  }

  /** Ids in order of joining. */
  synchronized long[] members(String name) {
    Group group = groups.get(name);
    return group == null
        ? new long[0]
        : group.members.keySet().stream().mapToLong(Long::longValue).toArray();
  }

  /** How many watchers a join or leave would tell. */
  synchronized int watchers(String name) {
    Group group = groups.get(name);
    return group == null ? 0 : group.watcherCount;
  }

  synchronized int size() {
    return groups.size();
  }
}
