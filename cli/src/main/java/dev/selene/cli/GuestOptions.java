package dev.selene.cli;

import dev.selene.host.NetworkAccess;
import dev.selene.host.NetworkRule;
import dev.selene.host.ProcessConfig;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Flags that shape the main process: its limits and what it sees of the outside. */
final class GuestOptions {
  private static final long PAGE = 64 * 1024;
  private static final long LARGEST_STACK = 1L << 30;

  /** Null where picocli knows nothing of these. */
  @Spec(Spec.Target.SELF)
  private @Nullable CommandSpec own;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A folder the guest may use, beside the current one. May be repeated.")
  private List<String> folders = new ArrayList<>();

  @Option(
      names = "--env",
      paramLabel = "KEY=VALUE",
      description = "An environment variable, beside those of this shell. May be repeated.")
  private List<String> variables = new ArrayList<>();

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      converter = Amounts.Size.class,
      description = "Most memory of a process, for example 64MiB (default: 4GiB).")
  private long maxMemory = ProcessConfig.DEFAULT_MAX_MEMORY;

  @Option(
      names = "--max-fuel",
      paramLabel = "N",
      converter = Amounts.CountOrUnlimited.class,
      description =
          "Most fuel of the program, in units of 100,000 instructions (default: 0, no limit).")
  private long maxFuel;

  @Option(
      names = "--max-stack",
      paramLabel = "SIZE",
      converter = Amounts.Size.class,
      description = "Deepest call stack of a process (default: 512KiB).")
  private long maxStack = ProcessConfig.DEFAULT_MAX_STACK;

  @Option(
      names = "--max-mailbox",
      paramLabel = "N",
      converter = Amounts.Count.class,
      description = "Most messages waiting in one mailbox (default: 1000000).")
  private long maxMailbox = 1_000_000;

  @Option(
      names = "--max-processes",
      paramLabel = "N",
      converter = Amounts.Count.class,
      description = "Most live processes of the program, the first one included.")
  private long maxProcesses = Long.MAX_VALUE;

  @Option(
      names = "--max-handles",
      paramLabel = "N",
      converter = Amounts.Count.class,
      description = "Most open files, timers and other handles of a process (default: 100000).")
  private long maxHandles = ProcessConfig.DEFAULT_MAX_HANDLES;

  @Option(
      names = "--allow-net",
      arity = "0..1",
      preprocessor = EverywhereUnlessAttached.class,
      split = ",",
      paramLabel = "RULES",
      description =
          "Where the guest may connect, listen, and which names it may resolve: HOST, HOST:PORT or"
              + " HOST:FIRST-LAST, with commas between; a host is *, a name, *.NAME, an address or"
              + " ADDRESS/PREFIX (default: everywhere). Names are for connecting; localhost is for"
              + " both.")
  private @Nullable List<String> allowNet;

  @Option(
      names = "--allow-connect",
      split = ",",
      paramLabel = "RULES",
      description = "Where the guest may connect; where to listen needs its own flag then.")
  private @Nullable List<String> allowConnect;

  @Option(
      names = "--allow-listen",
      split = ",",
      paramLabel = "RULES",
      description = "Where the guest may listen; where to connect needs its own flag then.")
  private @Nullable List<String> allowListen;

  @Option(names = "--deny-net", description = "No network for the guest.")
  private boolean denyNet;

  /** {@code --allow-net FILE} is a flag and a file; rules come after an equals sign alone. */
  static final class EverywhereUnlessAttached implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> arguments,
        CommandSpec spec,
        ArgSpec option,
        Map<String, Object> information) {
      if (!"=".equals(information.get("separator"))) {
        arguments.push("*");
      }
      return false;
    }
  }

  /** Given no flag, everywhere, as in Lunatic; given one, only where a flag says so. */
  private NetworkAccess network() {
    if (denyNet) {
      if (allowNet != null || allowConnect != null || allowListen != null) {
        throw CommandFailure.usage("--deny-net and --allow-... contradict each other");
      }
      return NetworkAccess.NONE;
    }
    if (allowNet == null && allowConnect == null && allowListen == null) {
      return NetworkAccess.ALL;
    }
    List<NetworkRule> both = rules("--allow-net", allowNet);
    List<NetworkRule> connect = new ArrayList<>(both);
    connect.addAll(rules("--allow-connect", allowConnect));
    List<NetworkRule> listen = new ArrayList<>(both);
    listen.removeIf(NetworkRule::isAboutNames);
    for (NetworkRule rule : rules("--allow-listen", allowListen)) {
      if (rule.isAboutNames()) {
        throw CommandFailure.usage(
            "--allow-listen: '"
                + rule.host()
                + "' is a name, and guests listen on addresses: give *, localhost, an address or"
                + " ADDRESS/PREFIX");
      }
      listen.add(rule);
    }
    return NetworkAccess.of(connect, listen);
  }

  private static List<NetworkRule> rules(String flag, @Nullable List<String> texts) {
    List<NetworkRule> rules = new ArrayList<>();
    if (texts != null) {
      for (String text : texts) {
        try {
          rules.add(NetworkRule.parse(text.strip()));
        } catch (IllegalArgumentException e) {
          throw CommandFailure.usage(flag + ": " + e.getMessage());
        }
      }
    }
    return rules;
  }

  /** What was given of these, for a command line that says the same. */
  List<String> flags() {
    return GivenFlags.of(own);
  }

  /**
   * The configuration of a main process or test: everything permitted, the shell's environment, the
   * current folder and those of {@code --dir}.
   *
   * @param arguments the guest's command line
   */
  ProcessConfig config(List<String> arguments) {
    if (maxMemory < PAGE) {
      throw CommandFailure.usage(
          "--max-memory " + maxMemory + " is too little: a process needs at least 64KiB");
    }
    if (maxStack < 1024 || maxStack > LARGEST_STACK) {
      throw CommandFailure.usage("--max-stack " + maxStack + " must be from 1KiB to 1GiB");
    }
    ProcessConfig.Builder config =
        ProcessConfig.builder()
            .allPermissions(true)
            .maxMemoryBytes(maxMemory)
            .maxFuel(maxFuel)
            .maxStackBytes(maxStack)
            .maxMailboxMessages(maxMailbox)
            .maxProcesses(maxProcesses)
            .maxHandles(maxHandles)
            .network(network());
    arguments.forEach(config::argument);
    addVariables(config, System.getenv());
    preopen(config, ".");
    folders.forEach(folder -> preopen(config, folder));
    return config.build();
  }

  private void addVariables(ProcessConfig.Builder config, Map<String, String> inherited) {
    List<ProcessConfig.Variable> own = new ArrayList<>();
    for (String variable : variables) {
      int equals = variable.indexOf('=');
      if (equals <= 0) {
        throw CommandFailure.usage("--env '" + variable + "' is not KEY=VALUE");
      }
      own.add(
          new ProcessConfig.Variable(
              variable.substring(0, equals), variable.substring(equals + 1)));
    }
    // Given on the command line wins: a guest that asks for one value must not see two.
    inherited.forEach(
        (name, value) -> {
          if (own.stream().noneMatch(variable -> variable.name().equals(name))) {
            config.variable(name, value);
          }
        });
    own.forEach(variable -> config.variable(variable.name(), variable.value()));
  }

  private static void preopen(ProcessConfig.Builder config, String folder) {
    Path path;
    try {
      path = folder.equals("~") ? Path.of(System.getProperty("user.home", ".")) : Path.of(folder);
    } catch (InvalidPathException e) {
      throw CommandFailure.usage("--dir " + folder + ": not a path: " + e.getReason());
    }
    if (!Files.exists(path)) {
      throw CommandFailure.usage("--dir " + folder + ": no such folder");
    }
    if (!Files.isDirectory(path)) {
      throw CommandFailure.usage("--dir " + folder + ": not a folder");
    }
    if (!Files.isReadable(path) || !Files.isExecutable(path)) {
      throw CommandFailure.usage("--dir " + folder + ": no permission to read it");
    }
    config.preopen(folder, path.toString());
  }
}
