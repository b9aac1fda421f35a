package dev.selene.host.lunatic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HandleKind;
import dev.selene.host.HostTrap;
import dev.selene.host.NamedProcess;
import dev.selene.host.NetworkAccess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.SpawnRequest;
import dev.selene.host.testing.ArrayMemory;
import dev.selene.host.testing.TestProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessImportsTest {
  private static final int NAME = 500;
  private static final int FUNCTION = 1_000;
  private static final int PARAMETERS = 4_000;
  private static final int OUT = 100;
  private static final int NODE_OUT = 200;

  private final ProcessImports imports = new ProcessImports();
  private final TestProcess process = new TestProcess();
  private final ArrayMemory memory = process.memory;
  private int parameterBytes;

  private void parameter(int type, long low, long high) {
    memory.putByte(PARAMETERS + parameterBytes, (byte) type);
    memory.putLong(PARAMETERS + parameterBytes + 1, low);
    memory.putLong(PARAMETERS + parameterBytes + 9, high);
    parameterBytes += 17;
  }

  private int spawn(long link, long config, long module) {
    int length = memory.putText(FUNCTION, "run");
    return imports.spawn(
        process, link, config, module, FUNCTION, length, PARAMETERS, parameterBytes, OUT);
  }

  private int getOrSpawn(String name) {
    int nameLength = memory.putText(NAME, name);
    int length = memory.putText(FUNCTION, "run");
    memory.putLong(NODE_OUT, 99);
    memory.putLong(OUT, 99);
    return imports.getOrSpawn(
        process, NAME, nameLength, 0, -1, -1, FUNCTION, length, PARAMETERS, 0, NODE_OUT, OUT);
  }

  private String takeError(long id) {
    ErrorImports errors = new ErrorImports();
    int size = errors.stringSize(process, id);
    errors.toString(process, id, 30_000);
    errors.drop(process, id);
    return memory.readText(30_000, size);
  }

  private static String message(Runnable call) {
    return String.valueOf(assertThrows(HostTrap.class, call::run).getMessage());
  }

  @Test
  void spawn_passesOnWhatWasAsked() {
    parameter(0x7F, -2, -1);
    parameter(0x7F, 0x1234_5678_FFFF_FFFDL, 0);
    parameter(0x7E, Long.MIN_VALUE, -1);
    parameter(0x7B, 1, 2);
    assertEquals(0, spawn(-5, -1, -1));
    assertEquals(TestProcess.OTHER, memory.getLong(OUT));
    SpawnRequest request = process.spawned.getFirst();
    assertEquals("run", request.function());
    assertEquals(
        List.of(
            new SpawnRequest.Parameter((byte) 0x7F, -2, 0),
            new SpawnRequest.Parameter((byte) 0x7F, -3, 0),
            new SpawnRequest.Parameter((byte) 0x7E, Long.MIN_VALUE, 0),
            new SpawnRequest.Parameter((byte) 0x7B, 1, 2)),
        request.parameters());
    assertEquals(-5L, request.linkTag());
    assertNull(request.config());
    assertNull(request.module());
  }

  @Test
  void spawn_linkZero_isNoLink() {
    spawn(0, -1, -1);
    assertNull(process.spawned.getFirst().linkTag());
  }

  @Test
  void spawn_withHandles_takesThem() {
    process.handles(HandleKind.MODULE).add(process.newModule());
    long config = imports.createConfig(process);
    imports.configSetMaxMemory(process, config, 1_000_000);
    assertEquals(0, spawn(0, config, 0));
    SpawnRequest request = process.spawned.getFirst();
    assertSame(process.handles(HandleKind.MODULE).get(0), request.module());
    ProcessConfig asked = request.config();
    assertNotNull(asked);
    assertEquals(1_000_000, asked.maxMemoryBytes());
    imports.configSetMaxMemory(process, config, 5);
    assertEquals(1_000_000, asked.maxMemoryBytes(), "fixed at spawn");
    assertEquals(1, process.moduleReferences, "the handle keeps its reference");
  }

  @Test
  void spawn_badParameters_trap() {
    parameter(0x7D, 0, 0);
    assertEquals("parameter 0 has unknown type 125", message(() -> spawn(0, -1, -1)));
    memory.putByte(PARAMETERS, (byte) 0x7F);
    parameterBytes = 16;
    assertEquals(
        "parameters have 16 bytes, which is no multiple of 17", message(() -> spawn(0, -1, -1)));
    parameterBytes = 18;
    assertEquals(
        "parameters have 18 bytes, which is no multiple of 17", message(() -> spawn(0, -1, -1)));
    parameterBytes = 17 * 1_001;
    assertEquals(
        "parameters have 17017 bytes, more than 1000 records", message(() -> spawn(0, -1, -1)));
    assertEquals(List.of(), process.spawned);
  }

  @Test
  void spawn_asManyParametersAsAllowed_works() {
    for (int i = 0; i < 1_000; i++) {
      parameter(0x7F, i, 0);
    }
    assertEquals(0, spawn(0, -1, -1));
    assertEquals(999, process.spawned.getFirst().parameters().get(999).low());
    assertTrue(process.fuelBytes >= 17_000);
  }

  @Test
  void spawn_thatFails_givesAnError() {
    process.spawnResults.add(new SpawnRequest.Result.Failed("start function trapped"));
    assertEquals(1, spawn(0, -1, -1));
    assertEquals(0, memory.getLong(OUT), "the first error id");
    assertEquals("start function trapped", takeError(0));
    assertEquals(0, process.ledger);
  }

  @Test
  void spawn_withoutPermission_traps() {
    process.configure(ProcessConfig.builder().build());
    assertEquals("this process may not spawn", message(() -> spawn(0, -1, -1)));
    assertEquals("this process may not spawn", message(() -> getOrSpawn("free")));
  }

  @Test
  void getOrSpawn_writesBothInAllCases() {
    assertEquals(0, getOrSpawn("one"));
    assertEquals(0, memory.getLong(NODE_OUT));
    assertEquals(TestProcess.OTHER, memory.getLong(OUT));

    assertEquals(2, getOrSpawn("one"));
    assertEquals(0, memory.getLong(NODE_OUT));
    assertEquals(TestProcess.OTHER, memory.getLong(OUT));
    assertEquals(1, process.spawned.size(), "nothing was spawned");

    process.names.put("far", new NamedProcess(3, TestProcess.ID));
    assertEquals(2, getOrSpawn("far"));
    assertEquals(3, memory.getLong(NODE_OUT));
    assertEquals(TestProcess.ID, memory.getLong(OUT));

    process.spawnResults.add(new SpawnRequest.Result.Failed("no memory"));
    assertEquals(1, getOrSpawn("two"));
    assertEquals(0, memory.getLong(NODE_OUT));
    assertEquals("no memory", takeError(memory.getLong(OUT)));
    assertEquals(0, getOrSpawn("two"), "the name stayed free");
  }

  @Test
  void compileModule_givesIdErrorOrMinusOne() {
    memory.write(FUNCTION, new byte[] {0, 'a', 's', 'm'}, 0, 4);
    assertEquals(0, imports.compileModule(process, FUNCTION, 4, OUT));
    assertEquals(0, memory.getLong(OUT));
    assertEquals(1, process.moduleReferences);
    assertEquals(4, process.fuelBytes);

    assertEquals(1, imports.compileModule(process, FUNCTION + 1, 3, OUT));
    assertEquals("not a WebAssembly module", takeError(memory.getLong(OUT)));
    assertEquals(1, imports.compileModule(process, FUNCTION, 0, OUT));
    takeError(memory.getLong(OUT));

    process.configure(ProcessConfig.builder().build());
    memory.putLong(OUT, 77);
    assertEquals(-1, imports.compileModule(process, FUNCTION, 4, OUT));
    assertEquals(77, memory.getLong(OUT), "nothing was written");

    imports.dropModule(process, 0);
    assertEquals(0, process.moduleReferences);
    assertEquals("unknown module id 0", message(() -> imports.dropModule(process, 0)));
    assertEquals(0, process.ledger);
  }

  @Test
  void compileModule_withoutRoomForTheHandle_givesTheModuleUp() {
    memory.write(FUNCTION, new byte[] {0, 'a', 's', 'm'}, 0, 4);
    process.handleLimit = 0;
    assertThrows(HostTrap.class, () -> imports.compileModule(process, FUNCTION, 4, OUT));
    assertEquals(0, process.moduleReferences);
    assertEquals(0, process.ledger);
  }

  @Test
  void config_startsWithNothing() {
    long config = imports.createConfig(process);
    assertEquals(4_294_967_295L, imports.configGetMaxMemory(process, config));
    assertEquals(0, imports.configGetMaxFuel(process, config));
    assertEquals(0, imports.configCanCompileModules(process, config));
    assertEquals(0, imports.configCanCreateConfigs(process, config));
    assertEquals(0, imports.configCanSpawnProcesses(process, config));
    imports.dropConfig(process, config);
    assertEquals("unknown config id 0", message(() -> imports.configGetMaxFuel(process, config)));
    assertEquals(1, imports.createConfig(process), "ids are never reused");
  }

  /** What Lunatic has no permission for, its guests pass on without knowing. */
  @Test
  void config_hasTheCreatorsNetworkAndDatabases() {
    for (boolean allowed : new boolean[] {true, false}) {
      process.configure(
          ProcessConfig.builder()
              .canCreateConfigs(true)
              .canUseDatabases(allowed)
              .network(allowed ? NetworkAccess.ALL : NetworkAccess.NONE)
              .build());
      ProcessConfig made =
          process.handles(HandleKind.CONFIG).get(imports.createConfig(process)).build();
      assertEquals(allowed, made.canUseDatabases());
      assertEquals(process.config().network(), made.network());
      assertFalse(made.canSpawnProcesses());
    }
  }

  @Test
  void config_settersAndGetters_fitTogether() {
    long config = imports.createConfig(process);
    imports.configSetMaxMemory(process, config, 65_536);
    imports.configSetMaxFuel(process, config, 3);
    imports.configSetCanCompileModules(process, config, 2);
    imports.configSetCanCreateConfigs(process, config, -1);
    imports.configSetCanSpawnProcesses(process, config, 1);
    assertEquals(65_536, imports.configGetMaxMemory(process, config));
    assertEquals(3, imports.configGetMaxFuel(process, config));
    assertEquals(1, imports.configCanCompileModules(process, config));
    assertEquals(1, imports.configCanCreateConfigs(process, config));
    assertEquals(1, imports.configCanSpawnProcesses(process, config));
    imports.configSetCanCreateConfigs(process, config, 0);
    assertEquals(0, imports.configCanCreateConfigs(process, config));
  }

  @Test
  void config_getters_answerTheClamp() {
    process.configure(
        ProcessConfig.builder().maxMemoryBytes(1_000).maxFuel(10).canCreateConfigs(true).build());
    long config = imports.createConfig(process);
    assertEquals(1_000, imports.configGetMaxMemory(process, config));
    assertEquals(10, imports.configGetMaxFuel(process, config), "unlimited is more than 10");
    imports.configSetMaxFuel(process, config, 11);
    assertEquals(10, imports.configGetMaxFuel(process, config));
    imports.configSetMaxFuel(process, config, 9);
    assertEquals(9, imports.configGetMaxFuel(process, config));
    imports.configSetMaxMemory(process, config, 999);
    assertEquals(999, imports.configGetMaxMemory(process, config));
    imports.configSetCanCompileModules(process, config, 1);
    imports.configSetCanCreateConfigs(process, config, 1);
    imports.configSetCanSpawnProcesses(process, config, 1);
    assertEquals(0, imports.configCanCompileModules(process, config));
    assertEquals(1, imports.configCanCreateConfigs(process, config));
    assertEquals(0, imports.configCanSpawnProcesses(process, config));
  }

  @Test
  void config_numbersAreUnsigned() {
    process.configure(
        ProcessConfig.builder().allPermissions(true).maxMemoryBytes(Long.MAX_VALUE).build());
    long config = imports.createConfig(process);
    for (long huge : new long[] {-1, Long.MIN_VALUE}) {
      imports.configSetMaxMemory(process, config, huge);
      imports.configSetMaxFuel(process, config, huge);
      assertEquals(Long.MAX_VALUE, imports.configGetMaxMemory(process, config));
      assertEquals(Long.MAX_VALUE, imports.configGetMaxFuel(process, config));
    }
    assertEquals(0, spawn(0, config, -1));
  }

  @Test
  void createConfig_withoutPermission_isMinusOne() {
    process.configure(ProcessConfig.builder().build());
    assertEquals(-1, imports.createConfig(process));
    assertEquals(0, process.handleCount);
  }

  @Test
  void sleep_saturates() {
    imports.sleepMs(process, 3);
    assertEquals(3_000_000, process.sleptNanos);
    for (long huge : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 9_223_372_036_855L}) {
      imports.sleepMs(process, huge);
      assertEquals(Long.MAX_VALUE, process.sleptNanos);
    }
    imports.sleepMs(process, 9_223_372_036_854L);
    assertEquals(9_223_372_036_854_000_000L, process.sleptNanos);
  }

  @Test
  void life_isPassedOn() {
    ProcessContext caller = process;
    imports.dieWhenLinkDies(caller, 0);
    imports.dieWhenLinkDies(caller, 5);
    imports.link(caller, 8, 9);
    imports.unlink(caller, 9);
    imports.monitor(caller, 9);
    imports.stopMonitoring(caller, 9);
    imports.kill(caller, 9);
    assertEquals(
        List.of(
            "setDieWhenLinkDies false",
            "setDieWhenLinkDies true",
            "link 8 9",
            "unlink 9",
            "monitor 9",
            "stopMonitoring 9",
            "kill 9"),
        process.effects);
    assertEquals(TestProcess.ID, imports.processId(caller));
    assertEquals(1, imports.environmentId(caller));
    assertEquals(1, imports.exists(caller, TestProcess.OTHER));
    assertEquals(0, imports.exists(caller, 4));
  }
}
