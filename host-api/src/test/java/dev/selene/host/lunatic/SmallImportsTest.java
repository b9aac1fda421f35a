package dev.selene.host.lunatic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.HandleKind;
import dev.selene.host.HostTrap;
import dev.selene.host.NamedProcess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessExit;
import dev.selene.host.testing.ArrayMemory;
import dev.selene.host.testing.TestProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Errors, names, metrics, the texts of configurations, the version and the missing cluster. */
class SmallImportsTest {
  private static final int FIRST = 1_000;
  private static final int SECOND = 2_000;

  private final TestProcess process = new TestProcess();
  private final ArrayMemory memory = process.memory;

  private static String message(Runnable call) {
    return String.valueOf(assertThrows(HostTrap.class, call::run).getMessage());
  }

  @Test
  void error_isReadAsUtf8AndDroppedOnce() {
    ErrorImports errors = new ErrorImports();
    String text = "größer als 2 GiB: 💥";
    long id = ErrorImports.report(process, text);
    int size = errors.stringSize(process, id);
    assertEquals(text.getBytes(StandardCharsets.UTF_8).length, size);
    memory.putByte(FIRST + size, (byte) 'x');
    errors.toString(process, id, FIRST);
    assertEquals(text + "x", memory.readText(FIRST, size + 1), "no NUL is written");
    assertTrue(process.ledger > text.length());
    errors.drop(process, id);
    assertEquals(0, process.ledger);
    assertEquals("unknown error id 0", message(() -> errors.drop(process, id)));
    assertEquals("unknown error id 0", message(() -> errors.stringSize(process, id)));
    assertEquals("unknown error id 0", message(() -> errors.toString(process, id, FIRST)));
  }

  @Test
  void error_empty_fitsAnywhere() {
    long id = ErrorImports.report(process, "");
    new ErrorImports().toString(process, id, (int) memory.size());
    assertEquals(0, new ErrorImports().stringSize(process, id));
  }

  @Test
  void error_thatIsLong_isCut() {
    long id = ErrorImports.report(process, "e".repeat(1_000_000));
    assertEquals(4_096, new ErrorImports().stringSize(process, id));
  }

  @Test
  void error_thatFindsNoHandle_isNotCharged() {
    process.handleLimit = 0;
    assertThrows(HostTrap.class, () -> ErrorImports.report(process, "text"));
    assertEquals(0, process.ledger);
  }

  @Test
  void registry_putGetRemove() {
    RegistryImports registry = new RegistryImports();
    int length = memory.putText(FIRST, "café");
    memory.putLong(SECOND, 77);
    memory.putLong(SECOND + 8, 77);
    assertEquals(1, registry.get(process, FIRST, length, SECOND, SECOND + 8));
    assertEquals(77, memory.getLong(SECOND), "nothing is written when there is none");
    assertEquals(77, memory.getLong(SECOND + 8));
    registry.put(process, FIRST, length, 4, -9);
    assertEquals(new NamedProcess(4, -9), process.names.get("café"));
    assertEquals(0, registry.get(process, FIRST, length, SECOND, SECOND + 8));
    assertEquals(4, memory.getLong(SECOND));
    assertEquals(-9, memory.getLong(SECOND + 8));
    registry.remove(process, FIRST, length);
    registry.remove(process, FIRST, length);
    assertEquals(1, registry.get(process, FIRST, length, SECOND, SECOND + 8));
  }

  @Test
  void metrics_reachTheSink() {
    MetricsImports metrics = new MetricsImports();
    int length = memory.putText(FIRST, "requests::ok");
    metrics.counter(process, FIRST, length, 5);
    metrics.counter(process, FIRST, length, -1);
    metrics.incrementCounter(process, FIRST, length);
    metrics.gauge(process, FIRST, length, 1.5);
    metrics.incrementGauge(process, FIRST, length, 2.5);
    metrics.decrementGauge(process, FIRST, length, 2.5);
    metrics.histogram(process, FIRST, length, -0.5);
    assertEquals(
        List.of(
            "count requests::ok 5",
            "count requests::ok " + Long.MAX_VALUE,
            "count requests::ok 1",
            "setGauge requests::ok 1.5",
            "addGauge requests::ok 2.5",
            "addGauge requests::ok -2.5",
            "record requests::ok -0.5"),
        process.effects);
  }

  @Test
  void metrics_badNames_trap() {
    MetricsImports metrics = new MetricsImports();
    assertEquals(
        "metric name is empty", message(() -> metrics.incrementCounter(process, FIRST, 0)));
    int length = memory.putText(FIRST, "a\nb");
    assertEquals(
        "metric name has a control character at index 1",
        message(() -> metrics.incrementCounter(process, FIRST, length)));
    memory.putText(FIRST, "m".repeat(257));
    assertEquals(
        "metric name has 257 bytes, more than 256",
        message(() -> metrics.incrementCounter(process, FIRST, 257)));
    metrics.incrementCounter(process, FIRST, 256);
    assertEquals(1, process.effects.size());
  }

  @Test
  void configTexts_areKeptInOrder() {
    WasiConfigImports wasi = new WasiConfigImports();
    long config = new ProcessImports().createConfig(process);
    int key = memory.putText(FIRST, "KEY");
    for (String text : List.of("first", "second", "")) {
      int value = memory.putText(SECOND, text);
      wasi.configAddEnvironmentVariable(process, config, FIRST, key, SECOND, value);
      wasi.configAddCommandLineArgument(process, config, SECOND, value);
    }
    wasi.configPreopenDir(process, config, SECOND, memory.putText(SECOND, "./some dir"));
    wasi.configPreopenDir(process, config, SECOND, memory.putText(SECOND, "~"));
    ProcessConfig built = process.handles(HandleKind.CONFIG).get(config).build();
    assertEquals(
        List.of(
            new ProcessConfig.Variable("KEY", "first"),
            new ProcessConfig.Variable("KEY", "second"),
            new ProcessConfig.Variable("KEY", "")),
        built.environment());
    assertEquals(List.of("first", "second", ""), built.arguments());
    assertEquals(
        List.of(
            new ProcessConfig.Preopen("./some dir", "./some dir"),
            new ProcessConfig.Preopen("~", System.getProperty("user.home"))),
        built.preopens());
    assertTrue(process.ledger > 0);
    new ProcessImports().dropConfig(process, config);
    assertEquals(0, process.ledger);
  }

  @Test
  void configTexts_areCharged() {
    WasiConfigImports wasi = new WasiConfigImports();
    long config = new ProcessImports().createConfig(process);
    memory.putText(FIRST, "x".repeat(100_000));
    process.ledgerLimit = 700_000;
    assertThrows(
        ProcessExit.class,
        () -> {
          while (true) {
            wasi.configAddCommandLineArgument(process, config, FIRST, 100_000);
          }
        });
    ProcessConfig.Builder builder = process.handles(HandleKind.CONFIG).get(config);
    assertEquals(builder.footprint(), process.ledger);
    assertEquals(3, builder.build().arguments().size());
  }

  @Test
  void configTexts_withNul_trap() {
    WasiConfigImports wasi = new WasiConfigImports();
    long config = new ProcessImports().createConfig(process);
    int length = memory.putText(FIRST, "a\0b");
    assertEquals(
        "argument has a NUL at index 1",
        message(() -> wasi.configAddCommandLineArgument(process, config, FIRST, length)));
    assertEquals(
        "path has a NUL at index 1",
        message(() -> wasi.configPreopenDir(process, config, FIRST, length)));
    assertEquals(
        "value has a NUL at index 1",
        message(() -> wasi.configAddEnvironmentVariable(process, config, FIRST, 1, FIRST, length)));
  }

  @Test
  void version_isThatOfTheAbi() {
    VersionImports version = new VersionImports();
    assertEquals(0, version.major(process));
    assertEquals(13, version.minor(process));
    assertEquals(2, version.patch(process));
  }

  @Test
  void catchTrap_passesBoth() {
    assertEquals(12, new TrapImports().catchTrap(process, 5, 7));
  }

  @Test
  void withoutACluster_thereAreNoNodes() {
    DistributedImports distributed = new DistributedImports();
    memory.putLong(FIRST, 77);
    assertEquals(0, distributed.nodesCount(process));
    assertEquals(0, distributed.getNodes(process, FIRST, 10));
    assertEquals(77, memory.getLong(FIRST));
    assertEquals(0, distributed.nodeId(process));
    assertEquals(0, distributed.moduleId(process));
    assertEquals(
        "lunatic::distributed::send: this node is not part of a cluster",
        message(() -> distributed.send(process, 1, 1)));
  }

  @Test
  void all_hasEveryModuleOnce() {
    assertEquals(10, LunaticImports.all().stream().map(module -> module.name()).distinct().count());
    assertNotNull(LunaticImports.all().getFirst());
  }
}
