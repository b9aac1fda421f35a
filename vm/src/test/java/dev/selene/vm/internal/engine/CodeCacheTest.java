package dev.selene.vm.internal.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    String key = CodeCache.key(MeteringTest.mixture());
    CompiledCode.Classes classes = new CodeCache(directory, 1 << 20).get(key);
    assertTrue(classes != null && classes.classes().containsKey(CodeCompiler.CLASS_NAME));
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
}
