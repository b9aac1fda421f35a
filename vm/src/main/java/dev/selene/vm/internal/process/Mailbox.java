package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import dev.selene.host.Message;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that a process has not received yet, in order of arrival. Taking the oldest is one
 * step; taking the oldest with a tag is a scan while the mailbox is short and one look-up a tag
 * once it is long, so a selective receive never costs more because the mailbox is full of other
 * things.
 *
 * <p>Ownership: the process's own thread alone. Two chains run through the entries: all in order,
 * and those of one tag in order. The second is kept only from {@link #INDEX_FROM} entries on.
 */
final class Mailbox {
  private static final int INDEX_FROM = 32;

  /** How many messages one search passes: news of deaths may be many, and are never dropped. */
  private static final int MOST_LOOKS = 1_024;

  private static final class Entry {
    final Message message;
    final long sequence;
    @Nullable Entry previous;
    @Nullable Entry next;
    @Nullable Entry nextOfTag;
    @Nullable Entry previousOfTag;

    Entry(Message message, long sequence) {
      this.message = message;
      this.sequence = sequence;
    }
  }

  private static final class TagChain {
    Entry first;
    Entry last;

    TagChain(Entry only) {
      first = only;
      last = only;
    }
  }

  private @Nullable Entry first;
  private @Nullable Entry last;
  private int size;
  private long arrivals;
  private @Nullable Map<Long, TagChain> index;

  /** News of links with a reference, by it: what undoing a link takes out again. */
  private @Nullable Map<Long, Entry> deaths;

  int size() {
    return size;
  }

  /** How many messages ever arrived: a mark for {@link #takeArrivedAfter}. */
  long arrivals() {
    return arrivals;
  }

  void add(Message message) {
    Entry entry = new Entry(message, arrivals++);
    entry.previous = last;
    if (last == null) {
      first = entry;
    } else {
      last.next = entry;
    }
    last = entry;
    size++;
    if (message instanceof Message.ProcessDied died && died.reference() != 0) {
      if (deaths == null) {
        deaths = new HashMap<>(4);
      }
      deaths.put(died.reference(), entry);
    }
    if (index != null) {
      addToIndex(index, entry);
    } else if (size >= INDEX_FROM) {
      index = new HashMap<>();
      for (Entry e = first; e != null; e = e.next) {
        addToIndex(index, e);
      }
    }
  }

  private static void addToIndex(Map<Long, TagChain> index, Entry entry) {
    TagChain chain = index.get(entry.message.tag());
    if (chain == null) {
      index.put(entry.message.tag(), new TagChain(entry));
    } else {
      chain.last.nextOfTag = entry;
      entry.previousOfTag = chain.last;
      chain.last = entry;
    }
  }

  /** The oldest message, removed. */
  @Nullable Message takeOldest() {
    return first == null ? null : remove(first);
  }

  /**
   * The oldest data message, removed; null when there is none among the oldest {@link #MOST_LOOKS}.
   */
  @Nullable DataMessage takeOldestData() {
    Entry entry = first;
    for (int looks = 0; entry != null && looks < MOST_LOOKS; looks++) {
      if (entry.message instanceof DataMessage data) {
        remove(entry);
        return data;
      }
      entry = entry.next;
    }
    return null;
  }

  /** The news of a link, removed. */
  @Nullable Message takeDeath(long reference) {
    Entry entry = deaths == null ? null : deaths.get(reference);
    return entry == null ? null : remove(entry);
  }

  /** The oldest message with one of the tags, removed; a 0 in the list matches nothing. */
  @Nullable Message takeOldest(long[] tags) {
    Entry oldest = null;
    if (index == null) {
      for (Entry entry = first; entry != null && oldest == null; entry = entry.next) {
        if (contains(tags, entry.message.tag())) {
          oldest = entry;
        }
      }
    } else {
      for (long tag : tags) {
        TagChain chain = tag == 0 ? null : index.get(tag);
        if (chain != null && (oldest == null || chain.first.sequence < oldest.sequence)) {
          oldest = chain.first;
        }
      }
    }
    return oldest == null ? null : remove(oldest);
  }

  /** The oldest message with the tag whose arrival number is at least {@code mark}, removed. */
  @Nullable Message takeArrivedAfter(long mark, long tag) {
    for (Entry entry = last; entry != null && entry.sequence >= mark; entry = entry.previous) {
      Entry before = entry.previous;
      if (before == null || before.sequence < mark) {
        return takeFirstWithTag(entry, tag);
      }
    }
    return null;
  }

  private @Nullable Message takeFirstWithTag(Entry start, long tag) {
    for (Entry entry = start; entry != null; entry = entry.next) {
      if (tag != 0 && entry.message.tag() == tag) {
        return remove(entry);
      }
    }
    return null;
  }

  private static boolean contains(long[] tags, long tag) {
    if (tag == 0) {
      return false;
    }
    for (long candidate : tags) {
      if (candidate == tag) {
        return true;
      }
    }
    return false;
  }

  private Message remove(Entry entry) {
    if (entry.previous == null) {
      first = entry.next;
    } else {
      entry.previous.next = entry.next;
    }
    if (entry.next == null) {
      last = entry.previous;
    } else {
      entry.next.previous = entry.previous;
    }
    size--;
    if (deaths != null
        && entry.message instanceof Message.ProcessDied died
        && deaths.remove(died.reference(), entry)
        && deaths.isEmpty()) {
      deaths = null;
    }
    if (index != null) {
      if (size == 0) {
        index = null;
      } else {
        removeFromIndex(index, entry);
      }
    }
    return entry.message;
  }

  private static void removeFromIndex(Map<Long, TagChain> index, Entry entry) {
    TagChain chain = index.get(entry.message.tag());
    if (chain == null) {
      throw new IllegalStateException("no chain for tag " + entry.message.tag());
    }
    Entry before = entry.previousOfTag;
    Entry after = entry.nextOfTag;
    if (before == null) {
      if (after == null) {
        index.remove(entry.message.tag());
      } else {
        chain.first = after;
        after.previousOfTag = null;
      }
    } else {
      before.nextOfTag = after;
      if (after == null) {
        chain.last = before;
      } else {
        after.previousOfTag = before;
      }
    }
  }
}
