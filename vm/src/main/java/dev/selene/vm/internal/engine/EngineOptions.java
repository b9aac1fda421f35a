package dev.selene.vm.internal.engine;

import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an {@link Engine}.
 *
 * @param mode how guest code runs
 * @param cacheDirectory where compiled code is kept; null for nowhere
 * @param cacheMaxBytes the oldest files are removed above this
 * @param compileExecutor runs background compilations; needs 8 MiB of stack for hostile modules
 * @param poolSize finished instances kept for each module; 0 makes every instance fresh
 * @param maxModuleBytes larger modules are refused
 * @param maxFunctions modules with more functions are refused
 */
public record EngineOptions(
    EngineMode mode,
    @Nullable Path cacheDirectory,
    long cacheMaxBytes,
    Executor compileExecutor,
    int poolSize,
    int maxModuleBytes,
    int maxFunctions) {

  /** Default for {@link #cacheMaxBytes}: 512 MiB. */
  public static final long DEFAULT_CACHE_BYTES = 512L << 20;

  /** Default for {@link #maxModuleBytes}: 64 MiB. */
  public static final int DEFAULT_MODULE_BYTES = 64 << 20;

  /** Default for {@link #maxFunctions}. */
  public static final int DEFAULT_FUNCTIONS = 100_000;

  /**
   * Defaults, without a cache on disk.
   *
   * @param mode how guest code runs
   * @param compileExecutor runs background compilations
   * @return the options
   */
  public static EngineOptions of(EngineMode mode, Executor compileExecutor) {
    return new EngineOptions(
        mode,
        null,
        DEFAULT_CACHE_BYTES,
        compileExecutor,
        256,
        DEFAULT_MODULE_BYTES,
        DEFAULT_FUNCTIONS);
  }
}
