package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ModuleRejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

class CodeCacheTest {
  @TempDir Path directory;

  private long[] run(Path folder, long maxBytes) throws InstantiationFailed {
    try (Engine engine =
        new Engine(
            new EngineOptions(
                EngineMode.COMPILED, folder, maxBytes, Runnable::run, 0, 1 << 20, 1000))) {
      EngineModule module = engine.load("cached", MeteringTest.mixture(), TestHost.imports());
      return module.instantiate(new RecordingOwner()).call("run", 20);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void compiledCode_isKeptAndDamageIsRepaired() throws Exception {
    long[] expected = run(directory, 1 << 20);
    Path file = files().getFirst();
    assertEquals(1, files().size());
    byte[] kept = Files.readAllBytes(file);
    assertArrayEquals(expected, run(directory, 1 << 20));
    assertArrayEquals(kept, Files.readAllBytes(file));

    byte[] damaged = kept.clone();
    damaged[kept.length / 2] ^= 1;
    for (byte[] bad : new byte[][] {damaged, java.util.Arrays.copyOf(kept, 1000), new byte[3]}) {
      Files.write(file, bad);
      assertArrayEquals(expected, run(directory, 1 << 20));
      assertEquals(kept.length, Files.size(file));
      assertEquals(1, files().size());
    }
  }

  @Test
  void cachedCode_isReallyUsed() throws Exception {
    run(directory, 1 << 20);
    CodeCache.Kept kept = kept(MeteringTest.mixture());
    assertTrue(kept != null && kept.classes().classes().containsKey(CodeCompiler.CLASS_NAME));
  }

  private CodeCache.@Nullable Kept kept(byte[] module) {
    return new CodeCache(directory, 1 << 20).get(CodeCache.key(module), module);
  }

  @Test
  void codeUnderTheKeyOfAnotherModule_isNotUsed() throws Exception {
    run(directory, 1 << 20);
    byte[] other = MeteringTest.mixture();
    other[other.length - 1] ^= 1;
    CodeCache cache = new CodeCache(directory, 1 << 20);

    assertNull(cache.get(CodeCache.key(MeteringTest.mixture()), other));
    assertNull(cache.get(CodeCache.key(MeteringTest.mixture()), new byte[0]));
    assertNotNull(kept(MeteringTest.mixture()));
  }

  @Test
  void callersBytes_mayChangeAfterTheLoad() throws Exception {
    List<Runnable> later = new ArrayList<>();
    byte[] bytes = MeteringTest.mixture();
    try (Engine engine =
        new Engine(
            new EngineOptions(EngineMode.AUTO, directory, 1 << 20, later::add, 0, 1 << 20, 1000))) {
      engine.load("cached", bytes, TestHost.imports());
      Arrays.fill(bytes, (byte) 0);
      later.forEach(Runnable::run);
    }
    assertNotNull(kept(MeteringTest.mixture()));
  }

  @Test
  void metering_isKeptWithTheCode() throws Exception {
    byte[] source = MeteringTest.mixture();
    run(directory, 1 << 20);
    MeteredModule metered = ModuleMeter.meter(source, 1000);
    CodeCache.Kept kept = kept(source);

    assertNotNull(kept);
    assertEquals(metered.prefix(), kept.metered().prefix());
    assertEquals(metered.importedFunctions(), kept.metered().importedFunctions());
    assertEquals(metered.functions(), kept.metered().functions());
    assertEquals(metered.leaves(), kept.metered().leaves());
    assertEquals(metered.counted(), kept.metered().counted());
    assertArrayEquals(metered.reserves(), kept.metered().reserves());
    assertTrue(kept.metered().bytes().length < metered.bytes().length);
  }

  @Test
  void fuelAndDepth_areTheSameFromTheCache() throws Exception {
    long[] costs = new long[2];
    for (int i = 0; i < costs.length; i++) {
      RecordingOwner owner = new RecordingOwner();
      try (Engine engine = engine(EngineMode.AUTO, directory, 1000)) {
        EngineModule module = engine.load("cached", MeteringTest.mixture(), TestHost.imports());
        module.compilation().get();
        GuestInstance instance = module.instantiate(owner);
        instance.call("run", 500);
        costs[i] = owner.used(instance.memory());
        assertEquals(0, instance.memory().depth());
      }
    }
    assertEquals(costs[0], costs[1]);
    assertTrue(costs[0] > 20_000, "cost " + costs[0]);
  }

  @Test
  void moduleFromTheCache_runsAlsoAfterItWasClosed() throws Exception {
    long[] expected = run(directory, 1 << 20);
    try (Engine engine = engine(EngineMode.AUTO, directory, 1000)) {
      EngineModule module = engine.load("cached", MeteringTest.mixture(), TestHost.imports());
      assertTrue(module.compiled());
      GuestInstance instance = module.instantiate(new RecordingOwner());
      module.close();
      assertArrayEquals(expected, instance.call("run", 20));
    }
  }

  @Test
  void limitOfFunctions_holdsForTheCache() throws Exception {
    run(directory, 1 << 20);
    try (Engine engine = engine(EngineMode.AUTO, directory, 1)) {
      assertThrows(
          ModuleRejected.class,
          () -> engine.load("cached", MeteringTest.mixture(), TestHost.imports()));
    }
  }

  @Test
  void missingImport_isNamedFromTheCacheToo() {
    WasmBuilder wasm = new WasmBuilder();
    int twice = wasm.importFunction("test", "twice", "i", "i");
    wasm.exported("run", "i", "i", "", code().get(0).call(twice));
    byte[] bytes = wasm.build();
    try (Engine engine = engine(EngineMode.AUTO, directory, 1000)) {
      engine.load("first", bytes, TestHost.imports());
      assertTrue(engine.load("second", bytes, TestHost.imports()).compiled());
      String expected =
          message(EngineFixture.engine(EngineMode.INTERPRETER), bytes, ImportTable.of(List.of()));
      assertTrue(expected.contains("test.twice"), expected);
      assertEquals(expected, message(engine, bytes, ImportTable.of(List.of())));
    }
  }

  private static String message(Engine engine, byte[] bytes, ImportTable imports) {
    return assertThrows(ModuleRejected.class, () -> engine.load("cached", bytes, imports))
        .getMessage();
  }

  private static Engine engine(EngineMode mode, Path folder, int maxFunctions) {
    return new Engine(
        new EngineOptions(mode, folder, 1 << 20, Runnable::run, 0, 1 << 20, maxFunctions));
  }

  @Test
  void oldestFilesGo_andUnusableFoldersOnlyWarn() throws Exception {
    Path old = directory.resolve("0".repeat(64) + ".selene");
    Files.write(old, new byte[60_000]);
    Files.setLastModifiedTime(old, java.nio.file.attribute.FileTime.fromMillis(1000));
    long[] expected = run(directory, 61_000);
    assertTrue(!Files.exists(old));
    assertEquals(1, files().size());
    Path notAFolder = Files.write(directory.resolve("file"), new byte[1]);
    assertArrayEquals(expected, run(notAFolder, 1 << 20));
  }

  @Test
  void isCached_waitsForTheFileAndNotForTheCompilation() throws Exception {
    List<Runnable> later = new ArrayList<>();
    try (Engine engine =
        new Engine(
            new EngineOptions(EngineMode.AUTO, directory, 1 << 20, later::add, 0, 1 << 20, 1000))) {
      EngineModule module = engine.load("new", MeteringTest.mixture(), TestHost.imports());
      assertFalse(engine.isCached(module));
      // Told while the code is in use, and the file is still to be written.
      CompletableFuture<Boolean> cached =
          module.compilation().thenApplyAsync(done -> engine.isCached(module));
      later.forEach(Runnable::run);
      assertTrue(cached.get(1, TimeUnit.MINUTES));
    }
  }

  @Test
  void moduleThatCannotBeKept_isNotCachedThoughAnotherHasItsName() throws Exception {
    Path notAFolder = Files.write(directory.resolve("file"), new byte[1]);
    try (Engine engine = engine(EngineMode.COMPILED, notAFolder, 1000)) {
      EngineModule module = engine.load("new", MeteringTest.mixture(), TestHost.imports());
      Files.delete(notAFolder);
      Files.createDirectories(notAFolder);
      Files.write(
          notAFolder.resolve(CodeCache.key(MeteringTest.mixture()) + ".selene"), new byte[100]);
      assertFalse(engine.isCached(module));
    }
  }

  @Test
  void moduleFromTheCache_isCachedUntilItsFileGoes() throws Exception {
    run(directory, 1 << 20);
    try (Engine engine = engine(EngineMode.AUTO, directory, 1000)) {
      EngineModule module = engine.load("again", MeteringTest.mixture(), TestHost.imports());
      assertTrue(engine.isCached(module));
      Files.delete(files().getFirst());
      assertFalse(engine.isCached(module));
    }
  }

  @Test
  void abandonedFiles_goWithTheNextWrite_andFreshOnesStay() throws Exception {
    Path abandoned = Files.write(directory.resolve("selene-new-123.tmp"), new byte[10]);
    Files.setLastModifiedTime(abandoned, java.nio.file.attribute.FileTime.fromMillis(1000));
    Path fresh = Files.write(directory.resolve("selene-new-456.tmp"), new byte[10]);
    Path foreign = Files.write(directory.resolve("new-report.tmp"), new byte[10]);
    Files.setLastModifiedTime(foreign, java.nio.file.attribute.FileTime.fromMillis(1000));
    run(directory, 1 << 20);
    assertFalse(Files.exists(abandoned));
    assertTrue(Files.exists(fresh));
    assertTrue(Files.exists(foreign));
  }

  @Test
  void hostCalls_areTakenFromTheCacheOnlyForTheSameMethods() throws Exception {
    WasmBuilder wasm = new WasmBuilder();
    int twice = wasm.importFunction("test", "twice", "i", "i");
    wasm.exported("run", "i", "i", "", code().get(0).call(twice));
    byte[] bytes = wasm.build();
    CodeCache cache = new CodeCache(directory, 1 << 20);
    String key = CodeCache.key(bytes);
    try (Engine engine = engine(EngineMode.COMPILED, directory, 1000)) {
      HostCallsClass made = engine.load("first", bytes, TestHost.imports()).imports().generated();
      CodeCache.Kept kept = Objects.requireNonNull(cache.get(key, bytes));
      assertEquals(made.targets(), kept.calls().targets());
      byte[] marked = marked(made.bytes());
      HostCallsClass same = new HostCallsClass(made.targets(), marked);
      assertTrue(cache.put(key, bytes, kept.metered(), kept.classes(), same));
      EngineModule again = engine.load("second", bytes, TestHost.imports());
      assertArrayEquals(marked, again.imports().generated().bytes());
      assertEquals(14, again.instantiate(new RecordingOwner()).call("run", 7)[0]);
      HostCallsClass others = new HostCallsClass("of another host", marked);
      assertTrue(cache.put(key, bytes, kept.metered(), kept.classes(), others));
      EngineModule anew = engine.load("third", bytes, TestHost.imports());
      assertArrayEquals(made.bytes(), anew.imports().generated().bytes());
      assertEquals(14, anew.instantiate(new RecordingOwner()).call("run", 7)[0]);
    }
  }

  /** The same class, and yet another file. */
  private static byte[] marked(byte[] file) {
    ClassReader reader = new ClassReader(file);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(writer, 0);
    writer.visitSource("marked", null);
    return writer.toByteArray();
  }
}
