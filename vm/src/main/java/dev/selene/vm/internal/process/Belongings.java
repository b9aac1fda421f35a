package dev.selene.vm.internal.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What goes with a process when it ends, and what others may add to meanwhile: names, groups and
 * watches of groups, timers aimed at it.
 *
 * <p>Thread-safety: any thread. Who adds something adds it to the set first and asks {@link
 * #isOver} then; the end sets that first and empties the sets then. So whichever comes second finds
 * it.
 */
final class Belongings {
  private volatile @Nullable Set<ProcessEnvironment.Entry> names;
  private volatile @Nullable Set<PendingSend> timers;
  private volatile @Nullable Set<Groups.Entry> groups;
  private volatile boolean over;

  /** Whether the process has ended, or does so now. */
  boolean isOver() {
    return over;
  }

  void addName(ProcessEnvironment.Entry entry) {
    Set<ProcessEnvironment.Entry> set = names;
    if (set == null) {
      synchronized (this) {
        set = names;
        if (set == null) {
          set = ConcurrentHashMap.newKeySet(2);
          names = set;
        }
      }
    }
    set.add(entry);
  }

  void removeName(ProcessEnvironment.Entry entry) {
    Set<ProcessEnvironment.Entry> set = names;
    if (set != null) {
      set.remove(entry);
    }
  }

  int nameCount() {
    Set<ProcessEnvironment.Entry> set = names;
    return set == null ? 0 : set.size();
  }

  Set<PendingSend> timers() {
    Set<PendingSend> set = timers;
    if (set == null) {
      synchronized (this) {
        set = timers;
        if (set == null) {
          set = ConcurrentHashMap.newKeySet(2);
          timers = set;
        }
      }
    }
    return set;
  }

  void addGroup(Groups.Entry entry) {
    Set<Groups.Entry> set = groups;
    if (set == null) {
      synchronized (this) {
        set = groups;
        if (set == null) {
          set = ConcurrentHashMap.newKeySet(2);
          groups = set;
        }
      }
    }
    set.add(entry);
  }

  void removeGroup(Groups.Entry entry) {
    Set<Groups.Entry> set = groups;
    if (set != null) {
      set.remove(entry);
    }
  }

  /** Nothing can be added from here on that does not take itself out again. */
  void end() {
    over = true;
  }

  /** Takes everything away, and returns the names there were. After {@link #end}. */
  List<ProcessEnvironment.Entry> clear(ProcessEnvironment environment) {
    List<ProcessEnvironment.Entry> known = new ArrayList<>();
    Set<ProcessEnvironment.Entry> named = names;
    if (named != null) {
      known.addAll(named);
      known.forEach(environment::remove);
    }
    Set<Groups.Entry> joined = groups;
    if (joined != null) {
      List.copyOf(joined).forEach(environment.groups()::remove);
    }
    Set<PendingSend> pending = timers;
    if (pending != null) {
      List.copyOf(pending).forEach(PendingSend::cancel);
    }
    return known;
  }
}
