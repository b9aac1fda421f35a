package dev.selene.vm;

import dev.selene.host.BlockingPool;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.Metrics;
import dev.selene.host.ModuleRejected;
import dev.selene.host.StandardStreams;
import dev.selene.host.lunatic.LunaticImports;
import dev.selene.host.selene.SeleneImports;
import dev.selene.host.wasi.WasiImports;
import dev.selene.scheduler.Scheduler;
import dev.selene.scheduler.SchedulerMode;
import dev.selene.scheduler.WorkerPoller;
import dev.selene.vm.internal.engine.Engine;
import dev.selene.vm.internal.engine.EngineOptions;
import dev.selene.vm.internal.engine.ImportTable;
import dev.selene.vm.internal.process.EmbedderProcess;
import dev.selene.vm.internal.process.GuestProcess;
import dev.selene.vm.internal.process.ProcessEnvironment;
import dev.selene.vm.internal.process.ProcessSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine for WebAssembly processes. Several may live in one JVM.
 *
 * <pre>{@code
 * try (Vm vm = Vm.builder().build();
 *     Module module = vm.load(Path.of("server.wasm"))) {
 *   ProcessHandle main = vm.spawn(module, SpawnOptions.of("_start"));
 *   ExitReason reason = main.join();
 * }
 * }</pre>
 *
 * <p>Thread-safety: any thread.
 */
public final class Vm implements AutoCloseable {
  private static final long CLOSE_SECONDS = 10;

  private final Scheduler scheduler;
  private final Engine engine;
  private final ProcessSystem system;
  private final VmInformation settings;
  private final Environment mainEnvironment;
  private final AtomicLong environments = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Vm(Builder builder) {
    WorkerPoller.Factory poller = builder.poller;
    scheduler =
        poller == null
            ? Scheduler.start(builder.workers, builder.scheduler)
            : Scheduler.start(builder.workers, builder.scheduler, poller);
    Executor[] pools = new Executor[BlockingPool.values().length];
    pools[BlockingPool.FILES.ordinal()] = scheduler.newBlockingPool("files", 8, 100_000);
    pools[BlockingPool.STANDARD_OUTPUT.ordinal()] = scheduler.newBlockingPool("stdout", 4, 100_000);
    pools[BlockingPool.DATABASE.ordinal()] = scheduler.newBlockingPool("database", 8, 100_000);
    pools[BlockingPool.NAME_RESOLUTION.ordinal()] = scheduler.newBlockingPool("dns", 8, 100_000);
    Executor compilation =
        scheduler.newBlockingPool(
            "compile", Math.max(1, Runtime.getRuntime().availableProcessors() / 2), 10_000);
    pools[BlockingPool.COMPILATION.ordinal()] = scheduler.newBlockingPool("load", 2, 10_000);
    engine =
        new Engine(
            new EngineOptions(
                dev.selene.vm.internal.engine.EngineMode.valueOf(builder.engine.name()),
                builder.cacheDirectory,
                EngineOptions.DEFAULT_CACHE_BYTES,
                compilation,
                builder.poolSize,
                EngineOptions.DEFAULT_MODULE_BYTES,
                EngineOptions.DEFAULT_FUNCTIONS));
    List<HostFunction> functions = new ArrayList<>();
    List<HostModule> modules = new ArrayList<>(LunaticImports.all());
    modules.addAll(SeleneImports.all());
    modules.add(new WasiImports());
    modules.addAll(builder.hostModules);
    for (HostModule module : modules) {
      functions.addAll(HostFunction.of(module));
    }
    system =
        new ProcessSystem(
            scheduler,
            engine,
            ImportTable.of(functions),
            builder.memoryBudget,
            builder.seed,
            pools);
    settings =
        new VmInformation(
            scheduler.workers(),
            scheduler.workStealing(),
            builder.engine,
            builder.cacheDirectory,
            builder.memoryBudget,
            0,
            0);
    mainEnvironment = newEnvironment(builder.streams, builder.metrics, Duration.ZERO);
  }

  /**
   * A builder with the defaults.
   *
   * @return not thread-safe
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Loads a module.
   *
   * @param name for people
   * @param bytes the binary
   * @return to be closed
   * @throws ModuleRejected when it cannot run here; the message is one line
   */
  public Module load(String name, byte[] bytes) {
    checkOpen();
    return new Module(system.load(name, bytes));
  }

  /**
   * Loads a module from a file.
   *
   * @param file the binary
   * @return to be closed
   * @throws ModuleRejected when it cannot be read or cannot run here; the message is one line
   */
  public Module load(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ModuleRejected(file + ": no such file", e);
    } catch (IOException | OutOfMemoryError e) {
      throw new ModuleRejected(file + ": cannot be read: " + e.getMessage(), e);
    }
    Path name = file.getFileName();
    return load(name == null ? file.toString() : name.toString(), bytes);
  }

  /**
   * An environment with the virtual machine's streams.
   *
   * @return a new one
   */
  public Environment newEnvironment() {
    return newEnvironment(mainEnvironment.processes()::streamsForProcess);
  }

  /**
   * An environment with streams of its own, for example to capture output.
   *
   * @param streams called once for each process
   * @return a new one
   */
  public Environment newEnvironment(Supplier<StandardStreams> streams) {
    return newEnvironment(streams, Duration.ZERO);
  }

  /**
   * An environment with patient timers, for tests: a timer that is due waits until all processes of
   * the environment are at rest, but no longer than the patience. So a test that sleeps ten
   * milliseconds for work that takes nine does not fail on a slow or busy machine. Timers are never
   * early, and with zero patience never held back.
   *
   * @param streams called once for each process
   * @param patience how much later a timer may fire
   * @return a new one
   */
  public Environment newEnvironment(Supplier<StandardStreams> streams, Duration patience) {
    return newEnvironment(streams, mainEnvironment.processes().metricsSink(), patience);
  }

  private Environment newEnvironment(
      Supplier<StandardStreams> streams, Metrics metrics, Duration patience) {
    return new Environment(
        new ProcessEnvironment(
            environments.incrementAndGet(), streams, metrics, patience.toNanos()));
  }

  /**
   * Spawns a process.
   *
   * @param module its code
   * @param options what to call, limits, environment
   * @return the process, running
   */
  public ProcessHandle spawn(Module module, SpawnOptions options) {
    checkOpen();
    Environment environment =
        options.environment() == null ? mainEnvironment : options.environment();
    return new ProcessHandle(
        system.spawn(
            environment.processes(),
            module.loaded(),
            options.config(),
            options.function(),
            options.types(),
            options.arguments()));
  }

  /**
   * A process by its id.
   *
   * @param id the id
   * @return null when it has ended
   */
  public @Nullable ProcessHandle find(long id) {
    GuestProcess process = system.guest(id);
    return process == null ? null : new ProcessHandle(process);
  }

  /**
   * All guests that live.
   *
   * @return a snapshot
   */
  public List<ProcessHandle> processes() {
    return system.guests().map(ProcessHandle::new).toList();
  }

  /**
   * A mailbox for Java code.
   *
   * @param environment whose processes it talks to; null for the virtual machine's own
   * @return to be closed
   */
  public Mailbox newMailbox(@Nullable Environment environment) {
    checkOpen();
    return new Mailbox(
        new EmbedderProcess(
            system, (environment == null ? mainEnvironment : environment).processes()));
  }

  /**
   * What it is made of and holds.
   *
   * @return a snapshot
   */
  public VmInformation information() {
    return new VmInformation(
        settings.workers(),
        settings.workStealing(),
        settings.engine(),
        settings.cacheDirectory(),
        settings.memoryBudget(),
        system.liveProcesses(),
        system.chargedBytes());
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the virtual machine is closed");
    }
  }

  /** Kills all processes, waits for their ends, stops all threads. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      system.close(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      engine.close();
      scheduler.close();
    }
  }

  /** Makes virtual machines. Not thread-safe. */
  public static final class Builder {
    private int workers;
    private SchedulerMode scheduler = SchedulerMode.AUTO;
    private EngineMode engine = EngineMode.AUTO;
    private @Nullable Path cacheDirectory;
    private long memoryBudget = Runtime.getRuntime().maxMemory() / 10 * 7;
    private @Nullable Long seed;
    private int poolSize = 4096;
    private Supplier<StandardStreams> streams = StandardStreams::ofThisJvm;
    private Metrics metrics = Metrics.NONE;
    private final List<HostModule> hostModules = new ArrayList<>();
    private WorkerPoller.@Nullable Factory poller;

    private Builder() {}

    /**
     * How many threads run processes.
     *
     * @param count 0 for one a core
     * @return this
     */
    public Builder workers(int count) {
      if (count < 0 || count > 1024) {
        throw new IllegalArgumentException("workers must be 0 to 1024, but is " + count);
      }
      workers = count;
      return this;
    }

    /**
     * Which scheduler runs processes.
     *
     * @param mode the mode
     * @return this
     */
    public Builder scheduler(SchedulerMode mode) {
      scheduler = mode;
      return this;
    }

    /**
     * How guests' code runs.
     *
     * @param mode the mode
     * @return this
     */
    public Builder engine(EngineMode mode) {
      engine = mode;
      return this;
    }

    /**
     * Where compiled code is kept between runs.
     *
     * @param directory made when missing; null for nowhere
     * @return this
     */
    public Builder cacheDirectory(@Nullable Path directory) {
      cacheDirectory = directory;
      return this;
    }

    /**
     * What all processes together may use.
     *
     * @param bytes default 70 % of the largest heap
     * @return this
     */
    public Builder memoryBudget(long bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException("memoryBudget must be positive, but is " + bytes);
      }
      memoryBudget = bytes;
      return this;
    }

    /**
     * Makes process ids the same in every run, for tests. Guessable then.
     *
     * @param value the seed
     * @return this
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * How many finished instances a module keeps to start processes faster.
     *
     * @param instances 0 for none
     * @return this
     */
    public Builder instancePool(int instances) {
      if (instances < 0) {
        throw new IllegalArgumentException("instancePool must not be negative: " + instances);
      }
      poolSize = instances;
      return this;
    }

    /**
     * Standard streams of processes in the virtual machine's own environment.
     *
     * @param source called once for each process; default: this JVM's
     * @return this
     */
    public Builder streams(Supplier<StandardStreams> source) {
      streams = source;
      return this;
    }

    /**
     * Where {@code lunatic::metrics} goes.
     *
     * @param sink default: nowhere
     * @return this
     */
    public Builder metrics(Metrics sink) {
      metrics = sink;
      return this;
    }

    /**
     * Offers host functions of one's own to all guests.
     *
     * @param module a public class with {@link dev.selene.host.Import} methods
     * @return this
     */
    public Builder hostModule(HostModule module) {
      hostModules.add(module);
      return this;
    }

    /**
     * Offers the host functions of several modules, as {@link #hostModule} does.
     *
     * @param modules public classes with {@link dev.selene.host.Import} methods; two may share a
     *     name
     * @return this
     */
    public Builder hostModules(Collection<? extends HostModule> modules) {
      hostModules.addAll(modules);
      return this;
    }

    /**
     * What idle workers wait in, so that they are the pollers of sockets themselves.
     *
     * @param factory asked once for each worker; default: workers just sleep
     * @return this
     */
    public Builder poller(WorkerPoller.Factory factory) {
      poller = factory;
      return this;
    }

    /**
     * Starts it.
     *
     * @return to be closed
     * @throws IllegalStateException when the chosen scheduler cannot run in this JVM; the message
     *     says what to do
     */
    public Vm build() {
      return new Vm(this);
    }
  }
}
