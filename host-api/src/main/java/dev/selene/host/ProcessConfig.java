package dev.selene.host;

import java.util.ArrayList;
import java.util.List;

/**
 * Limits, permissions and surroundings of a process. Fixed at spawn. A child never gets more than
 * its creator has: {@link #clampedTo} is applied at every spawn.
 *
 * @param maxMemoryBytes linear memory and everything else on the ledger of this one process
 * @param maxFuel units of 100,000 instructions; 0 is unlimited
 * @param maxStackBytes modelled Wasm call stack
 * @param maxMailboxMessages messages waiting in the mailbox
 * @param maxMailboxBytes bytes waiting in the mailbox
 * @param maxProcesses live processes in the subtree this process roots, itself included
 * @param maxHandles open handles of all kinds, files included: of the process, and, where it is
 *     less than the default or than the creator's, of the subtree that it roots
 * @param canCompileModules may load modules at runtime
 * @param canCreateConfigs may make configurations
 * @param canSpawnProcesses may spawn
 * @param canUseDatabases may open SQLite databases, which is for guests that are trusted with
 *     native memory: no limit counts what a statement takes
 * @param arguments command line; the first is argv[0]
 * @param environment environment variables in order; duplicates are kept
 * @param preopens folders the guest may use
 * @param network where the guest may connect and listen
 */
public record ProcessConfig(
    long maxMemoryBytes,
    long maxFuel,
    long maxStackBytes,
    long maxMailboxMessages,
    long maxMailboxBytes,
    long maxProcesses,
    long maxHandles,
    boolean canCompileModules,
    boolean canCreateConfigs,
    boolean canSpawnProcesses,
    boolean canUseDatabases,
    List<String> arguments,
    List<Variable> environment,
    List<Preopen> preopens,
    NetworkAccess network) {

  /** Lunatic's default: 65,535 pages. */
  public static final long DEFAULT_MAX_MEMORY = 4_294_967_295L;

  /** Default of {@link #maxHandles}. */
  public static final long DEFAULT_MAX_HANDLES = 100_000;

  /** Lunatic's default stack. */
  public static final long DEFAULT_MAX_STACK = 512 * 1024;

  /**
   * An environment variable.
   *
   * @param name without {@code =}
   * @param value any text
   */
  public record Variable(String name, String value) {}

  /**
   * A folder.
   *
   * @param guestPath what the guest calls it
   * @param hostPath where it is
   */
  public record Preopen(String guestPath, String hostPath) {}

  /** Copies the lists. */
  public ProcessConfig {
    requireNotNegative("maxMemoryBytes", maxMemoryBytes);
    requireNotNegative("maxFuel", maxFuel);
    requireNotNegative("maxStackBytes", maxStackBytes);
    requireNotNegative("maxMailboxMessages", maxMailboxMessages);
    requireNotNegative("maxMailboxBytes", maxMailboxBytes);
    requireNotNegative("maxProcesses", maxProcesses);
    requireNotNegative("maxHandles", maxHandles);
    arguments = List.copyOf(arguments);
    environment = List.copyOf(environment);
    preopens = List.copyOf(preopens);
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative, but is " + value);
    }
  }

  /**
   * The default of a guest's {@code create_config}: nothing permitted, default limits.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A builder that starts with these values.
   *
   * @return a new builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maxMemoryBytes = maxMemoryBytes;
    builder.maxFuel = maxFuel;
    builder.maxStackBytes = maxStackBytes;
    builder.maxMailboxMessages = maxMailboxMessages;
    builder.maxMailboxBytes = maxMailboxBytes;
    builder.maxProcesses = maxProcesses;
    builder.maxHandles = maxHandles;
    builder.canCompileModules = canCompileModules;
    builder.canCreateConfigs = canCreateConfigs;
    builder.canSpawnProcesses = canSpawnProcesses;
    builder.canUseDatabases = canUseDatabases;
    builder.arguments.addAll(arguments);
    builder.environment.addAll(environment);
    builder.preopens.addAll(preopens);
    builder.network = network;
    return builder;
  }

  /**
   * These values where they are no more than the creator's, else the creator's. Folders that are
   * not at or below one of the creator's are checked where they are opened, since that needs the
   * file system.
   *
   * @param creator the spawning process's configuration
   * @return what the child gets
   */
  public ProcessConfig clampedTo(ProcessConfig creator) {
    return new ProcessConfig(
        Math.min(maxMemoryBytes, creator.maxMemoryBytes),
        clampFuel(maxFuel, creator.maxFuel),
        Math.min(maxStackBytes, creator.maxStackBytes),
        Math.min(maxMailboxMessages, creator.maxMailboxMessages),
        Math.min(maxMailboxBytes, creator.maxMailboxBytes),
        Math.min(maxProcesses, creator.maxProcesses),
        Math.min(maxHandles, creator.maxHandles),
        canCompileModules && creator.canCompileModules,
        canCreateConfigs && creator.canCreateConfigs,
        canSpawnProcesses && creator.canSpawnProcesses,
        canUseDatabases && creator.canUseDatabases,
        arguments,
        environment,
        preopens,
        network.clampedTo(creator.network));
  }

  /**
   * The same with other folders.
   *
   * @param folders what replaces the folders of this one
   * @return a configuration
   */
  public ProcessConfig withPreopens(List<Preopen> folders) {
    return new ProcessConfig(
        maxMemoryBytes,
        maxFuel,
        maxStackBytes,
        maxMailboxMessages,
        maxMailboxBytes,
        maxProcesses,
        maxHandles,
        canCompileModules,
        canCreateConfigs,
        canSpawnProcesses,
        canUseDatabases,
        arguments,
        environment,
        folders,
        network);
  }

  /**
   * What its texts take on the heap.
   *
   * @return bytes
   */
  public long footprint() {
    return toBuilder().footprint();
  }

  /**
   * The lesser of two fuel limits, where 0 is unlimited.
   *
   * @param wanted units of 100,000 instructions
   * @param creator the limit of the process that asks
   * @return units of 100,000 instructions
   */
  public static long clampFuel(long wanted, long creator) {
    if (creator == 0) {
      return wanted;
    }
    return wanted == 0 ? creator : Math.min(wanted, creator);
  }

  /** Makes configurations. Not thread-safe. */
  public static final class Builder {
    private long maxMemoryBytes = DEFAULT_MAX_MEMORY;
    private long maxFuel;
    private long maxStackBytes = DEFAULT_MAX_STACK;
    private long maxMailboxMessages = 1_000_000;
    private long maxMailboxBytes = 256L << 20;
    private long maxProcesses = Long.MAX_VALUE;
    private long maxHandles = DEFAULT_MAX_HANDLES;
    private boolean canCompileModules;
    private boolean canCreateConfigs;
    private boolean canSpawnProcesses;
    private boolean canUseDatabases;
    private final List<String> arguments = new ArrayList<>();
    private final List<Variable> environment = new ArrayList<>();
    private final List<Preopen> preopens = new ArrayList<>();
    private NetworkAccess network = NetworkAccess.NONE;
    private final List<NetworkRule> connectRules = new ArrayList<>();
    private final List<NetworkRule> listenRules = new ArrayList<>();

    private Builder() {}

    /**
     * Sets {@link ProcessConfig#maxMemoryBytes}.
     *
     * @param bytes not negative
     * @return this
     */
    public Builder maxMemoryBytes(long bytes) {
      maxMemoryBytes = bytes;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#maxFuel}.
     *
     * @param units 0 for unlimited
     * @return this
     */
    public Builder maxFuel(long units) {
      maxFuel = units;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#maxStackBytes}.
     *
     * @param bytes not negative
     * @return this
     */
    public Builder maxStackBytes(long bytes) {
      maxStackBytes = bytes;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#maxMailboxMessages}.
     *
     * @param messages not negative
     * @return this
     */
    public Builder maxMailboxMessages(long messages) {
      maxMailboxMessages = messages;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#maxMailboxBytes}.
     *
     * @param bytes not negative
     * @return this
     */
    public Builder maxMailboxBytes(long bytes) {
      maxMailboxBytes = bytes;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#maxProcesses}.
     *
     * @param processes itself included
     * @return this
     */
    public Builder maxProcesses(long processes) {
      maxProcesses = processes;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#maxHandles}.
     *
     * @param handles not negative
     * @return this
     */
    public Builder maxHandles(long handles) {
      maxHandles = handles;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#canCompileModules}.
     *
     * @param allowed the permission
     * @return this
     */
    public Builder canCompileModules(boolean allowed) {
      canCompileModules = allowed;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#canCreateConfigs}.
     *
     * @param allowed the permission
     * @return this
     */
    public Builder canCreateConfigs(boolean allowed) {
      canCreateConfigs = allowed;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#canSpawnProcesses}.
     *
     * @param allowed the permission
     * @return this
     */
    public Builder canSpawnProcesses(boolean allowed) {
      canSpawnProcesses = allowed;
      return this;
    }

    /**
     * Sets {@link ProcessConfig#canUseDatabases}.
     *
     * @param allowed the permission
     * @return this
     */
    public Builder canUseDatabases(boolean allowed) {
      canUseDatabases = allowed;
      return this;
    }

    /**
     * Sets all four permissions.
     *
     * @param allowed the permission
     * @return this
     */
    public Builder allPermissions(boolean allowed) {
      return canCompileModules(allowed)
          .canCreateConfigs(allowed)
          .canSpawnProcesses(allowed)
          .canUseDatabases(allowed);
    }

    /**
     * Appends an argument.
     *
     * @param argument the first is argv[0]
     * @return this
     */
    public Builder argument(String argument) {
      arguments.add(argument);
      return this;
    }

    /**
     * Appends an environment variable.
     *
     * @param name its name
     * @param value its value
     * @return this
     */
    public Builder variable(String name, String value) {
      environment.add(new Variable(name, value));
      return this;
    }

    /**
     * Appends a folder.
     *
     * @param guestPath what the guest calls it
     * @param hostPath where it is
     * @return this
     */
    public Builder preopen(String guestPath, String hostPath) {
      preopens.add(new Preopen(guestPath, hostPath));
      return this;
    }

    /**
     * Sets {@link ProcessConfig#network}; rules added before are forgotten.
     *
     * @param access by default nothing is allowed
     * @return this
     */
    public Builder network(NetworkAccess access) {
      network = access;
      connectRules.clear();
      listenRules.clear();
      return this;
    }

    /**
     * Allows one thing of the network. The first rule replaces what {@link #network} set.
     *
     * @param listen whether it is about listening; else about connecting
     * @param rule what is allowed
     * @return this
     */
    public Builder allowNetwork(boolean listen, NetworkRule rule) {
      (listen ? listenRules : connectRules).add(rule);
      return this;
    }

    /**
     * How many rules {@link #allowNetwork} has added.
     *
     * @return their number
     */
    public int networkRules() {
      return connectRules.size() + listenRules.size();
    }

    /**
     * What {@link ProcessConfig#maxMemoryBytes} would be, before any clamp.
     *
     * @return bytes
     */
    public long maxMemoryBytes() {
      return maxMemoryBytes;
    }

    /**
     * What {@link ProcessConfig#maxFuel} would be, before any clamp.
     *
     * @return units of 100,000 instructions; 0 is unlimited
     */
    public long maxFuel() {
      return maxFuel;
    }

    /**
     * What {@link ProcessConfig#canCompileModules} would be, before any clamp.
     *
     * @return the permission
     */
    public boolean canCompileModules() {
      return canCompileModules;
    }

    /**
     * What {@link ProcessConfig#canCreateConfigs} would be, before any clamp.
     *
     * @return the permission
     */
    public boolean canCreateConfigs() {
      return canCreateConfigs;
    }

    /**
     * What {@link ProcessConfig#canSpawnProcesses} would be, before any clamp.
     *
     * @return the permission
     */
    public boolean canSpawnProcesses() {
      return canSpawnProcesses;
    }

    /**
     * What {@link ProcessConfig#canUseDatabases} would be, before any clamp.
     *
     * @return the permission
     */
    public boolean canUseDatabases() {
      return canUseDatabases;
    }

    /**
     * What one text costs the ledger of the process that holds this builder.
     *
     * @param text an argument, a variable's name or value, a path
     * @return bytes
     */
    public static long footprintOf(String text) {
      return 64 + 2L * text.length();
    }

    /**
     * What all texts of this builder cost, by {@link #footprintOf}, and its rules for the network.
     *
     * @return bytes
     */
    public long footprint() {
      long bytes = 0;
      for (String argument : arguments) {
        bytes += footprintOf(argument);
      }
      for (Variable variable : environment) {
        bytes += footprintOf(variable.name()) + footprintOf(variable.value());
      }
      for (Preopen preopen : preopens) {
        bytes += footprintOf(preopen.guestPath()) + footprintOf(preopen.hostPath());
      }
      return bytes + NetworkAccess.footprint(connectRules) + NetworkAccess.footprint(listenRules);
    }

    /**
     * The configuration.
     *
     * @return a snapshot
     * @throws IllegalArgumentException when a limit is negative
     */
    public ProcessConfig build() {
      return new ProcessConfig(
          maxMemoryBytes,
          maxFuel,
          maxStackBytes,
          maxMailboxMessages,
          maxMailboxBytes,
          maxProcesses,
          maxHandles,
          canCompileModules,
          canCreateConfigs,
          canSpawnProcesses,
          canUseDatabases,
          arguments,
          environment,
          preopens,
          networkRules() == 0 ? network : NetworkAccess.of(connectRules, listenRules));
    }
  }
}
