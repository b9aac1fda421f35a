package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.Pid;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import dev.selene.scheduler.Scheduler;
import dev.selene.vm.internal.engine.GuestInstance;
import dev.selene.vm.internal.engine.InstantiationFailed;
import dev.selene.vm.internal.engine.MemoryOwner;
import dev.selene.vm.internal.engine.PagedMemory;
import dev.selene.vm.internal.engine.SpareGranules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The life of a guest: one virtual thread that takes an instance, calls the entry function, and
 * ends in {@link #end}, whatever happened. The host's side of it is {@link GuestContext}; fuel and
 * time slices are {@link Metering}'s, memory is the {@link Ledger}'s, and what others may add from
 * their threads is in {@link Belongings}.
 *
 * <p>Ownership: all fields belong to the process's own thread but those that say otherwise. The
 * parent's thread fills them in before {@link #start}, which gives the happens-before edge.
 */
public final class GuestProcess extends Actor implements MemoryOwner, Runnable {
  private static final Logger LOGGER = LoggerFactory.getLogger("dev.selene.process");

  /**
   * What a process costs beside its memory: 1.5 KiB for thread, instance, tables and this object,
   * 2.2 to 4 KiB for its stack, and mail.
   */
  static final long FIXED_CHARGE = 5 * 1024 + UNSETTLED_BYTES;

  /** Messages that a process writes are charged to it until they are sent; most are small. */
  private static final long FIRST_MESSAGE_BYTES = 256;

  /** Longer than a module of some megabytes takes to compile on a machine that is not busy. */
  private static final long MOST_CODE_WAIT_MILLIS = 5_000;

  /** A park that was worth packing the memory, which takes half a microsecond, there and back. */
  private static final long LONG_PARK_NANOS = 1_000_000;

  /** A power of two less one. */
  private static final int LONGEST_PACKING_PAUSE = 1023;

  private final ProcessSystem system;
  private final LoadedModule module;
  private final ProcessConfig config;
  private final long parent;
  private final Entry entry;
  private final CompletableFuture<ExitReason> exit = new CompletableFuture<>();
  private final GuestContext context = new GuestContext(this);
  private final Ledger ledger;
  private final Metering metering;

  /** Made when there is something to note; any thread, guarded by this when it is made. */
  private volatile @Nullable MailboxBounds bounds;

  private final Belongings belongings = new Belongings();
  private final Instantiation instantiation = new Instantiation();

  private @Nullable GuestInstance instance;

  /** In a crowd, how many parks follow a short one before the memory is packed again. */
  private int packingPause;

  /** How many are left until that. */
  private int parksBeforePacking;

  private boolean paid;
  private long configCharge;

  /** Names the process for people; empty for none. Written by the owner, read by any thread. */
  private volatile String label = "";

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
    this.ledger = new Ledger(account);
    this.metering = new Metering(this);
    this.parksBeforePacking = system.isCrowded() ? 0 : (int) id & LONGEST_PACKING_PAUSE;
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
    MailboxBounds own = bounds;
    return own == null ? config.maxMailboxMessages() : own.sendersMessages();
  }

  @Override
  long maxMailboxBytes() {
    MailboxBounds own = bounds;
    return own == null ? config.maxMailboxBytes() : own.sendersBytes();
  }

  /** What differs from the configuration's bounds, and what was dropped. Any thread. */
  MailboxBounds bounds() {
    MailboxBounds own = bounds;
    if (own == null) {
      synchronized (this) {
        own = bounds;
        if (own == null) {
          own = new MailboxBounds(config);
          bounds = own;
        }
      }
    }
    return own;
  }

  @Override
  void messagesFiled() {
    MailboxBounds own = bounds;
    while (own != null && own.mustDrop(pendingMessages(), pendingBytes())) {
      DataMessage oldest = received(mailbox().takeOldestData());
      if (oldest == null) {
        return;
      }
      discard(oldest);
      own.countDropped();
    }
  }

  @Override
  void messageDropped() {
    bounds().dropNewest(this);
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
    paid =
        ledger.tryCharge(
            FIXED_CHARGE + entry.footprint() + textBytes,
            module.engineModule().firstWriteBytes() + FIRST_MESSAGE_BYTES);
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

  /**
   * The whole life. A process leaves its worker only where it parks or yields, never for a monitor:
   * it shares monitors with the workers' pollers and timers, see {@link Scheduler#pin}.
   */
  @Override
  public void run() {
    Scheduler.pin();
    try {
      ExitReason reason;
      try {
        reason = live();
      } catch (Throwable e) {
        reason = Ends.of(e, maxMemoryBytes(), context.panicMessage());
        if (reason instanceof ExitReason.HostFailure && system.logGate().pass() >= 0) {
          Scheduler.unpinned(
              () -> LOGGER.error("host code failed in process {}", Pid.format(id()), e));
        }
      }
      end(reason);
    } finally {
      Scheduler.unpin();
    }
  }

  private ExitReason live() {
    ExitReason early = drain();
    if (early != null) {
      return early;
    }
    if (!paid) {
      return new ExitReason.OutOfMemory(Math.min(maxMemoryBytes(), account().memoryLimit()));
    }
    awaitCode();
    GuestInstance guest;
    try {
      instantiation.begin();
      guest = module.engineModule().instantiate(this);
    } catch (InstantiationFailed e) {
      instantiation.fail(Ends.messageOf(e));
      return new ExitReason.Trapped(TrapKind.OTHER, Ends.messageOf(e), List.of());
    }
    instance = guest;
    instantiation.succeed();
    String mismatch = entry.mismatch(module.engineModule());
    if (mismatch != null) {
      return new ExitReason.Trapped(TrapKind.BAD_ENTRY, mismatch, List.of());
    }
    String initializer = module.engineModule().initializer();
    if (initializer != null && !initializer.equals(entry.function())) {
      guest.call(initializer);
    }
    guest.call(entry.function(), entry.arguments());
    return ExitReason.NORMAL;
  }

  /**
   * Waits for compiled code where it is worth it. A function that is being interpreted stays so
   * until it returns, and that of a server never does: so what a guest spawns while its module is
   * being compiled waits for the end of that. A program's first process does not, since a short
   * program is over before its code is compiled; code that is in the cache is there from the start.
   */
  private void awaitCode() {
    CompletableFuture<Void> compilation = module.engineModule().compilation();
    if (compilation.isDone() || parent == 0) {
      return;
    }
    compilation.whenComplete((done, failure) -> wake());
    // busy all the while: what it waits for is on its way
    environment().becomesBusy();
    try (Deadline deadline = new Deadline(this, MOST_CODE_WAIT_MILLIS)) {
      while (!compilation.isDone() && !deadline.isOver()) {
        await(() -> compilation.isDone() || deadline.isOver());
      }
    } finally {
      environment().becomesIdle();
    }
  }

  /** How far the process is with its instance. */
  Instantiation instantiation() {
    return instantiation;
  }

  /**
   * Gives everything back, then tells who wants to know. The order matters: a supervisor that is
   * told finds the name free, the port closed and the memory back.
   */
  private void end(ExitReason reason) {
    system.remove(this);
    belongings.end();
    Actor waiter = instantiation.end(reason);
    if (waiter != null) {
      // it gets an error from its spawn and no link
      partners().removeLink(waiter.id());
      partners().bonds().revokeAll(waiter.id());
    }
    List<ProcessEnvironment.Entry> known = new ArrayList<>();
    int links = linkCount();
    step(() -> known.addAll(belongings.clear(environment())));
    step(context::close);
    step(this::releaseInstance);
    boolean[] heard = {false};
    ledger.close();
    account().removeProcess();
    step(() -> heard[0] = finish(reason, system));
    step(module::release);
    instantiation.tell();
    step(
        () -> {
          Level level = heard[0] ? Level.INFO : Level.WARN;
          if (CrashReport.isNews(parent, reason) && LOGGER.isEnabledForLevel(level)) {
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
      Scheduler.unpinned(
          () -> LOGGER.error("process {} did not close cleanly", Pid.format(id()), e));
    }
  }

  private void releaseInstance() {
    GuestInstance guest = instance;
    if (guest != null) {
      instance = null;
      metering.settle(guest.memory());
      guest.release();
    }
  }

  /** Gives back what a process costs that was never in the table. The spawning thread only. */
  void takeBack() {
    ledger.close();
    account().removeProcess();
    module.release();
  }

  /** Ends a process whose thread could not be started. The spawning thread only. */
  void endUnstarted(ExitReason reason) {
    end(reason);
  }

  /** The entry function's name, for crash reports. */
  String function() {
    return entry.function();
  }

  /** What goes with the process, and others may add to. Any thread. */
  Belongings belongings() {
    return belongings;
  }

  Metering metering() {
    return metering;
  }

  /**
   * Names the process for people. The owner, or the parent before the start.
   *
   * @param text empty for none
   */
  void setLabel(String text) {
    label = text;
  }

  /**
   * What people call the process.
   *
   * @return empty for none
   */
  public String label() {
    return label;
  }

  boolean hasInstance() {
    return instance != null;
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
    metering.poll(memory);
  }

  @Override
  public long used(PagedMemory memory) {
    return metering.granted() - memory.budget();
  }

  /** Ends the slice now: what a sender pays whose receiver's mailbox is nearly full. */
  void endSlice() {
    metering.endSlice();
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
    metering.wasParked();
    if (hasArrivals()) {
      applySignals();
    }
  }

  /**
   * Who may wait long makes himself small first, see {@link PagedMemory#pack}. In a crowd that is
   * everybody at first, and who is woken soon all the same does so less and less often. Else it is
   * one park in many: were it none, the JVM would compile this code without the way back, and a
   * crowd that wakes up would run it uncompiled.
   */
  @Override
  void parkOnce() {
    if (--parksBeforePacking >= 0) {
      Scheduler.parkPinned(this);
    } else {
      parkPacked();
    }
  }

  private void parkPacked() {
    GuestInstance guest = instance;
    if (guest == null || !guest.memory().pack()) {
      parksBeforePacking = LONGEST_PACKING_PAUSE;
      Scheduler.parkPinned(this);
      return;
    }
    long packedAt = System.nanoTime();
    try {
      Scheduler.parkPinned(this);
    } finally {
      guest.memory().unpack();
    }
    boolean wasLong = System.nanoTime() - packedAt > LONG_PARK_NANOS;
    packingPause = wasLong ? 0 : Math.min(2 * packingPause + 1, LONGEST_PACKING_PAUSE);
    parksBeforePacking = system.isCrowded() ? packingPause : LONGEST_PACKING_PAUSE;
  }

  // The ledger

  @Override
  public boolean tryCharge(long bytes) {
    return ledger.tryCharge(bytes);
  }

  @Override
  public void release(long bytes) {
    ledger.release(bytes);
  }

  @Override
  public @Nullable SpareGranules spareGranules() {
    return system.spareGranules();
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

  // What observers read, from any thread: numbers that may be a little old

  /**
   * Instructions granted so far; at most a slice more than what was used.
   *
   * @return instructions
   */
  public long instructions() {
    return metering.granted();
  }

  /**
   * Bytes on the ledger.
   *
   * @return bytes
   */
  public long ledgerBytes() {
    return ledger.used();
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
  public long droppedMessages() {
    MailboxBounds own = bounds;
    return own == null ? 0 : own.dropped();
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
}
