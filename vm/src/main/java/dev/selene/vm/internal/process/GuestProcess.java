package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.GuestModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.Pid;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import dev.selene.vm.internal.engine.ExportSignature;
import dev.selene.vm.internal.engine.GuestInstance;
import dev.selene.vm.internal.engine.GuestTrap;
import dev.selene.vm.internal.engine.HostFunctionFailed;
import dev.selene.vm.internal.engine.InstantiationFailed;
import dev.selene.vm.internal.engine.MemoryOwner;
import dev.selene.vm.internal.engine.PagedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The life of a guest: one virtual thread that takes an instance, calls the entry function, and
 * ends in {@link #end}, whatever happened. The host's side of it is {@link GuestContext}.
 *
 * <p>Ownership: all fields belong to the process's own thread but those that say otherwise. The
 * parent's thread fills them in before {@link #start}, which gives the happens-before edge.
 *
 * <p>Preemption. Compiled and interpreted code count down {@link PagedMemory#budget()} and call
 * {@link #poll} below zero. There the process pays for its fuel, looks at its signals, and yields
 * when its slice is over. Fuel is what was granted less what is left in the budget, so it does not
 * depend on where slices end.
 */
public final class GuestProcess extends Actor implements MemoryOwner, Runnable {
  private static final Logger LOGGER = LoggerFactory.getLogger("dev.selene.process");

  /** How long a process runs before it goes to the end of the queue. */
  private static final long SLICE_NANOS = 50_000;

  /** Instructions between two looks at the clock; interpreted ones take about 50 times longer. */
  private static final int COMPILED_QUANTUM = 10_000;

  private static final int INTERPRETED_QUANTUM = 250;

  /** What a process costs beside its memory: thread, stack, instance, tables, this object, mail. */
  static final long FIXED_CHARGE = 6 * 1024 + UNSETTLED_BYTES;

  /** The ledger is charged ahead in steps of this, so that most charges touch no shared counter. */
  private static final long CHARGE_STEP = 8 * 1024;

  private final ProcessSystem system;
  private final LoadedModule module;
  private final ProcessConfig config;
  private final long parent;
  private final Entry entry;
  private final boolean fuelIsLimited;
  private final CompletableFuture<ExitReason> exit = new CompletableFuture<>();
  private final GuestContext context = new GuestContext(this);

  private @Nullable GuestInstance instance;
  private boolean instantiating;
  private boolean paid;
  private long configCharge;

  /** The parent that waits for the start function; null when none does. */
  private @Nullable Actor instantiationWaiter;

  private volatile boolean instantiated;
  private @Nullable String instantiationFailure;
  private long sliceStart;
  private long granted;
  private long reserved;
  private long used;

  /** Names that stand for this process, and timers aimed at it. Any thread. */
  private volatile @Nullable Set<ProcessEnvironment.Entry> names;

  private volatile @Nullable Set<PendingSend> timers;

  /** Set once by the owner before it clears {@link #names} and {@link #timers}. */
  private volatile boolean ended;

  /** Any thread, under the lock of this object. */
  private long dropped;

  /** What to call. */
  record Entry(String function, List<Byte> types, long[] arguments) {
    long footprint() {
      return 2L * function.length() + 8L * types.size() + 8L * arguments.length;
    }
  }

  GuestProcess(
      long id,
      ProcessSystem system,
      ProcessEnvironment environment,
      Account account,
      LoadedModule module,
      ProcessConfig config,
      long parent,
      Entry entry) {
    super(id, environment, account, true);
    this.system = system;
    this.module = module;
    this.config = config;
    this.parent = parent;
    this.entry = entry;
    this.fuelIsLimited = account.limitsFuel();
  }

  ProcessSystem system() {
    return system;
  }

  LoadedModule module() {
    return module;
  }

  /**
   * What it was spawned with, clamped.
   *
   * @return the configuration
   */
  public ProcessConfig config() {
    return config;
  }

  /**
   * Completes when the process has ended and everything it had is given back.
   *
   * @return never fails
   */
  public CompletableFuture<ExitReason> exit() {
    return exit;
  }

  /**
   * Its id.
   *
   * @return the id
   */
  public long processId() {
    return id();
  }

  @Override
  long maxMailboxMessages() {
    return config.maxMailboxMessages();
  }

  @Override
  long maxMailboxBytes() {
    return config.maxMailboxBytes();
  }

  @Override
  void messageDropped() {
    boolean first;
    synchronized (this) {
      first = dropped++ == 0;
    }
    if (first && system.logGate().pass() >= 0) {
      LOGGER.warn(
          "mailbox of process {} is full ({} messages, {} bytes): newest messages are dropped",
          Pid.format(id()),
          config.maxMailboxMessages(),
          config.maxMailboxBytes());
    }
  }

  // Life

  /**
   * Charges what the process costs before its first instruction, so that processes which wait for
   * their first slice are on the ledger too. The spawning thread only, before {@link #start}.
   *
   * @param textBytes texts of a configuration that no other process pays for
   * @return false when the account cannot pay
   */
  boolean pay(long textBytes) {
    configCharge = textBytes;
    paid = tryCharge(FIXED_CHARGE + entry.footprint() + textBytes);
    return paid;
  }

  /** What a process that shares this one's configuration pays for its texts. */
  long configCharge() {
    return configCharge;
  }

  /** Lets the process run. */
  void start(Thread thread) {
    setOwner(thread);
    thread.start();
  }

  @Override
  public void run() {
    ExitReason reason;
    try {
      reason = live();
    } catch (ProcessExit e) {
      reason = e.reason();
    } catch (GuestTrap e) {
      reason = trapped(e);
    } catch (HostTrap e) {
      reason = new ExitReason.Trapped(e.kind(), messageOf(e), List.of());
    } catch (HostFunctionFailed e) {
      if (e.getCause() instanceof OutOfMemoryError) {
        reason = new ExitReason.OutOfMemory(maxMemoryBytes());
      } else {
        reason = hostFailure(e.getCause());
      }
    } catch (StackOverflowError e) {
      reason = new ExitReason.Trapped(TrapKind.STACK_OVERFLOW, "call stack exhausted", List.of());
    } catch (OutOfMemoryError e) {
      reason = new ExitReason.OutOfMemory(maxMemoryBytes());
    } catch (Throwable e) {
      reason = hostFailure(e);
    }
    end(reason);
  }

  private ExitReason hostFailure(@Nullable Throwable cause) {
    if (system.logGate().pass() >= 0) {
      LOGGER.error("host code failed in process {}", Pid.format(id()), cause);
    }
    return new ExitReason.HostFailure(Texts.message(String.valueOf(cause)));
  }

  /** Bounded, since messages about this end keep it, and who watches may have many of them. */
  private static String messageOf(Throwable throwable) {
    String message = throwable.getMessage();
    return message == null ? throwable.getClass().getSimpleName() : Texts.message(message);
  }

  static ExitReason.Trapped trapped(GuestTrap trap) {
    return new ExitReason.Trapped(
        trap.kind(), messageOf(trap), trap.wasmStack().stream().map(Texts::shortened).toList());
  }

  private ExitReason live() {
    ExitReason early = drain();
    if (early != null) {
      return early;
    }
    if (!paid) {
      return new ExitReason.OutOfMemory(Math.min(maxMemoryBytes(), account().memoryLimit()));
    }
    GuestInstance guest;
    try {
      instantiating = true;
      guest = module.engineModule().instantiate(this);
      instantiating = false;
    } catch (InstantiationFailed e) {
      instantiationFailure = messageOf(e);
      return new ExitReason.Trapped(TrapKind.OTHER, messageOf(e), List.of());
    }
    instance = guest;
    tellInstantiated();
    String mismatch = entryMismatch();
    if (mismatch != null) {
      return new ExitReason.Trapped(TrapKind.BAD_ENTRY, mismatch, List.of());
    }
    guest.call(entry.function(), entry.arguments());
    return ExitReason.NORMAL;
  }

  /** Asks to be woken when instantiation is over, either way. Parent only, before the start. */
  void whenInstantiated(Actor waiter) {
    instantiationWaiter = waiter;
  }

  boolean instantiationIsOver() {
    return instantiated;
  }

  /** Why there is no instance; null when there is one. Valid after {@link #instantiationIsOver}. */
  @Nullable String instantiationFailure() {
    return instantiationFailure;
  }

  private void tellInstantiated() {
    instantiated = true;
    if (instantiationWaiter != null) {
      instantiationWaiter.wake();
      instantiationWaiter = null;
    }
  }

  private @Nullable String entryMismatch() {
    ExportSignature signature = module.engineModule().exportSignature(entry.function());
    if (signature == null) {
      return "no function \"" + Texts.shortened(entry.function()) + "\" is exported";
    }
    if (!signature.results().isEmpty()) {
      return "entry function \""
          + Texts.shortened(entry.function())
          + "\" must not return anything";
    }
    return signature.parameters().equals(entry.types())
        ? null
        : "entry function \"" + Texts.shortened(entry.function()) + "\" takes other parameters";
  }

  /**
   * Gives everything back, then tells who wants to know. The order matters: a supervisor that is
   * told finds the name free, the port closed and the memory back.
   */
  private void end(ExitReason reason) {
    system.remove(this);
    ended = true;
    boolean failedToStart = !instantiated;
    if (failedToStart && instantiationFailure == null) {
      instantiationFailure = Texts.message(reason.describe());
    }
    Actor waiter = instantiationWaiter;
    if (failedToStart && waiter != null) {
      // it gets an error from its spawn and no link
      dropLink(waiter.id());
    }
    List<ProcessEnvironment.Entry> known = new ArrayList<>();
    int links = linkCount();
    step(
        () -> {
          Set<ProcessEnvironment.Entry> named = names;
          if (named != null) {
            known.addAll(named);
            known.forEach(environment()::remove);
          }
          Set<PendingSend> pending = timers;
          if (pending != null) {
            List.copyOf(pending).forEach(PendingSend::cancel);
          }
        });
    step(context::close);
    step(this::releaseInstance);
    boolean[] heard = {false};
    step(() -> heard[0] = finish(reason, system));
    long left = reserved;
    reserved = 0;
    used = 0;
    account().release(left);
    account().removeProcess();
    step(module::release);
    tellInstantiated();
    step(
        () -> {
          Level level = heard[0] ? Level.INFO : Level.WARN;
          if (isNews(reason) && LOGGER.isEnabledForLevel(level)) {
            CrashReport.log(LOGGER, level, this, parent, known, links, reason);
          }
        });
    step(() -> exit.complete(reason));
    system.ended(this);
  }

  /** A part of the end; whatever goes wrong in it, the other parts follow. */
  private void step(Runnable part) {
    try {
      part.run();
    } catch (Throwable e) {
      LOGGER.error("process {} did not close cleanly", Pid.format(id()), e);
    }
  }

  private void releaseInstance() {
    GuestInstance guest = instance;
    if (guest != null) {
      instance = null;
      settleFuel(guest.memory());
      guest.release();
    }
  }

  /** Gives back what a process costs that was never in the table. The spawning thread only. */
  void takeBack() {
    account().release(reserved);
    reserved = 0;
    used = 0;
    account().removeProcess();
    module.release();
  }

  /** Ends a process whose thread could not be started. The spawning thread only. */
  void endUnstarted(ExitReason reason) {
    end(reason);
  }

  /**
   * Whether the log tells of this end: not what the embedder started and watches itself, not what
   * it killed, not a guest's own choice of an exit code. What a link or a monitor hears of is
   * logged as information: a supervisor deals with it, and who does not dies of it and is logged in
   * turn. A warning is what nobody heard of.
   */
  private boolean isNews(ExitReason reason) {
    boolean embedderKnows = parent == 0 || reason instanceof ExitReason.Killed(long by) && by == 0;
    return reason.isFailure() && !embedderKnows && !(reason instanceof ExitReason.Exited);
  }

  /** Makes the streams now, so that the first ones an environment makes are its first process's. */
  void openStreams() {
    context.streams();
  }

  /** The entry function's name, for crash reports. */
  String function() {
    return entry.function();
  }

  boolean hasEnded() {
    return ended;
  }

  boolean isInstantiating() {
    return instantiating;
  }

  GuestInstance instance() {
    if (instance == null) {
      throw new HostTrap("the process is still being instantiated");
    }
    return instance;
  }

  // Fuel and slices

  @Override
  public void poll(PagedMemory memory) {
    if (hasSignals()) {
      applySignals();
    }
    long now = System.nanoTime();
    if (sliceStart == 0) {
      sliceStart = now;
    } else if (now - sliceStart > SLICE_NANOS) {
      Thread.yield();
      sliceStart = System.nanoTime();
      if (hasSignals()) {
        applySignals();
      }
    }
    refill(memory);
  }

  private void refill(PagedMemory memory) {
    long quantum = memory.interpreted ? INTERPRETED_QUANTUM : COMPILED_QUANTUM;
    if (!fuelIsLimited) {
      long grant = quantum - memory.budget();
      granted += grant;
      memory.budget(memory.budget() + grant);
      return;
    }
    while (memory.budget() < 0) {
      long grant = account().takeFuel(Math.max(quantum, -memory.budget()));
      if (grant == 0) {
        throw new ProcessExit(new ExitReason.OutOfFuel(account().exhaustedFuelLimit()), true);
      }
      granted += grant;
      memory.budget(memory.budget() + grant);
    }
  }

  private void settleFuel(PagedMemory memory) {
    if (memory.budget() > 0) {
      granted -= memory.budget();
      if (fuelIsLimited) {
        account().returnFuel(memory.budget());
      }
      memory.budget(0);
    }
  }

  /** Ends the slice now: what a sender pays whose receiver's mailbox is nearly full. */
  void endSlice() {
    Thread.yield();
    sliceStart = System.nanoTime();
    applySignals();
  }

  /** Files arrivals, applies signals, and dies when one of them says so. */
  void applySignals() {
    ExitReason reason = drain();
    if (reason != null) {
      throw new ProcessExit(reason, false);
    }
  }

  /** Parks until something arrives or the condition holds; dies when a signal says so. */
  void await(Condition condition) {
    park(condition);
    sliceStart = 0;
    if (hasArrivals()) {
      applySignals();
    }
  }

  // The ledger

  @Override
  public boolean tryCharge(long bytes) {
    long wanted = used + bytes;
    if (wanted > reserved) {
      long missing = wanted - reserved;
      if (missing < 0) {
        return false;
      }
      long ahead = Math.max(missing, CHARGE_STEP);
      if (account().tryCharge(ahead)) {
        reserved += ahead;
      } else if (account().tryCharge(missing)) {
        reserved += missing;
      } else {
        return false;
      }
    }
    used = wanted;
    return true;
  }

  @Override
  public void release(long bytes) {
    used -= bytes;
    long idle = reserved - used;
    if (idle > 8 * CHARGE_STEP) {
      long back = idle - CHARGE_STEP;
      reserved -= back;
      account().release(back);
    }
  }

  @Override
  public ProcessContext context() {
    return context;
  }

  GuestContext guestContext() {
    return context;
  }

  @Override
  public long maxMemoryBytes() {
    return config.maxMemoryBytes();
  }

  @Override
  public int maxStackBytes() {
    return (int) Math.min(config.maxStackBytes(), Integer.MAX_VALUE / 2);
  }

  // What others may add to, from any thread

  /** Remembers that a name goes when this process ends; false when it has ended. */
  boolean addName(ProcessEnvironment.Entry entry) {
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
    entry.setHolder(this);
    set.add(entry);
    return !ended;
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

  // What observers read, from any thread: numbers that may be a little old

  /**
   * Instructions granted so far; at most a slice more than what was used.
   *
   * @return instructions
   */
  public long instructions() {
    return granted;
  }

  /**
   * Bytes on the ledger.
   *
   * @return bytes
   */
  public long ledgerBytes() {
    return used;
  }

  /**
   * Messages in the mailbox.
   *
   * @return their number
   */
  public long mailboxMessages() {
    return pendingMessages();
  }

  /**
   * Bytes in the mailbox.
   *
   * @return bytes
   */
  public long mailboxBytes() {
    return pendingBytes();
  }

  /**
   * Messages dropped because the mailbox was full.
   *
   * @return their number
   */
  public synchronized long droppedMessages() {
    return dropped;
  }

  /**
   * Ends the process.
   *
   * @param by id of the killer, 0 for the embedder
   */
  public void kill(long by) {
    signal(new Signal.Kill(by));
  }

  /**
   * Sends a message.
   *
   * @param message not used by the caller any more
   * @return false when it was dropped
   */
  public boolean send(Message message) {
    return isDelivered(deliver(message));
  }

  /**
   * Gives a guest's handle for this process's module.
   *
   * @return a new reference
   */
  GuestModule moduleReference() {
    return new LoadedModule.Reference(module.retain());
  }
}
