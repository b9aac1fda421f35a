package dev.selene.cli;

import dev.selene.host.StandardStreams;
import dev.selene.net.Networking;
import dev.selene.scheduler.SchedulerMode;
import dev.selene.sqlite.SqliteImports;
import dev.selene.vm.EngineMode;
import dev.selene.vm.Vm;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Flags that shape the virtual machine. */
final class MachineOptions {
  private static final int MOST_WORKERS = 1024;

  /** Null where picocli knows nothing of these. */
  @Spec(Spec.Target.SELF)
  private @Nullable CommandSpec own;

  @Option(
      names = "--engine",
      paramLabel = "MODE",
      defaultValue = "auto",
      description =
          "interpreter, compiled, or auto: interpreted until compiled code is ready (default: auto).")
  private EngineMode engine = EngineMode.AUTO;

  @Option(
      names = "--workers",
      paramLabel = "N",
      converter = Amounts.Count.class,
      description = "Threads that run processes, at most 1024 (default: one a core).")
  private long workers;

  @Option(
      names = "--scheduler",
      paramLabel = "MODE",
      defaultValue = "auto",
      converter = SchedulerName.class,
      description = "auto, work-stealing, or jdk (default: auto).")
  private SchedulerMode scheduler = SchedulerMode.AUTO;

  @Option(
      names = "--deny-sqlite",
      description = "No databases: for guests that nobody trusts, see SECURITY.md.")
  private boolean denySqlite;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log more, to standard error; twice: even more.")
  private boolean[] verbose = {};

  /** Null for the user's. */
  private @Nullable Path ownCache;

  /** What a process writes to. */
  private Supplier<StandardStreams> streams = StandardOutput::streams;

  static final class SchedulerName implements ITypeConverter<SchedulerMode> {
    @Override
    public SchedulerMode convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "auto" -> SchedulerMode.AUTO;
        case "work-stealing" -> SchedulerMode.WORK_STEALING;
        case "jdk" -> SchedulerMode.JDK;
        default ->
            throw new TypeConversionException(
                "expected one of auto, work-stealing, jdk but was '" + text + "'");
      };
    }
  }

  /** What was given of these, for a command line that says the same. */
  List<String> flags() {
    return GivenFlags.of(own);
  }

  void configureLogging(String quietest) {
    Logging.configure(quietest, verbose.length);
  }

  /** Keeps compiled code elsewhere than with the user's, and takes the guest's output away. */
  void useInstead(Path directory, Supplier<StandardStreams> ownStreams) {
    ownCache = directory;
    streams = ownStreams;
  }

  /** A builder with these flags. */
  Vm.Builder newMachine() {
    if (workers > MOST_WORKERS) {
      throw CommandFailure.usage("--workers " + workers + " is too many: at most " + MOST_WORKERS);
    }
    Networking networking = new Networking();
    Vm.Builder builder = Vm.builder();
    if (!denySqlite) {
      builder.hostModule(new SqliteImports());
    }
    return builder
        .hostModules(networking.hostModules())
        .poller(networking)
        .engine(engine)
        .scheduler(scheduler)
        .workers((int) workers)
        .streams(streams)
        .cacheDirectory(ownCache == null ? CacheDirectory.ofUser() : ownCache);
  }

  /** A machine with these flags. */
  Vm start() {
    return start(newMachine());
  }

  static Vm start(Vm.Builder builder) {
    try {
      return builder.build();
    } catch (IllegalStateException e) {
      throw CommandFailure.cannotLoad(String.valueOf(e.getMessage()), e);
    }
  }

  static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
