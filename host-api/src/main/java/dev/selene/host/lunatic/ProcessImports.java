package dev.selene.host.lunatic;

import dev.selene.host.GuestMemory;
import dev.selene.host.GuestModule;
import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.ModuleRejected;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.SpawnRequest;

/**
 * {@code lunatic::process}: modules, configurations, spawning, links and monitors.
 *
 * <p>A configuration never grants more than its creator has: what a guest sets is kept as it is,
 * the getters answer the clamp, and the clamp is applied at the spawn.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-process-api. Better than
 * there: a failed {@code get_or_spawn} leaves the name free, and a child's limits and permissions
 * end at its creator's.
 */
public final class ProcessImports implements HostModule {
  private static final int OK = 0;
  private static final int ERROR = 1;
  private static final int NAME_TAKEN = 2;
  private static final int NOT_PERMITTED = -1;
  private static final long NANOS_A_MILLISECOND = 1_000_000;

  @Override
  public String name() {
    return "lunatic::process";
  }

  // Modules

  @Import(
      value = "compile_module",
      blocking = true,
      summary =
          "Loads a module from memory. 0: its id was written. 1: an error id was written. -1: the"
              + " caller may not compile modules, nothing was written.")
  public int compileModule(
      ProcessContext process,
      @Pointer int binary,
      @Length int binaryLength,
      @Pointer(bytes = 8, out = true) int idOut) {
    GuestMemory memory = process.memory();
    memory.check(idOut, 8);
    memory.check(binary, binaryLength);
    if (!process.config().canCompileModules()) {
      return NOT_PERMITTED;
    }
    if (binaryLength < 0) {
      throw new HostTrap(
          "module has " + Integer.toUnsignedString(binaryLength) + " bytes, more than 2 GiB");
    }
    process.chargeBytes(binaryLength);
    process.charge(binaryLength);
    try {
      GuestModule module = process.loadModule(memory.read(binary, binaryLength));
      memory.putLong(idOut, addModule(process, module));
      return OK;
    } catch (ModuleRejected rejected) {
      memory.putLong(idOut, ErrorImports.report(process, messageOf(rejected)));
      return ERROR;
    } finally {
      process.release(binaryLength);
    }
  }

  private static long addModule(ProcessContext process, GuestModule module) {
    try {
      return process.handles(HandleKind.MODULE).add(module);
    } catch (RuntimeException tooMany) {
      module.close();
      throw tooMany;
    }
  }

  private static String messageOf(ModuleRejected rejected) {
    String message = rejected.getMessage();
    return message == null ? "module rejected" : message;
  }

  @Import(
      value = "drop_module",
      summary = "Gives a module up; processes that run it are not affected.")
  public void dropModule(ProcessContext process, @Handle("module") long module) {
    process.handles(HandleKind.MODULE).remove(module).close();
  }

  // Configurations

  @Import(
      value = "create_config",
      summary =
          "A new configuration that permits nothing but the network and databases, as far as the"
              + " caller may use them; returns its id, or -1 when the caller may not create"
              + " configurations.")
  @Handle(value = "config", optional = true)
  public long createConfig(ProcessContext process) {
    if (!process.config().canCreateConfigs()) {
      return NOT_PERMITTED;
    }
    // Lunatic knows no permission for these: what the creator may, its children may.
    return process
        .handles(HandleKind.CONFIG)
        .add(
            ProcessConfig.builder()
                .network(process.config().network())
                .canUseDatabases(process.config().canUseDatabases()));
  }

  @Import(value = "drop_config", summary = "Gives a configuration up.")
  public void dropConfig(ProcessContext process, @Handle("config") long config) {
    process.release(process.handles(HandleKind.CONFIG).remove(config).footprint());
  }

  @Import(value = "config_set_max_memory", summary = "Sets the limit on memory, in bytes.")
  public void configSetMaxMemory(
      ProcessContext process, @Handle("config") long config, long bytes) {
    builder(process, config).maxMemoryBytes(GuestArguments.saturate(bytes));
  }

  @Import(
      value = "config_get_max_memory",
      summary = "The limit on memory in bytes, at most the caller's own.")
  public long configGetMaxMemory(ProcessContext process, @Handle("config") long config) {
    return Math.min(builder(process, config).maxMemoryBytes(), process.config().maxMemoryBytes());
  }

  @Import(
      value = "config_set_max_fuel",
      summary = "Sets the limit on fuel, in units of 100,000 instructions; 0 is unlimited.")
  public void configSetMaxFuel(ProcessContext process, @Handle("config") long config, long units) {
    builder(process, config).maxFuel(GuestArguments.saturate(units));
  }

  @Import(
      value = "config_get_max_fuel",
      summary =
          "The limit on fuel in units of 100,000 instructions, at most the caller's own; 0 is"
              + " unlimited.")
  public long configGetMaxFuel(ProcessContext process, @Handle("config") long config) {
    return ProcessConfig.clampFuel(builder(process, config).maxFuel(), process.config().maxFuel());
  }

  @Import(
      value = "config_set_can_compile_modules",
      summary = "Sets whether the process may compile modules; not 0 is yes.")
  public void configSetCanCompileModules(
      ProcessContext process, @Handle("config") long config, int allowed) {
    builder(process, config).canCompileModules(allowed != 0);
  }

  @Import(
      value = "config_set_can_create_configs",
      summary = "Sets whether the process may create configurations; not 0 is yes.")
  public void configSetCanCreateConfigs(
      ProcessContext process, @Handle("config") long config, int allowed) {
    builder(process, config).canCreateConfigs(allowed != 0);
  }

  @Import(
      value = "config_set_can_spawn_processes",
      summary = "Sets whether the process may spawn; not 0 is yes.")
  public void configSetCanSpawnProcesses(
      ProcessContext process, @Handle("config") long config, int allowed) {
    builder(process, config).canSpawnProcesses(allowed != 0);
  }

  @Import(
      value = "config_can_compile_modules",
      summary = "1 if both the configuration and the caller may compile modules, else 0.")
  public int configCanCompileModules(ProcessContext process, @Handle("config") long config) {
    return flag(
        builder(process, config).canCompileModules() && process.config().canCompileModules());
  }

  @Import(
      value = "config_can_create_configs",
      summary = "1 if both the configuration and the caller may create configurations, else 0.")
  public int configCanCreateConfigs(ProcessContext process, @Handle("config") long config) {
    return flag(builder(process, config).canCreateConfigs() && process.config().canCreateConfigs());
  }

  @Import(
      value = "config_can_spawn_processes",
      summary = "1 if both the configuration and the caller may spawn, else 0.")
  public int configCanSpawnProcesses(ProcessContext process, @Handle("config") long config) {
    return flag(
        builder(process, config).canSpawnProcesses() && process.config().canSpawnProcesses());
  }

  private static ProcessConfig.Builder builder(ProcessContext process, long config) {
    return process.handles(HandleKind.CONFIG).get(config);
  }

  private static int flag(boolean value) {
    return value ? 1 : 0;
  }

  // Spawning

  @Import(
      value = "spawn",
      blocking = true,
      summary =
          "Spawns a process that calls an exported function. A link other than 0 links both and is"
              + " the tag the caller sees. Parameters are records of 17 bytes: type (0x7F i32, 0x7E"
              + " i64, 0x7B v128), then 16 bytes of value. 0: the process id was written. 1: an"
              + " error id was written. Traps when the caller may not spawn.")
  public int spawn(
      ProcessContext process,
      long link,
      @Handle(value = "config", optional = true) long config,
      @Handle(value = "module", optional = true) long module,
      @Pointer int function,
      @Length int functionLength,
      @Pointer int parameters,
      @Length int parametersLength,
      @Pointer(bytes = 8, out = true) int idOut) {
    GuestMemory memory = process.memory();
    memory.check(idOut, 8);
    SpawnRequest request =
        SpawnParameters.request(
            process, link, config, module, function, functionLength, parameters, parametersLength);
    return switch (process.spawn(request)) {
      case SpawnRequest.Result.Spawned(long id, long ignored) -> {
        memory.putLong(idOut, id);
        yield OK;
      }
      case SpawnRequest.Result.Failed(String message) -> {
        memory.putLong(idOut, ErrorImports.report(process, message));
        yield ERROR;
      }
      case SpawnRequest.Result.NameTaken taken ->
          throw new IllegalStateException("a spawn without a name found it taken: " + taken);
    };
  }

  @Import(
      value = "get_or_spawn",
      blocking = true,
      summary =
          "Spawns a process under a name, unless a living process has it. 0: spawned. 1: an error"
              + " id was written as the id, and the name stays free. 2: the name is taken, nothing"
              + " was spawned. Node and id are written in all three cases.")
  public int getOrSpawn(
      ProcessContext process,
      @Pointer int name,
      @Length int nameLength,
      long link,
      @Handle(value = "config", optional = true) long config,
      @Handle(value = "module", optional = true) long module,
      @Pointer int function,
      @Length int functionLength,
      @Pointer int parameters,
      @Length int parametersLength,
      @Pointer(bytes = 8, out = true) int nodeOut,
      @Pointer(bytes = 8, out = true) int idOut) {
    GuestMemory memory = process.memory();
    memory.check(nodeOut, 8);
    memory.check(idOut, 8);
    String processName = GuestArguments.name(process, name, nameLength, "name");
    SpawnRequest request =
        SpawnParameters.request(
            process, link, config, module, function, functionLength, parameters, parametersLength);
    return switch (process.spawnNamed(processName, request)) {
      case SpawnRequest.Result.Spawned(long id, long ignored) -> {
        memory.putLong(nodeOut, process.nodeId());
        memory.putLong(idOut, id);
        yield OK;
      }
      case SpawnRequest.Result.Failed(String message) -> {
        memory.putLong(nodeOut, process.nodeId());
        memory.putLong(idOut, ErrorImports.report(process, message));
        yield ERROR;
      }
      case SpawnRequest.Result.NameTaken(long node, long id) -> {
        memory.putLong(nodeOut, node);
        memory.putLong(idOut, id);
        yield NAME_TAKEN;
      }
    };
  }

  // Life

  @Import(value = "sleep_ms", blocking = true, summary = "Sleeps for so many milliseconds.")
  public void sleepMs(ProcessContext process, long millis) {
    boolean fits = millis >= 0 && millis <= Long.MAX_VALUE / NANOS_A_MILLISECOND;
    process.sleep(fits ? millis * NANOS_A_MILLISECOND : Long.MAX_VALUE);
  }

  @Import(
      value = "die_when_link_dies",
      summary = "0: failures of links become messages. Else: the caller fails too, as at spawn.")
  public void dieWhenLinkDies(ProcessContext process, int die) {
    process.setDieWhenLinkDies(die != 0);
  }

  @Import(value = "process_id", summary = "The caller's process id, never 0 or -1.")
  @Handle("process")
  public long processId(ProcessContext process) {
    return process.id();
  }

  @Import(value = "environment_id", summary = "The caller's environment.")
  public long environmentId(ProcessContext process) {
    return process.environmentId();
  }

  @Import(
      value = "link",
      summary =
          "Links the caller and a process; tag 0 is none. When that is dead or unknown, the caller"
              + " gets a link death.")
  public void link(ProcessContext process, long tag, @Handle("process") long target) {
    process.link(tag, target);
  }

  @Import(value = "unlink", summary = "Removes a link; an unknown process is ignored.")
  public void unlink(ProcessContext process, @Handle("process") long target) {
    process.unlink(target);
  }

  @Import(
      value = "monitor",
      summary = "Asks for a message when a process ends; an unknown process is ignored.")
  public void monitor(ProcessContext process, @Handle("process") long target) {
    process.monitor(target);
  }

  @Import(value = "stop_monitoring", summary = "Undoes `monitor`.")
  public void stopMonitoring(ProcessContext process, @Handle("process") long target) {
    process.stopMonitoring(target);
  }

  @Import(value = "kill", summary = "Ends a process; an unknown process is ignored.")
  public void kill(ProcessContext process, @Handle("process") long target) {
    process.kill(target);
  }

  @Import(value = "exists", summary = "1 while a process lives in the caller's environment.")
  public int exists(ProcessContext process, @Handle("process") long target) {
    return flag(process.exists(target));
  }
}
