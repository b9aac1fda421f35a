package dev.selene.host.testing;

import dev.selene.host.BlockingPool;
import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process of one thread. Everything it does that others could see is noted in {@link #effects}.
 * Where a real process would park for a message, the next of {@link #arrivals} comes in, or the
 * timeout is over.
 */
public final class TestProcess implements ProcessContext {
  /** Its id. */
  public static final long ID = 0x5E1E_4E00_0000_0001L;

  /** The one other process that lives; it takes every message and link. */
  public static final long OTHER = 0x5E1E_4E00_0000_0002L;

  private final Semaphore permits = new Semaphore(0);

  /** What others could see, in order. */
  public final List<String> effects = new ArrayList<>();

  /** What is in the mailbox. */
  public final Deque<Message> mailbox = new ArrayDeque<>();

  /** What comes while the process is parked. */
  public final Deque<Message> arrivals = new ArrayDeque<>();

  /** What was sent to {@link #OTHER}. */
  public final List<Message> sent = new ArrayList<>();

  /** What was asked for. */
  public final List<SpawnRequest> spawned = new ArrayList<>();

  /** The names. */
  public final Map<String, NamedProcess> names = new HashMap<>();

  /** What the next spawns answer; {@link #OTHER} when there is nothing here. */
  public final Deque<SpawnRequest.Result> spawnResults = new ArrayDeque<>();

  /** Modules that were loaded and are still referenced. */
  public int moduleReferences;

  /** Bytes charged and not given back. */
  public long ledger;

  /** Bytes charged as fuel. */
  public long fuelBytes;

  /** The limit of {@link #ledger}. */
  public long ledgerLimit = 1L << 20;

  /** How many handles there may be. */
  public int handleLimit = 1_000;

  /** Open handles of all kinds. */
  public int handleCount;

  /** What {@link #affordableInstructions} answers. */
  public long affordableInstructions = Long.MAX_VALUE;

  /** Where the next {@link #allocateInGuest} is; the tests' own addresses are below. */
  public int nextAllocation = 65_536;

  /** The last sleep. */
  public long sleptNanos = -1;

  /** Its memory. */
  public final ArrayMemory memory;

  /** What the imports {@code selene::*} need. */
  public final TestExtensions extensions = new TestExtensions(this);

  private ProcessConfig config;
  private final Map<HandleKind<?>, HandleTable<?>> tables = new HashMap<>();
  private final Map<Class<?>, AutoCloseable> states = new HashMap<>();
  private final Map<Long, Message> timers = new HashMap<>();
  private long nextTimer;
  private @Nullable Message scratch;

  /** A process with all permissions, the default limits and two pages of memory. */
  public TestProcess() {
    this(2);
  }

  /**
   * A process with all permissions and the default limits.
   *
   * @param pages of memory, 64 KiB each
   */
  public TestProcess(int pages) {
    config = ProcessConfig.builder().allPermissions(true).build();
    memory = new ArrayMemory(pages * 65_536);
  }

  /**
   * Replaces the configuration, which a real process cannot.
   *
   * @param newConfig the new one
   */
  public void configure(ProcessConfig newConfig) {
    config = newConfig;
  }

  /** Gives up all handles and states, as the end of a process does. */
  public void end() {
    tables.keySet().stream()
        .sorted(Comparator.comparingInt(HandleKind::index))
        .toList()
        .forEach(this::release);
    states.values().forEach(TestProcess::close);
    states.clear();
  }

  private static void close(AutoCloseable state) {
    try {
      state.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private <T> void release(HandleKind<T> kind) {
    handles(kind).clear(kind.release());
  }

  @Override
  public long id() {
    return ID;
  }

  @Override
  public long environmentId() {
    return 1;
  }

  @Override
  public long nodeId() {
    return 0;
  }

  @Override
  public ArrayMemory memory() {
    return memory;
  }

  @Override
  public ProcessConfig config() {
    return config;
  }

  @Override
  public StandardStreams streams() {
    return new StandardStreams(
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        OutputStream.nullOutputStream(),
        false);
  }

  @Override
  public Metrics metrics() {
    return new Metrics() {
      @Override
      public void count(String name, long value) {
        effects.add("count " + name + " " + value);
      }

      @Override
      public void setGauge(String name, double value) {
        effects.add("setGauge " + name + " " + value);
      }

      @Override
      public void addGauge(String name, double change) {
        effects.add("addGauge " + name + " " + change);
      }

      @Override
      public void record(String name, double value) {
        effects.add("record " + name + " " + value);
      }
    };
  }

  @Override
  public TestExtensions extensions() {
    return extensions;
  }

  @Override
  public void chargeBytes(long bytes) {
    requireNotNegative(bytes);
    fuelBytes += bytes;
  }

  @Override
  public long affordableInstructions() {
    return affordableInstructions;
  }

  @Override
  public void charge(long bytes) {
    requireNotNegative(bytes);
    if (bytes > ledgerLimit - ledger) {
      throw new ProcessExit(new ExitReason.OutOfMemory(ledgerLimit), true);
    }
    ledger += bytes;
  }

  @Override
  public void release(long bytes) {
    requireNotNegative(bytes);
    if (bytes > ledger) {
      throw new IllegalStateException("gives back " + bytes + " of " + ledger);
    }
    ledger -= bytes;
  }

  private static void requireNotNegative(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes=" + bytes);
    }
  }

  @Override
  public @Nullable Message scratch() {
    return scratch;
  }

  @Override
  public void setScratch(@Nullable Message message) {
    effects.add("setScratch");
    if (scratch != null) {
      release(scratch.footprint());
      if (scratch instanceof DataMessage data) {
        data.discard();
      }
    }
    scratch = null;
    if (message != null) {
      charge(message.footprint());
    }
    scratch = message;
  }

  @Override
  public Message takeScratch() {
    Message taken = scratch;
    if (taken == null) {
      throw new HostTrap("the scratch area is empty");
    }
    effects.add("takeScratch");
    scratch = null;
    return taken;
  }

  @Override
  public void send(long target, Message message) {
    effects.add("send");
    release(message.footprint());
    if (target == OTHER) {
      sent.add(message);
    } else if (target == ID) {
      mailbox.add(message);
    } else if (message instanceof DataMessage data) {
      data.discard();
    }
  }

  @Override
  public @Nullable Message receive(long @Nullable [] tags, long timeoutMillis) {
    effects.add("receive");
    Message found = takeFromMailbox(tags);
    while (found == null) {
      Message arrival = arrivals.poll();
      if (arrival == null) {
        return timedOut(timeoutMillis);
      }
      mailbox.add(arrival);
      found = takeFromMailbox(tags);
    }
    setScratch(found);
    return found;
  }

  private @Nullable Message takeFromMailbox(long @Nullable [] tags) {
    for (Iterator<Message> messages = mailbox.iterator(); messages.hasNext(); ) {
      Message message = messages.next();
      if (matches(tags, message.tag())) {
        messages.remove();
        return message;
      }
    }
    return null;
  }

  private static boolean matches(long @Nullable [] tags, long tag) {
    if (tags == null) {
      return true;
    }
    for (long wanted : tags) {
      if (wanted != 0 && wanted == tag) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Message timedOut(long timeoutMillis) {
    if (timeoutMillis == -1) {
      throw new IllegalStateException("would wait for ever");
    }
    return null;
  }

  @Override
  public @Nullable Message sendAndReceive(
      long target, Message message, long tag, long timeoutMillis) {
    send(target, message);
    while (true) {
      Message arrival = arrivals.poll();
      if (arrival == null) {
        return timedOut(timeoutMillis);
      }
      if (matches(new long[] {tag}, arrival.tag())) {
        setScratch(arrival);
        return arrival;
      }
      mailbox.add(arrival);
    }
  }

  @Override
  public long sendAfter(long target, long delayMillis, Message message) {
    effects.add("sendAfter " + delayMillis);
    timers.put(nextTimer, message);
    return nextTimer++;
  }

  @Override
  public boolean cancelTimer(long timer) {
    Message message = timers.remove(timer);
    if (message == null) {
      return false;
    }
    effects.add("cancelTimer");
    release(message.footprint());
    return true;
  }

  @Override
  public SpawnRequest.Result spawn(SpawnRequest request) {
    requirePermission();
    effects.add("spawn " + request.function());
    spawned.add(request);
    SpawnRequest.Result result = spawnResults.poll();
    return result == null ? new SpawnRequest.Result.Spawned(OTHER) : result;
  }

  @Override
  public SpawnRequest.Result spawnNamed(String name, SpawnRequest request) {
    NamedProcess holder = names.get(name);
    if (holder != null && exists(holder.process())) {
      return new SpawnRequest.Result.NameTaken(holder.node(), holder.process());
    }
    SpawnRequest.Result result = spawn(request);
    if (result instanceof SpawnRequest.Result.Spawned(long process, long none)) {
      names.put(name, new NamedProcess(nodeId(), process));
    }
    return result;
  }

  private void requirePermission() {
    if (!config.canSpawnProcesses()) {
      throw new HostTrap("this process may not spawn");
    }
  }

  @Override
  public boolean exists(long process) {
    return process == ID || process == OTHER;
  }

  @Override
  public void kill(long process) {
    effects.add("kill " + process);
  }

  @Override
  public void link(long tag, long process) {
    effects.add("link " + tag + " " + process);
  }

  @Override
  public void unlink(long process) {
    effects.add("unlink " + process);
  }

  @Override
  public void monitor(long process) {
    effects.add("monitor " + process);
  }

  @Override
  public void stopMonitoring(long process) {
    effects.add("stopMonitoring " + process);
  }

  @Override
  public void setDieWhenLinkDies(boolean die) {
    effects.add("setDieWhenLinkDies " + die);
  }

  @Override
  public void register(String name, NamedProcess process) {
    effects.add("register " + name);
    names.put(name, process);
  }

  @Override
  public @Nullable NamedProcess lookup(String name) {
    return names.get(name);
  }

  @Override
  public void unregister(String name) {
    effects.add("unregister " + name);
    names.remove(name);
  }

  @Override
  public GuestModule loadModule(byte[] bytes) {
    effects.add("loadModule " + bytes.length);
    if (bytes.length < 4 || bytes[0] != 0 || bytes[1] != 'a') {
      throw new ModuleRejected("not a WebAssembly module");
    }
    return newModule();
  }

  /**
   * A module with one reference.
   *
   * @return the reference
   */
  public GuestModule newModule() {
    moduleReferences++;
    return new Reference();
  }

  private final class Reference implements GuestModule {
    private boolean closed;

    @Override
    public GuestModule share() {
      return newModule();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        moduleReferences--;
      }
    }
  }

  @Override
  @SuppressWarnings("unchecked") // The key's type is the table's.
  public <T> HandleTable<T> handles(HandleKind<T> kind) {
    return (HandleTable<T>)
        tables.computeIfAbsent(
            kind,
            key ->
                new HandleTable<>(
                    kind.name(),
                    new HandleTable.Accounting() {
                      @Override
                      public void handleAdded() {
                        if (handleCount == handleLimit) {
                          throw new HostTrap("too many handles: limit " + handleLimit);
                        }
                        handleCount++;
                      }

                      @Override
                      public void handleRemoved() {
                        handleCount--;
                      }
                    }));
  }

  @Override
  public boolean tryAddHandle() {
    if (handleCount == handleLimit) {
      return false;
    }
    handleCount++;
    return true;
  }

  @Override
  public void removeHandle() {
    handleCount--;
  }

  @Override
  public <T extends AutoCloseable> T state(Class<T> type, Function<ProcessContext, T> make) {
    return type.cast(states.computeIfAbsent(type, key -> make.apply(this)));
  }

  @Override
  public int catchTrap(int function, int argument) {
    effects.add("catchTrap");
    return function + argument;
  }

  @Override
  public int allocateInGuest(int bytes) {
    effects.add("allocateInGuest " + bytes);
    int address = nextAllocation;
    nextAllocation += bytes;
    return address;
  }

  @Override
  public void yieldNow() {
    effects.add("yieldNow");
  }

  @Override
  public void sleep(long nanos) {
    requireNotNegative(nanos);
    sleptNanos = nanos;
  }

  @Override
  public Waker waker() {
    return permits::release;
  }

  @Override
  public boolean park(long timeoutNanos) {
    try {
      if (timeoutNanos < 0) {
        permits.acquire();
      } else if (!permits.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    permits.drainPermits();
    return true;
  }

  @Override
  public int worker() {
    return -1;
  }

  @Override
  public void await(CompletableFuture<?> future) {
    future.exceptionally(failure -> null).join();
  }

  @Override
  public <T extends @Nullable Object> T runBlocking(
      BlockingPool pool, Callable<T> work, Consumer<? super T> abandoned) throws Exception {
    return work.call();
  }
}
