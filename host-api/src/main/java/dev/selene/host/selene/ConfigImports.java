package dev.selene.host.selene;

import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.LimitedResource;
import dev.selene.host.NetworkAccess;
import dev.selene.host.NetworkRule;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.lunatic.ErrorImports;
import dev.selene.host.lunatic.GuestArguments;
import dev.selene.host.lunatic.SpawnParameters;

/**
 * {@code selene::config}: all limits and permissions of a configuration. The ids are those of
 * {@code lunatic::process}; folders, variables and arguments are {@code lunatic::wasi}'s.
 *
 * <p>As there, what is set is kept as it is, the getters answer the clamp to the caller's own, and
 * the clamp is applied at the spawn.
 *
 * <p>Thread-safety: stateless.
 */
public final class ConfigImports implements HostModule {
  private static final int OK = 0;
  private static final int ERROR = 1;
  private static final int NOT_PERMITTED = -1;
  private static final int COMPILE_MODULES = 0;
  private static final int CREATE_CONFIGS = 1;
  private static final int SPAWN = 2;
  private static final int USE_DATABASES = 3;
  private static final int CONNECT = 0;
  private static final int LISTEN = 1;
  private static final int MAX_RULE = 512;
  private static final int MAX_RULES = 256;

  @Override
  public String name() {
    return "selene::config";
  }

  @Import(
      value = "create",
      summary =
          "A new configuration; returns its id, or -1 when the caller may not create"
              + " configurations. Inherit 0: it permits nothing, not even the network, and has the"
              + " default limits. 1: it has all that the caller has, folders, variables and"
              + " arguments included.")
  @Handle(value = "config", optional = true)
  public long create(ProcessContext process, int inherit) {
    if (inherit != 0 && inherit != 1) {
      throw new HostTrap("inherit is " + inherit + ", which is neither 0 nor 1");
    }
    if (!process.config().canCreateConfigs()) {
      return NOT_PERMITTED;
    }
    ProcessConfig.Builder builder =
        inherit == 0 ? ProcessConfig.builder() : process.config().toBuilder();
    long footprint = builder.footprint();
    process.chargeBytes(footprint);
    process.charge(footprint);
    try {
      return process.handles(HandleKind.CONFIG).add(builder);
    } catch (RuntimeException tooMany) {
      process.release(footprint);
      throw tooMany;
    }
  }

  @Import(
      value = "set_limit",
      summary =
          "Sets the limit of a resource, -1 for none: 0 memory in bytes, 1 fuel in instructions,"
              + " rounded up to 100,000, 2 stack in bytes, 3 messages and 4 bytes in the mailbox, 5"
              + " processes of the subtree, 6 handles.")
  public void setLimit(
      ProcessContext process, @Handle("config") long config, int resource, long limit) {
    LimitedResource.of(resource).set(builder(process, config), limit);
  }

  @Import(
      value = "get_limit",
      summary =
          "The limit of a resource, numbered as in `set_limit`, at most the caller's own; -1 for"
              + " none.")
  public long getLimit(ProcessContext process, @Handle("config") long config, int resource) {
    ProcessConfig clamped = SpawnParameters.snapshot(process, config).clampedTo(process.config());
    return LimitedResource.of(resource).limit(clamped);
  }

  @Import(
      value = "set_permission",
      summary =
          "Sets whether the process may 0 compile modules, 1 create configurations, 2 spawn, 3 use"
              + " databases; not 0 is yes.")
  public void setPermission(
      ProcessContext process, @Handle("config") long config, int permission, int allowed) {
    ProcessConfig.Builder builder = builder(process, config);
    switch (permission) {
      case COMPILE_MODULES -> builder.canCompileModules(allowed != 0);
      case CREATE_CONFIGS -> builder.canCreateConfigs(allowed != 0);
      case SPAWN -> builder.canSpawnProcesses(allowed != 0);
      case USE_DATABASES -> builder.canUseDatabases(allowed != 0);
      default -> throw unknownPermission(permission);
    }
  }

  @Import(
      value = "get_permission",
      summary =
          "1 if both the configuration and the caller have a permission, numbered as in"
              + " `set_permission`, else 0.")
  public int getPermission(ProcessContext process, @Handle("config") long config, int permission) {
    ProcessConfig.Builder builder = builder(process, config);
    ProcessConfig own = process.config();
    boolean allowed =
        switch (permission) {
          case COMPILE_MODULES -> builder.canCompileModules() && own.canCompileModules();
          case CREATE_CONFIGS -> builder.canCreateConfigs() && own.canCreateConfigs();
          case SPAWN -> builder.canSpawnProcesses() && own.canSpawnProcesses();
          case USE_DATABASES -> builder.canUseDatabases() && own.canUseDatabases();
          default -> throw unknownPermission(permission);
        };
    return allowed ? 1 : 0;
  }

  private static HostTrap unknownPermission(int permission) {
    return new HostTrap("permission is " + permission + ", which is none of 0 to 3");
  }

  @Import(
      value = "allow_network",
      summary =
          "Allows 0 connecting to, or 1 listening on, what a rule says: `HOST`, `HOST:PORT` or"
              + " `HOST:FIRST-LAST`, where the host is `*`, a name, `*.NAME`, an address or"
              + " ADDRESS/PREFIX. The first rule replaces what was inherited. 0: added. 1: the rule"
              + " is none, an error id was written. At most 256 rules.")
  public int allowNetwork(
      ProcessContext process,
      @Handle("config") long config,
      int direction,
      @Pointer int rule,
      @Length int ruleLength,
      @Pointer(bytes = 8, out = true) int errorOut) {
    GuestMemory memory = process.memory();
    memory.check(errorOut, 8);
    String text = GuestArguments.text(process, rule, ruleLength, MAX_RULE, "rule");
    ProcessConfig.Builder builder = builder(process, config);
    if (direction != CONNECT && direction != LISTEN) {
      throw new HostTrap("direction is " + direction + ", which is neither 0 nor 1");
    }
    if (builder.networkRules() >= MAX_RULES) {
      throw new HostTrap("configuration " + config + " has " + MAX_RULES + " rules, the most");
    }
    NetworkRule parsed;
    try {
      parsed = NetworkRule.parse(text);
    } catch (IllegalArgumentException e) {
      memory.putLong(errorOut, ErrorImports.report(process, String.valueOf(e.getMessage())));
      return ERROR;
    }
    if (direction == LISTEN && parsed.isAboutNames()) {
      String why = "network rule '" + text + "': a rule for listening needs an address, not a name";
      memory.putLong(errorOut, ErrorImports.report(process, why));
      return ERROR;
    }
    process.charge(parsed.footprint());
    builder.allowNetwork(direction == LISTEN, parsed);
    return OK;
  }

  @Import(value = "deny_network", summary = "Takes the network away; rules may follow.")
  public void denyNetwork(ProcessContext process, @Handle("config") long config) {
    ProcessConfig.Builder builder = builder(process, config);
    long before = builder.footprint();
    builder.network(NetworkAccess.NONE);
    process.release(before - builder.footprint());
  }

  private static ProcessConfig.Builder builder(ProcessContext process, long config) {
    return process.handles(HandleKind.CONFIG).get(config);
  }
}
