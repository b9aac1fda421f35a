package dev.selene.vm.internal.process;

import dev.selene.host.BlockingPool;
import dev.selene.host.ExitReason;
import dev.selene.host.HostTrap;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import dev.selene.host.NamedProcess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.SpawnExtras;
import dev.selene.host.SpawnRequest;
import dev.selene.scheduler.Scheduler;
import dev.selene.scheduler.Scheduler.Timeout;
import dev.selene.vm.internal.engine.Engine;
import dev.selene.vm.internal.engine.EngineModule;
import dev.selene.vm.internal.engine.ExportSignature;
import dev.selene.vm.internal.engine.ImportTable;
import dev.selene.vm.internal.engine.ModuleInspection;
import dev.selene.vm.internal.engine.SpareGranules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All processes of a virtual machine: the table of ids, spawning, shutting down.
 *
 * <p>Thread-safety: any thread.
 */
public final class ProcessSystem {
  private static final byte I32 = 0x7F;

  private static final byte I64 = 0x7E;

  /** Heap that a parsed module takes for each byte of its binary: an object an instruction. */
  static final long PARSED_BYTES_PER_BYTE = 48;

  /** How soon a timer that was held back looks again. */
  static final long RETRY_NANOS = 1_000_000;

  private static final byte V128 = 0x7B;

  /** From so many guests on, room counts for more than half a microsecond of who waits long. */
  static final int CROWD = 10_000;

  private final Scheduler scheduler;
  private final Engine engine;
  private final ImportTable imports;
  private final Account root;
  private final PidSequence pids;
  private final Executor[] pools;

  /** By worker; none where workers are not told apart. */
  private final SpareGranules[] spareGranules;

  private final ConcurrentHashMap<Long, Actor> actors = new ConcurrentHashMap<>();
  private final AtomicLong guests = new AtomicLong();

  /** Written when {@link #guests} crosses {@link #CROWD}, or falls below half of it. */
  private volatile boolean crowded;

  private final LogGate logGate = new LogGate(System::nanoTime);
  private final LogGate guestLogGate = new LogGate(System::nanoTime, GuestLog.ALL_A_SECOND);
  private volatile boolean closing;
  private volatile @Nullable CountDownLatch empty;

  /**
   * A system without processes.
   *
   * @param scheduler runs the processes
   * @param engine loads the modules
   * @param imports what guests may import
   * @param memoryBudget bytes that all processes together may use
   * @param seed for process ids; null for unguessable ones
   * @param pools one for each {@link BlockingPool}, in its order
   */
  public ProcessSystem(
      Scheduler scheduler,
      Engine engine,
      ImportTable imports,
      long memoryBudget,
      @Nullable Long seed,
      Executor[] pools) {
    this.scheduler = scheduler;
    this.engine = engine;
    this.imports = imports;
    this.root = Account.root(memoryBudget);
    this.pids = seed == null ? new PidSequence(0) : PidSequence.seeded(0, seed);
    this.pools = pools.clone();
    this.spareGranules = new SpareGranules[scheduler.workStealing() ? scheduler.workers() : 0];
    Arrays.setAll(this.spareGranules, worker -> new SpareGranules());
  }

  long nodeId() {
    return 0;
  }

  Executor pool(BlockingPool pool) {
    return pools[pool.ordinal()];
  }

  LogGate logGate() {
    return logGate;
  }

  /** For what guests write themselves. */
  LogGate guestLogGate() {
    return guestLogGate;
  }

  boolean isClosing() {
    return closing;
  }

  Timeout schedule(Runnable task, long nanos) {
    return scheduler.schedule(nanos, task);
  }

  /** The worker below the calling process; -1 when there is none. */
  int currentWorker() {
    return scheduler.currentWorker();
  }

  /**
   * The spare granules of the worker below the caller, who uses them before it parks or yields;
   * null when there is none.
   */
  @Nullable SpareGranules spareGranules() {
    int worker = spareGranules.length == 0 ? -1 : scheduler.currentWorker();
    return worker < 0 ? null : spareGranules[worker];
  }

  /** Whether processes must {@link #passOutside} now and then. */
  boolean outsideStarves() {
    return scheduler.outsideStarves();
  }

  /** Sends the calling process behind all that waits, also behind what came from outside. */
  void passOutside() {
    scheduler.passOutside();
  }

  /**
   * Whether there are so many guests that those who wait make themselves small. A hint: it may be a
   * little late, and of two changes at the same time either may win.
   */
  boolean isCrowded() {
    return crowded;
  }

  @Nullable Actor find(long id) {
    return actors.get(id);
  }

  /**
   * Loads a module on behalf of the embedder.
   *
   * @param name for people
   * @param bytes the binary
   * @return one reference, the caller's
   */
  public LoadedModule load(String name, byte[] bytes) {
    return load(name, bytes, root, false);
  }

  LoadedModule load(String name, byte[] bytes, Account account, boolean charged) {
    EngineModule loaded = engine.load(name, bytes, imports);
    long codeBytes = loaded.codeBytes();
    long charge = charged ? PARSED_BYTES_PER_BYTE * bytes.length + codeBytes : 0;
    if (!account.tryCharge(charge)) {
      loaded.close();
      throw new HostTrap(
          "no memory left for the module's code: " + charge + " bytes are over the limit");
    }
    LoadedModule module = new LoadedModule(loaded, account, charge);
    if (charged) {
      module.chargeCompiledCode(codeBytes);
    }
    return module;
  }

  /**
   * Whether a module's compiled code is in the cache.
   *
   * @param module a module
   * @return false also when there is no cache
   */
  public boolean isCached(LoadedModule module) {
    return engine.isCached(module.engineModule());
  }

  /**
   * Describes a module without loading it.
   *
   * @param bytes the binary
   * @return what is in it
   */
  public ModuleInspection inspect(byte[] bytes) {
    return engine.inspect(bytes, imports);
  }

  /**
   * Spawns on behalf of the embedder.
   *
   * @param environment where
   * @param module the code
   * @param config limits and permissions
   * @param function exported entry function
   * @param types Wasm type code of each argument
   * @param arguments a v128 takes two
   * @return the process, running
   */
  public GuestProcess spawn(
      ProcessEnvironment environment,
      LoadedModule module,
      ProcessConfig config,
      String function,
      List<Byte> types,
      long[] arguments) {
    Account account = root.forChild(config, null);
    if (closing || account == null) {
      throw new IllegalStateException("the virtual machine is closed");
    }
    if (!account.tryAddProcess()) {
      throw new IllegalStateException(
          "no processes allowed: maxProcesses=" + config.maxProcesses());
    }
    GuestProcess process =
        new GuestProcess(
            pids.next(),
            this,
            environment,
            account,
            module.retain(),
            PreopenedFolders.resolved(config),
            0,
            new Entry(function, types, arguments));
    process.pay(0);
    // made now, so that the first ones an environment makes are its first process's
    process.guestContext().streams();
    begin(process);
    return process;
  }

  /** What a spawn has when it asks for nothing of {@code selene::process}. */
  static SpawnExtras plain(@Nullable String name) {
    return new SpawnExtras(name, "", LinkMode.NOTHING, LinkMode.NOTHING, 0, false);
  }

  /** Spawns on behalf of a guest. */
  SpawnRequest.Result spawnChild(GuestProcess parent, SpawnExtras extras, SpawnRequest request) {
    String name = extras.name();
    ProcessConfig config =
        request.config() == null
            ? parent.config()
            : PreopenedFolders.within(
                request.config().clampedTo(parent.config()), parent.guestContext());
    LoadedModule module =
        request.module() instanceof LoadedModule.Reference reference
            ? reference.module()
            : parent.module();
    Entry entry = entry(module.engineModule(), request.function(), request.parameters());
    String refusal = module.engineModule().memoryRefusal(config.maxMemoryBytes());
    if (refusal != null) {
      return new SpawnRequest.Result.Failed(refusal);
    }
    if (closing) {
      return new SpawnRequest.Result.Failed("the virtual machine is shutting down");
    }
    Account account =
        config.equals(parent.config())
            ? parent.account()
            : parent.account().forChild(config, parent.config());
    if (account == null) {
      return new SpawnRequest.Result.Failed(
          "limits are nested more than " + Account.MAX_DEPTH + " processes deep");
    }
    if (!account.tryAddProcess()) {
      return new SpawnRequest.Result.Failed("too many processes: the limit is reached");
    }
    long id = pids.next();
    ProcessEnvironment.Entry entryOfName = null;
    if (name != null) {
      switch (parent
          .environment()
          .claim(name, new NamedProcess(nodeId(), id), parent.account(), this)) {
        case ProcessEnvironment.Claim.Granted(ProcessEnvironment.Entry granted) ->
            entryOfName = granted;
        case ProcessEnvironment.Claim.Taken(NamedProcess by) -> {
          account.removeProcess();
          return new SpawnRequest.Result.NameTaken(by.node(), by.process());
        }
        case ProcessEnvironment.Claim.TooExpensive() -> {
          account.removeProcess();
          return new SpawnRequest.Result.Failed("no memory left for the name");
        }
      }
    }
    GuestProcess child =
        new GuestProcess(
            id, this, parent.environment(), account, module.retain(), config, parent.id(), entry);
    if (entryOfName != null) {
      entryOfName.setHolder(child);
      child.belongings().addName(entryOfName);
    }
    child.setLabel(extras.label());
    long textBytes = textBytes(parent, request, config) + 2L * extras.label().length();
    Long tag = request.linkTag();
    long reference = 0;
    boolean affordable =
        child.pay(textBytes) && (tag == null || parent.partners().addLink(id, tag));
    if (affordable && extras.links()) {
      reference = parent.partners().bonds().ask(id, extras.own(), extras.tag());
      affordable = reference != 0;
    }
    if (affordable && extras.withMessage()) {
      affordable = offersScratch(parent, child);
    }
    if (!affordable) {
      // never seen by anybody, so it is taken back and not ended
      if (entryOfName != null) {
        parent.environment().remove(entryOfName);
      }
      if (tag != null) {
        parent.partners().removeLink(id);
      }
      parent.partners().bonds().withdraw(reference);
      child.takeBack();
      return new SpawnRequest.Result.Failed("no memory left for a process");
    }
    if (tag != null) {
      child.partners().linkedBy(parent.id(), 0L);
    }
    if (extras.links()) {
      child.partners().bonds().accept(parent.id(), reference, extras.other(), extras.tag());
    }
    boolean waits = module.engineModule().hasStartFunction();
    if (waits) {
      child.instantiation().wake(parent);
    }
    begin(child);
    if (name != null) {
      parent.environment().announce(name);
    }
    return waits
        ? instantiated(parent, child, reference)
        : new SpawnRequest.Result.Spawned(id, reference);
  }

  /** Puts the parent's scratch message into the child's mailbox; false when it takes none. */
  private static boolean offersScratch(GuestProcess parent, GuestProcess child) {
    Message first = parent.guestContext().scratch();
    if (first == null || !Actor.isDelivered(child.offer(first))) {
      return false;
    }
    parent.guestContext().scratchWasSent();
    return true;
  }

  /** What the child's configuration takes that no other process pays for. */
  private static long textBytes(GuestProcess parent, SpawnRequest request, ProcessConfig config) {
    if (request.config() == null) {
      return parent.configCharge();
    }
    return config.network().equals(parent.config().network())
        ? config.footprint()
        : config.footprint() + config.network().footprint();
  }

  /** A start function runs in the child, under its limits; the parent waits for it, as it must. */
  private static SpawnRequest.Result instantiated(
      GuestProcess parent, GuestProcess child, long reference) {
    Instantiation instantiation = child.instantiation();
    while (!instantiation.holds()) {
      parent.await(instantiation);
    }
    String failure = instantiation.failure();
    if (failure == null) {
      return new SpawnRequest.Result.Spawned(child.id(), reference);
    }
    parent.partners().removeLink(child.id());
    parent.partners().bonds().withdraw(reference);
    return new SpawnRequest.Result.Failed(failure);
  }

  /**
   * Starts a process, or ends it at once when the system is closing. It is counted before {@link
   * #closing} is looked at, and {@link #close} sets that before it looks at the count: so either
   * the process sees that it must not start, or {@code close} waits for it.
   */
  private void begin(GuestProcess process) {
    if (guests.incrementAndGet() > CROWD && !crowded) {
      crowded = true;
    }
    process.environment().becomesBusy();
    actors.put(process.id(), process);
    if (closing) {
      process.endUnstarted(new ExitReason.Killed(0));
      return;
    }
    try {
      process.start(scheduler.newThread(process));
    } catch (RuntimeException | OutOfMemoryError e) {
      process.endUnstarted(new ExitReason.HostFailure("no thread for the process: " + e));
      throw e;
    }
    if (closing) {
      process.kill(0);
    }
  }

  /** What to run; its texts are the module's where it has them, since a process keeps its own. */
  private static Entry entry(
      EngineModule module, String function, List<SpawnRequest.Parameter> parameters) {
    List<Byte> types = new ArrayList<>(parameters.size());
    int slots = 0;
    for (SpawnRequest.Parameter parameter : parameters) {
      types.add(parameter.type());
      slots += parameter.type() == V128 ? 2 : 1;
    }
    long[] arguments = new long[slots];
    int slot = 0;
    for (SpawnRequest.Parameter parameter : parameters) {
      switch (parameter.type()) {
        case I32 -> arguments[slot++] = (int) parameter.low();
        case I64 -> arguments[slot++] = parameter.low();
        case V128 -> {
          arguments[slot++] = parameter.low();
          arguments[slot++] = parameter.high();
        }
        default -> throw new HostTrap("parameter type " + parameter.type() + " is not known");
      }
    }
    ExportSignature signature = module.exportSignature(function);
    return signature != null && signature.parameters().equals(types)
        ? new Entry(signature.name(), signature.parameters(), arguments)
        : new Entry(function, types, arguments);
  }

  /** Whose end takes a name along: the process it stands for, or else the one that gives it. */
  GuestProcess nameHolder(GuestProcess giver, NamedProcess named) {
    return named.node() == nodeId()
            && find(named.process()) instanceof GuestProcess process
            && process.environment() == giver.environment()
        ? process
        : giver;
  }

  void remove(GuestProcess process) {
    actors.remove(process.id(), process);
  }

  void ended(GuestProcess process) {
    process.environment().becomesIdle();
    long left = guests.decrementAndGet();
    if (left < CROWD / 2 && crowded) {
      crowded = false;
    }
    if (left == 0) {
      CountDownLatch waiting = empty;
      if (waiting != null) {
        waiting.countDown();
      }
    }
  }

  void add(Actor actor) {
    actors.put(actor.id(), actor);
  }

  void remove(Actor actor) {
    actors.remove(actor.id(), actor);
  }

  long nextId() {
    return pids.next();
  }

  Account rootAccount() {
    return root;
  }

  /**
   * A process by its id.
   *
   * @param id the id
   * @return null when it has ended
   */
  public @Nullable GuestProcess guest(long id) {
    return find(id) instanceof GuestProcess process ? process : null;
  }

  /**
   * All guests that live.
   *
   * @return a view that may miss those that come and go meanwhile
   */
  public Stream<GuestProcess> guests() {
    return actors.values().stream()
        .filter(GuestProcess.class::isInstance)
        .map(GuestProcess.class::cast);
  }

  /**
   * How many guests live.
   *
   * @return their number
   */
  public long liveProcesses() {
    return guests.get();
  }

  /**
   * Bytes on the ledger of the whole virtual machine. Zero when no process lives, no name or timer
   * is left, and no module was loaded at runtime.
   *
   * @return bytes
   */
  public long chargedBytes() {
    return root.bytes();
  }

  /**
   * Kills all guests and waits for their ends.
   *
   * @param limit how long to wait
   * @param unit of the limit
   * @return false when some still live
   * @throws InterruptedException when interrupted while waiting
   */
  public boolean close(long limit, TimeUnit unit) throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(1);
    empty = latch;
    closing = true;
    if (guests.get() == 0) {
      return true;
    }
    for (Actor actor : actors.values()) {
      actor.signal(new Signal.Kill(0));
    }
    return latch.await(limit, unit) || guests.get() == 0;
  }
}
