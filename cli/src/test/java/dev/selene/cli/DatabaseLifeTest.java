package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.GuestMemory;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.sqlite.SqliteImports;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Databases of real processes: killed, out of fuel, without memory for results. */
@EnabledOnOs(OS.LINUX)
class DatabaseLifeTest {
  private static final String ENDLESS =
      "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
          + " SELECT i FROM n";

  /**
   * <pre>
   * (module
   *   (import "test" "step" (func $step (param i32)))
   *   (memory (export "memory") 1)
   *   (func (export "run") (param i32) (call $step (local.get 0)))
   *   (func (export "lunatic_alloc") (param i32) (result i32)
   *     (if (i32.eq (local.get 0) (i32.const 13)) (then unreachable))
   *     (i32.const 40000)))
   * </pre>
   */
  private static final byte[] BINARY =
      HexFormat.of()
          .parseHex(
              "0061736d01000000"
                  + "010a0260017f0060017f017f"
                  + "020d010474657374047374657000"
                  + "00"
                  + "0303020001"
                  + "0503010001"
                  + "0720030372756e"
                  + "0001"
                  + "0d6c756e617469635f616c6c6f63"
                  + "0002"
                  + "066d656d6f7279"
                  + "0200"
                  + "0a1802"
                  + "0600200010000b"
                  + "0f002000410d460440000b41c0b8020b");

  @TempDir Path folder;

  private final Map<Integer, Consumer<ProcessContext>> scripts = new ConcurrentHashMap<>();
  private final SqliteImports sqlite = new SqliteImports();
  private final Vm vm = Vm.builder().workers(2).hostModule(new Steps()).build();
  private final Module module = vm.load("scripted", BINARY);

  /** The import {@code test.step}: runs a script as if the guest called its imports. */
  public final class Steps implements HostModule {
    @Override
    public String name() {
      return "test";
    }

    /** Called by the guest. */
    @Import("step")
    public void step(ProcessContext process, int script) {
      scripts.get(script).accept(process);
    }
  }

  @AfterEach
  void end() {
    module.close();
    vm.close();
  }

  private ProcessHandle spawn(long fuel, Consumer<ProcessContext> script) {
    int number = scripts.size();
    scripts.put(number, script);
    ProcessConfig config =
        ProcessConfig.builder()
            .allPermissions(true)
            .preopen(".", folder.toString())
            .maxFuel(fuel)
            .build();
    return vm.spawn(module, SpawnOptions.of("run").argument(number).config(config));
  }

  private static ExitReason join(ProcessHandle process) throws Exception {
    return process.exit().get(60, TimeUnit.SECONDS);
  }

  private static int text(ProcessContext process, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    process.memory().write(1024, bytes, 0, bytes.length);
    return bytes.length;
  }

  private long open(ProcessContext process) {
    assertEquals(0, sqlite.open(process, 1024, text(process, "x.db"), 0));
    return process.memory().getLong(0);
  }

  private int execute(ProcessContext process, long connection, String sql) {
    return sqlite.execute(process, connection, 1024, text(process, sql));
  }

  private long prepare(ProcessContext process, long connection, String sql) {
    return sqlite.queryPrepare(process, connection, 1024, text(process, sql));
  }

  private void assertFileIsFree() throws Exception {
    ProcessHandle next =
        spawn(
            0,
            process -> {
              long db = open(process);
              assertEquals(0, execute(process, db, "DELETE FROM t; INSERT INTO t VALUES (1)"));
              assertEquals(1, sqlite.sqlite3Changes(process, db));
            });
    assertEquals(ExitReason.NORMAL, join(next));
    assertEquals(0, vm.information().chargedBytes());
  }

  @Test
  void killedInTheMiddleOfAStatement_everythingIsGivenBack() throws Exception {
    for (int i = 0; i < 5; i++) {
      CountDownLatch begun = new CountDownLatch(1);
      ProcessHandle process =
          spawn(
              0,
              context -> {
                long db = open(context);
                assertEquals(0, execute(context, db, "CREATE TABLE IF NOT EXISTS t(a)"));
                prepare(context, db, "SELECT * FROM t");
                begun.countDown();
                execute(context, db, ENDLESS);
              });
      assertTrue(begun.await(60, TimeUnit.SECONDS));
      process.kill();
      assertInstanceOf(ExitReason.Killed.class, join(process));
      assertFileIsFree();
    }
  }

  @Test
  void endInTheMiddleOfATransaction_freesTheFileBeforeAnybodyIsTold() throws Exception {
    assertEquals(
        ExitReason.NORMAL,
        join(spawn(0, context -> execute(context, open(context), "CREATE TABLE t(a)"))));
    ProcessHandle process =
        spawn(
            0,
            context -> {
              long db = open(context);
              assertEquals(0, execute(context, db, "BEGIN EXCLUSIVE; INSERT INTO t VALUES (7)"));
              long select = prepare(context, db, "SELECT * FROM t");
              assertEquals(100, sqlite.sqlite3Step(context, select));
              throw new HostTrap("crash");
            });
    assertInstanceOf(ExitReason.Trapped.class, join(process));
    assertFileIsFree();
  }

  @Test
  void endlessStatement_usesUpTheFuel() throws Exception {
    ProcessHandle process =
        spawn(
            100,
            context -> {
              long db = open(context);
              execute(context, db, "CREATE TABLE t(a)");
              execute(context, db, ENDLESS);
            });
    assertInstanceOf(ExitReason.OutOfFuel.class, join(process));
    assertFileIsFree();
  }

  @Test
  void results_goWhereTheGuestSays() throws Exception {
    ProcessHandle process =
        spawn(
            0,
            context -> {
              GuestMemory memory = context.memory();
              long select = prepare(context, open(context), "SELECT 258 AS a, 'x' AS b");
              assertEquals(100, sqlite.sqlite3Step(context, select));
              memory.putLong(512, -1);
              assertEquals(40_000, sqlite.readColumn(context, select, 0, 512));
              assertEquals(12, memory.getInt(512));
              assertEquals(-1, memory.getInt(516), "the length has four bytes");
              assertEquals(4, memory.getInt(40_000));
              assertEquals(258, memory.getLong(40_004));
              // 13 bytes, with which the guest's allocator traps.
              sqlite.readColumn(context, select, 1, 512);
            });
    ExitReason reason = join(process);
    assertTrue(
        reason instanceof ExitReason.Trapped(var kind, String message, List<String> stack)
            && message.startsWith("lunatic_alloc failed: "),
        reason.describe());
  }
}
