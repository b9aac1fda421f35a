package dev.selene.vm.internal.process;

import dev.selene.host.HandleKind;
import dev.selene.host.HandleTable;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import dev.selene.scheduler.Scheduler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process holds beside its memory: handles, timers it started, state of import modules. Made
 * when the first of them is.
 *
 * <p>Ownership: the process's own thread.
 */
final class OwnedThings implements HandleTable.Accounting {
  private static final Logger LOGGER = LoggerFactory.getLogger("dev.selene.process");
  private static final int HANDLE_CHARGE = 128;
  private static final int STATE_CHARGE = 512;

  private record Table<T>(HandleKind<T> kind, HandleTable<T> handles) {
    void release() {
      if (kind.waits()) {
        Scheduler.unpinned(() -> handles.clear(kind.release()));
      } else {
        handles.clear(kind.release());
      }
    }
  }

  private final GuestContext context;
  private final Account account;
  private @Nullable Table<?>[] tables = new Table<?>[0];
  private long handleCount;
  private final Map<Class<?>, AutoCloseable> states = new HashMap<>(2);
  private @Nullable Map<Long, PendingSend> timers;
  private long nextTimer;
  private int sweepTimersAt = 64;

  OwnedThings(GuestContext context) {
    this.context = context;
    this.account = context.process().account();
  }

  @Override
  public void handleAdded() {
    if (!tryAddHandle()) {
      throw new HostTrap(
          "process has too many open handles (limit "
              + Math.min(context.config().maxHandles(), account.handleLimit())
              + ")");
    }
    try {
      context.charge(HANDLE_CHARGE);
    } catch (ProcessExit e) {
      removeHandle();
      throw e;
    }
  }

  @Override
  public void handleRemoved() {
    removeHandle();
    context.release(HANDLE_CHARGE);
  }

  boolean tryAddHandle() {
    if (handleCount >= context.config().maxHandles() || !account.tryAddHandle()) {
      return false;
    }
    handleCount++;
    return true;
  }

  void removeHandle() {
    handleCount--;
    account.removeHandles(1);
  }

  @SuppressWarnings("unchecked") // a table is stored under the index of its own kind
  <T> HandleTable<T> handles(HandleKind<T> kind) {
    if (kind.index() >= tables.length) {
      tables = Arrays.copyOf(tables, kind.index() + 1);
    }
    Table<?> table = tables[kind.index()];
    if (table == null) {
      table = new Table<>(kind, new HandleTable<>(kind.name(), this));
      tables[kind.index()] = table;
    }
    return (HandleTable<T>) table.handles();
  }

  <T extends AutoCloseable> T state(Class<T> type, Function<ProcessContext, T> make) {
    AutoCloseable state = states.get(type);
    if (state == null) {
      context.charge(STATE_CHARGE);
      state = make.apply(context);
      states.put(type, state);
    }
    return type.cast(state);
  }

  /** A period of 0 is none. */
  long startTimer(@Nullable Actor target, long delayNanos, long periodNanos, Message message) {
    long id = nextTimer++;
    if (!(target instanceof GuestProcess process)) {
      Actor.discard(message);
      return id;
    }
    if (timers == null) {
      timers = new HashMap<>();
    } else if (timers.size() >= sweepTimersAt) {
      sweepTimers(timers);
    }
    boolean counted = false;
    PendingSend pending = null;
    try {
      handleAdded();
      counted = true;
      pending =
          PendingSend.start(process, message, context.process().account(), delayNanos, periodNanos);
      if (pending == null) {
        throw new HostTrap("no memory left for a timer");
      }
    } finally {
      if (pending == null) {
        Actor.discard(message);
        if (counted) {
          handleRemoved();
        }
      }
    }
    timers.put(id, pending);
    return id;
  }

  /** Nanoseconds that were left; -1 when it is unknown, has fired or was stopped. */
  long cancelTimer(long id) {
    PendingSend pending = timers == null ? null : timers.remove(id);
    if (pending == null) {
      return -1;
    }
    handleRemoved();
    long left = pending.nanosLeft();
    return pending.cancel() ? left : -1;
  }

  long handleCount() {
    return handleCount;
  }

  private void sweepTimers(Map<Long, PendingSend> map) {
    for (Iterator<PendingSend> each = map.values().iterator(); each.hasNext(); ) {
      if (each.next().isOver()) {
        each.remove();
        handleRemoved();
      }
    }
    sweepTimersAt = Math.max(64, 2 * map.size());
  }

  /** Closes all; the first failure is logged with the rest carried on. */
  void close() {
    if (timers != null) {
      // what is sent once still goes out, as in Lunatic
      timers.values().stream().filter(PendingSend::isPeriodic).forEach(PendingSend::cancel);
    }
    for (Table<?> table : tables) {
      if (table != null) {
        table.release();
      }
    }
    List<AutoCloseable> open = new ArrayList<>(states.values());
    states.clear();
    for (AutoCloseable state : open) {
      try {
        state.close();
      } catch (Exception e) {
        LOGGER.warn("{} did not close cleanly", state.getClass().getSimpleName(), e);
      }
    }
    // files that were open, timers that were due later
    account.removeHandles(handleCount);
    handleCount = 0;
  }
}
