package dev.selene.vm.internal.process;

import dev.selene.host.BlockingPool;
import dev.selene.host.ExitReason;
import dev.selene.host.GuestMemory;
import dev.selene.host.GuestModule;
import dev.selene.host.HandleKind;
import dev.selene.host.HandleTable;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.Metrics;
import dev.selene.host.ModuleRejected;
import dev.selene.host.NamedProcess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import dev.selene.host.SpawnRequest;
import dev.selene.host.StandardStreams;
import dev.selene.host.Waker;
import dev.selene.vm.internal.engine.GuestTrap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A guest process as its host functions see it.
 *
 * <p>Ownership: the process's own thread, inside a host call.
 */
final class GuestContext implements ProcessContext {
  /** What a guest exports to have traps caught. */
  private static final String CATCH_TRAP = "_lunatic_catch_trap";

  /** What a guest exports for the host to put results into. */
  private static final String ALLOCATE = "lunatic_alloc";

  /** Bytes moved by a host function that cost as much as one instruction. */
  private static final int BYTES_PER_INSTRUCTION_SHIFT = 3;

  /** From here on, in 256ths of the receiver's allowance, sending costs the sender its slice. */
  private static final int FILLING = 64;

  /**
   * From here on the sender sleeps: an ended slice slows nobody down who has a worker to himself.
   */
  private static final int NEARLY_FULL = 128;

  private static final long NEARLY_FULL_PENALTY_NANOS = 1_000_000;

  private static final long PENALTY_INSTRUCTIONS = 1_000;

  /** How long a sender waits before it tries again where room is, but no memory. */
  static final long NO_MEMORY_NANOS = 1_000_000;

  /** How long a process waits before it tries a full pool again. */
  private static final long FULL_POOL_NANOS = 1_000_000;

  private final GuestProcess process;
  private @Nullable Message scratch;
  private @Nullable OwnedThings things;
  private @Nullable StandardStreams streams;
  private @Nullable WakeUp wakeUp;
  private @Nullable GuestExtensions extensions;

  GuestContext(GuestProcess process) {
    this.process = process;
  }

  /** Gives up everything the process owns; the ledger's own sums go with the process. */
  void close() {
    Actor.discard(scratch);
    scratch = null;
    if (things != null) {
      things.close();
      things = null;
    }
  }

  OwnedThings things() {
    if (things == null) {
      things = new OwnedThings(this);
    }
    return things;
  }

  private ProcessSystem system() {
    return process.system();
  }

  @Override
  public long id() {
    return process.id();
  }

  @Override
  public long environmentId() {
    return process.environment().id();
  }

  @Override
  public long nodeId() {
    return system().nodeId();
  }

  @Override
  public GuestMemory memory() {
    return process.instance().memory();
  }

  @Override
  public ProcessConfig config() {
    return process.config();
  }

  @Override
  public StandardStreams streams() {
    if (streams == null) {
      streams = process.environment().streamsForProcess();
    }
    return streams;
  }

  @Override
  public Metrics metrics() {
    return process.environment().metricsSink();
  }

  @Override
  public GuestExtensions extensions() {
    if (extensions == null) {
      extensions = new GuestExtensions(process, this);
    }
    return extensions;
  }

  /** What the guest says about the trap that ends it; null for nothing. */
  @Nullable String panicMessage() {
    return extensions == null ? null : extensions.panicMessage();
  }

  // Fuel and the ledger

  @Override
  public void chargeBytes(long bytes) {
    chargeInstructions(bytes >>> BYTES_PER_INSTRUCTION_SHIFT);
  }

  void chargeInstructions(long instructions) {
    process.instance().memory().charge(instructions);
  }

  @Override
  public long affordableInstructions() {
    long left = process.account().fuelLeft();
    return left == Long.MAX_VALUE ? left : left + Math.max(0, process.instance().memory().budget());
  }

  @Override
  public void charge(long bytes) {
    if (!process.tryCharge(bytes)) {
      throw new ProcessExit(new ExitReason.OutOfMemory(memoryLimit()), true);
    }
  }

  long memoryLimit() {
    return Math.min(process.maxMemoryBytes(), process.account().memoryLimit());
  }

  @Override
  public void release(long bytes) {
    process.release(bytes);
  }

  // Messages

  @Override
  public @Nullable Message scratch() {
    return scratch;
  }

  @Override
  public void setScratch(@Nullable Message message) {
    Message old = scratch;
    scratch = null;
    if (old != null) {
      process.release(old.footprint());
      Actor.discard(old);
    }
    if (message != null) {
      if (!process.tryCharge(message.footprint())) {
        Actor.discard(message);
        throw new ProcessExit(new ExitReason.OutOfMemory(memoryLimit()), true);
      }
      scratch = message;
    }
  }

  @Override
  public Message takeScratch() {
    Message message = scratch;
    if (message == null) {
      throw new HostTrap("there is no message to send");
    }
    scratch = null;
    return message;
  }

  /** The scratch message is in somebody's mailbox now: it is not this process's any more. */
  void scratchWasSent() {
    Message sent = scratch;
    scratch = null;
    if (sent != null) {
      process.release(sent.footprint());
    }
  }

  @Override
  public void send(long target, Message message) {
    process.release(message.footprint());
    Actor receiver = find(target);
    if (receiver == null) {
      Actor.discard(message);
      return;
    }
    int fullness = receiver.deliver(message);
    if (fullness >= FILLING && receiver != process) {
      chargeInstructions(PENALTY_INSTRUCTIONS);
      if (fullness >= NEARLY_FULL) {
        sleep(NEARLY_FULL_PENALTY_NANOS);
      } else {
        process.endSlice();
      }
    }
  }

  @Nullable Actor find(long id) {
    Actor actor = system().find(id);
    return actor != null && actor.environment() == process.environment() ? actor : null;
  }

  @Override
  public @Nullable Message receive(long @Nullable [] tags, long timeoutMillis) {
    return await(
        () -> tags == null ? process.mailbox().takeOldest() : process.mailbox().takeOldest(tags),
        NEVER,
        timeoutMillis);
  }

  @Override
  public @Nullable Message sendAndReceive(
      long target, Message message, long tag, long timeoutMillis) {
    try {
      process.applySignals();
    } catch (ProcessExit e) {
      Actor.discard(message);
      throw e;
    }
    Look answers = arrivalsFromNowOn(tag);
    send(target, message);
    return await(answers, NEVER, timeoutMillis);
  }

  /** A way to look into the mailbox. */
  interface Look {
    @Nullable Message take();
  }

  /** Takes messages with a tag that are filed after this call, each look only what is new. */
  Look arrivalsFromNowOn(long tag) {
    Mailbox mailbox = process.mailbox();
    long[] mark = {mailbox.arrivals()};
    return () -> {
      Message found = mailbox.takeArrivedAfter(mark[0], tag);
      mark[0] = mailbox.arrivals();
      return found;
    };
  }

  /**
   * Waits for a message and makes it the scratch message.
   *
   * @param look takes it from the mailbox
   * @param end gives up when this holds; who makes it hold wakes the process
   * @param timeoutMillis unsigned; -1 for ever
   * @return null when there is none
   */
  @Nullable Message await(Look look, Actor.Condition end, long timeoutMillis) {
    Alarm alarm = null;
    try {
      while (true) {
        if (process.hasArrivals()) {
          process.applySignals();
        }
        Message message = process.received(look.take());
        if (message != null) {
          setScratch(message);
          return message;
        }
        if (timeoutMillis == 0 || end.holds() || (alarm != null && alarm.holds())) {
          return null;
        }
        if (timeoutMillis == -1) {
          process.await(end);
        } else {
          if (alarm == null) {
            alarm = Alarm.start(process, system(), Deadline.nanos(timeoutMillis));
          }
          Alarm until = alarm;
          process.await(end == NEVER ? until : () -> until.holds() || end.holds());
        }
      }
    } finally {
      if (alarm != null) {
        alarm.stop();
      }
    }
  }

  /** The condition that never holds. */
  static final Actor.Condition NEVER = () -> false;

  @Override
  public long sendAfter(long target, long delayMillis, Message message) {
    process.release(message.footprint());
    return things().startTimer(find(target), Deadline.nanos(delayMillis), 0, message);
  }

  @Override
  public boolean cancelTimer(long timer) {
    return things != null && things.cancelTimer(timer) >= 0;
  }

  // Processes

  @Override
  public SpawnRequest.Result spawn(SpawnRequest request) {
    requireSpawnPermission();
    return system().spawnChild(process, ProcessSystem.plain(null), request);
  }

  @Override
  public SpawnRequest.Result spawnNamed(String name, SpawnRequest request) {
    NamedProcess present = process.environment().lookup(name);
    if (present != null && isAlive(present)) {
      return new SpawnRequest.Result.NameTaken(present.node(), present.process());
    }
    requireSpawnPermission();
    return system().spawnChild(process, ProcessSystem.plain(name), request);
  }

  boolean isAlive(NamedProcess named) {
    return named.node() != nodeId() || system().find(named.process()) != null;
  }

  void requireSpawnPermission() {
    if (process.instantiation().isRunning()) {
      throw new HostTrap("a process cannot spawn while it is being instantiated");
    }
    if (!process.config().canSpawnProcesses()) {
      throw new HostTrap("process has no permission to spawn other processes");
    }
  }

  @Override
  public boolean exists(long id) {
    return find(id) != null;
  }

  @Override
  public void kill(long target) {
    if (target == process.id()) {
      throw new ProcessExit(new ExitReason.Killed(target), false);
    }
    Actor actor = find(target);
    if (actor != null) {
      actor.signal(new Signal.Kill(process.id()));
    }
  }

  @Override
  public void link(long tag, long target) {
    ExitReason reason = process.partners().linkTo(tag, target, system());
    if (reason != null) {
      throw new ProcessExit(reason, false);
    }
  }

  @Override
  public void unlink(long target) {
    process.partners().unlinkFrom(target, system());
  }

  @Override
  public void monitor(long target) {
    if (!process.partners().watch(target, system())) {
      throw new ProcessExit(new ExitReason.OutOfMemory(memoryLimit()), true);
    }
  }

  @Override
  public void stopMonitoring(long target) {
    process.partners().unwatch(target, system());
  }

  @Override
  public void setDieWhenLinkDies(boolean die) {
    process.partners().setDieWhenLinkDies(die);
  }

  // Names

  @Override
  public void register(String name, NamedProcess named) {
    GuestProcess holder = system().nameHolder(process, named);
    if (!process.environment().put(name, named, process.account(), holder)) {
      throw new ProcessExit(new ExitReason.OutOfMemory(memoryLimit()), true);
    }
  }

  @Override
  public @Nullable NamedProcess lookup(String name) {
    return process.environment().lookup(name);
  }

  @Override
  public void unregister(String name) {
    process.environment().remove(name);
  }

  // Modules

  @Override
  public GuestModule loadModule(byte[] bytes) {
    long workspace = ProcessSystem.PARSED_BYTES_PER_BYTE * bytes.length;
    if (!process.tryCharge(workspace)) {
      throw new ModuleRejected(
          "a module of "
              + bytes.length
              + " bytes takes about "
              + workspace
              + " bytes to load, which is over the limit");
    }
    try {
      LoadedModule loaded =
          runBlocking(
              BlockingPool.COMPILATION,
              () -> system().load("runtime module", bytes, process.account(), true),
              LoadedModule::release);
      return new LoadedModule.Reference(loaded);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ModuleRejected("module cannot be loaded: " + e.getMessage(), e);
    } finally {
      process.release(workspace);
    }
  }

  // Things with ids

  @Override
  public <T> HandleTable<T> handles(HandleKind<T> kind) {
    return things().handles(kind);
  }

  @Override
  public boolean tryAddHandle() {
    return things().tryAddHandle();
  }

  @Override
  public void removeHandle() {
    things().removeHandle();
  }

  @Override
  public <T extends AutoCloseable> T state(Class<T> type, Function<ProcessContext, T> make) {
    return things().state(type, make);
  }

  /** The process, for the tables of {@link OwnedThings}. */
  GuestProcess process() {
    return process;
  }

  // Control

  @Override
  public int catchTrap(int function, int argument) {
    if (!process.module().engineModule().hasExport(CATCH_TRAP)) {
      throw new HostTrap("the module does not export " + CATCH_TRAP);
    }
    try {
      return process.instance().callGuarded(CATCH_TRAP, function, argument);
    } catch (ProcessExit e) {
      if (!e.catchable()) {
        throw e;
      }
      return 0;
    } catch (GuestTrap | HostTrap e) {
      return 0;
    }
  }

  @Override
  public int allocateInGuest(int bytes) {
    if (!process.module().engineModule().hasExport(ALLOCATE)) {
      throw new HostTrap("the module does not export " + ALLOCATE);
    }
    try {
      return process.instance().callGuarded(ALLOCATE, bytes);
    } catch (GuestTrap e) {
      throw new HostTrap(
          e.kind(), ALLOCATE + " failed: " + Texts.message(String.valueOf(e.getMessage())));
    }
  }

  @Override
  public void yieldNow() {
    process.endSlice();
  }

  @Override
  public void sleep(long nanos) {
    if (nanos <= 0) {
      process.endSlice();
      return;
    }
    Alarm alarm = Alarm.start(process, system(), nanos);
    try {
      while (!alarm.holds()) {
        process.await(alarm);
      }
    } finally {
      alarm.stop();
    }
  }

  @Override
  public void await(CompletableFuture<?> future) {
    future.whenComplete((result, failure) -> process.wake());
    while (!future.isDone()) {
      process.await(future::isDone);
    }
  }

  @Override
  public Waker waker() {
    return wakeUp();
  }

  private WakeUp wakeUp() {
    if (wakeUp == null) {
      wakeUp = new WakeUp(process);
    }
    return wakeUp;
  }

  @Override
  public boolean park(long timeoutNanos) {
    WakeUp permit = wakeUp();
    if (timeoutNanos < 0) {
      while (!permit.holds()) {
        process.await(permit);
      }
    } else if (timeoutNanos > 0 && !permit.holds()) {
      Alarm alarm = Alarm.start(process, system(), timeoutNanos);
      try {
        while (!permit.holds() && !alarm.holds()) {
          process.await(() -> permit.holds() || alarm.holds());
        }
      } finally {
        alarm.stop();
      }
    }
    return permit.take();
  }

  @Override
  public int worker() {
    return system().currentWorker();
  }

  @Override
  public <T extends @Nullable Object> T runBlocking(
      BlockingPool pool, Callable<T> work, Consumer<? super T> abandoned) throws Exception {
    BlockingCall<T> call = new BlockingCall<>(process, work, abandoned);
    // busy all the while: what it waits for is on its way
    process.environment().becomesBusy();
    boolean finished = false;
    try {
      start(call, pool);
      while (!call.holds()) {
        process.await(call);
      }
      finished = true;
    } finally {
      process.environment().becomesIdle();
      if (!finished) {
        call.abandon();
      }
    }
    return call.result();
  }

  /** Starts work on a pool; while the pool is full, the process waits, and can be killed. */
  private void start(Runnable call, BlockingPool pool) {
    while (true) {
      try {
        system().pool(pool).execute(call);
        return;
      } catch (RejectedExecutionException e) {
        if (system().isClosing()) {
          throw new ProcessExit(new ExitReason.Killed(0), false);
        }
        sleep(FULL_POOL_NANOS);
      }
    }
  }
}
