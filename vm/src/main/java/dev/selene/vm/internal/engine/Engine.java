package dev.selene.vm.internal.engine;

import dev.selene.host.HostFunction;
import dev.selene.host.ModuleRejected;
import dev.selene.host.selene.VersionImports;
import java.io.ByteArrayInputStream;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ImportSection;

/**
 * Loads modules: parse, validate, meter, link, compile.
 *
 * <p>Thread-safety: any thread. Loading a hostile module needs a stack of some MiB; the caller
 * chooses the thread.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  static {
    // a stack overflow inside a static initialiser would poison the class for ever
    for (Class<?> needed :
        new Class<?>[] {
          Traps.class,
          GuestTrap.class,
          HostFunctionFailed.class,
          GuestMachine.class,
          InterpretedCalls.class,
          FallbackInterpreter.class,
          MemoryAccess.class,
          HostCallFailure.class,
          GuestTable.class,
          PagedMemory.class,
          MemoryImage.class,
          LinkedImports.class
        }) {
      try {
        MethodHandles.lookup().ensureInitialized(needed);
      } catch (IllegalAccessException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
    Traps.translate(new ArithmeticException("/ by zero"), null, null);
  }

  private final EngineOptions options;
  private final @Nullable CodeCache cache;
  private final boolean metering;

  /**
   * An engine.
   *
   * @param options its settings
   */
  public Engine(EngineOptions options) {
    this(options, true);
  }

  private Engine(EngineOptions options, boolean metering) {
    this.options = options;
    this.metering = metering;
    this.cache =
        options.cacheDirectory() == null || !metering
            ? null
            : new CodeCache(options.cacheDirectory(), options.cacheMaxBytes());
  }

  /**
   * An engine whose code counts nothing and cannot be stopped: what benchmarks compare with. Never
   * caches code, and is not reachable from outside this package.
   */
  static Engine withoutMetering(EngineOptions options) {
    return new Engine(options, false);
  }

  /**
   * Loads a module. All missing imports and wrong signatures are named in one error.
   *
   * @param name for logs and crash reports
   * @param bytes the binary; not changed, not kept
   * @param imports what it can be linked against
   * @return the module, usable at once
   * @throws ModuleRejected when it is no module or cannot run here; one line
   */
  public EngineModule load(String name, byte[] bytes, ImportTable imports) {
    if (bytes.length > options.maxModuleBytes()) {
      throw new ModuleRejected(
          "the module has " + bytes.length + " bytes; the limit is " + options.maxModuleBytes());
    }
    String key = CodeCache.key(bytes);
    EngineModule kept = kept(name, key, bytes, imports);
    if (kept != null) {
      return kept;
    }
    MeteredModule metered;
    WasmModule module;
    try {
      metered = ModuleMeter.meter(bytes, options.maxFunctions(), metering);
      module = Parser.parse(metered.bytes());
    } catch (ModuleRejected e) {
      throw e;
    } catch (StackOverflowError e) {
      throw new ModuleRejected("invalid module: nested too deeply", e);
    } catch (RuntimeException e) {
      throw new ModuleRejected("invalid module: " + oneLine(e), e);
    }
    List<HostFunction> linked = link(module, imports);
    EngineModule loaded =
        new EngineModule(name, key, module, metered, new LinkedImports(linked), options);
    switch (options.mode()) {
      case INTERPRETER -> {}
      case COMPILED -> compile(loaded, bytes);
      // the caller may change its own
      case AUTO -> compileInBackground(loaded, cache == null ? bytes : bytes.clone());
    }
    return loaded;
  }

  /**
   * A module that was compiled before, as the cache has it. It was validated and metered then.
   *
   * @return null when it is not there or not usable
   * @throws ModuleRejected when it cannot be linked
   */
  private @Nullable EngineModule kept(String name, String key, byte[] bytes, ImportTable imports) {
    if (cache == null || options.mode() == EngineMode.INTERPRETER) {
      return null;
    }
    CodeCache.Kept kept = cache.get(key, bytes);
    if (kept == null || kept.metered().functions() > options.maxFunctions()) {
      return null;
    }
    try {
      WasmModule module = parseValidated(kept);
      LinkedImports linked = new LinkedImports(link(module, imports), kept.calls());
      EngineModule loaded = new EngineModule(name, key, module, kept.metered(), linked, options);
      loaded.useAlways(new CompiledCode(kept.classes(), linked));
      return loaded;
    } catch (ModuleRejected e) {
      throw e;
    } catch (LinkageError | RuntimeException | StackOverflowError e) {
      LOG.warn("compiled code of module {} in the cache is not used: {}", name, oneLine(e));
      return null;
    }
  }

  /**
   * What is in the cache was validated before it was compiled. Only the interpreter needs what
   * validating leaves in the instructions.
   */
  private static WasmModule parseValidated(CodeCache.Kept kept) {
    return Parser.builder()
        .withValidation(!kept.classes().interpreted().isEmpty())
        .build()
        .parse(() -> new ByteArrayInputStream(kept.metered().bytes()));
  }

  /**
   * Describes a module, also one that cannot run here. Runs and compiles nothing.
   *
   * @param bytes the binary; not changed, not kept
   * @param imports what it could be linked against
   * @return what is in it, and why it cannot run here
   * @throws ModuleRejected when it is no module; one line
   */
  public ModuleInspection inspect(byte[] bytes, ImportTable imports) {
    String refusal = null;
    try {
      MeteredModule metered = ModuleMeter.meter(bytes, options.maxFunctions());
      link(Parser.parse(metered.bytes()), imports);
    } catch (RuntimeException | StackOverflowError e) {
      refusal = oneLine(e);
    }
    try {
      return ModuleInspector.inspect(Parser.parse(bytes), imports, refusal);
    } catch (RuntimeException | StackOverflowError e) {
      throw new ModuleRejected(refusal != null ? refusal : "invalid module: " + oneLine(e), e);
    }
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse("no details");
  }

  private static List<HostFunction> link(WasmModule module, ImportTable imports) {
    List<HostFunction> linked = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    String newest = null;
    ImportSection section = module.importSection();
    for (int i = 0; i < section.importCount(); i++) {
      if (!(section.getImport(i) instanceof FunctionImport wanted)) {
        throw new ModuleRejected("the module imports more than functions");
      }
      FunctionType type = module.typeSection().getType(wanted.typeIndex());
      String label = wanted.module() + "." + wanted.name();
      HostFunction function = imports.find(wanted.module(), wanted.name());
      if (function == null && imports.isAbsent(wanted.module()) && type.returns().size() <= 1) {
        function =
            HostFunction.absent(wanted.module(), wanted.name(), LinkedImports.javaSignature(type));
      }
      if (function == null && VersionImports.isVersion(wanted.module(), wanted.name())) {
        newest = wanted.name();
        continue;
      }
      if (function == null) {
        missing.add(label + " " + EngineModule.text(type));
        continue;
      }
      FunctionType offered = LinkedImports.type(function.descriptor());
      if (!LinkedImports.fits(offered, type)) {
        wrong.add(
            label
                + " (the module wants "
                + EngineModule.text(type)
                + ", the host has "
                + EngineModule.text(offered)
                + ")");
        continue;
      }
      linked.add(function);
    }
    if (newest == null && missing.isEmpty() && wrong.isEmpty()) {
      return linked;
    }
    List<String> problems = new ArrayList<>();
    if (newest != null) {
      problems.add(
          "the module needs version "
              + newest
              + " of the selene imports, this is "
              + VersionImports.VERSION
              + ": update Selene, or build the module for this version");
    }
    if (!missing.isEmpty()) {
      problems.add("missing imports: " + String.join(", ", missing));
    }
    if (!wrong.isEmpty()) {
      problems.add("imports of the wrong type: " + String.join(", ", wrong));
    }
    throw new ModuleRejected(String.join("; ", problems));
  }

  private void compileInBackground(EngineModule module, byte[] source) {
    try {
      options
          .compileExecutor()
          .execute(
              () -> {
                try {
                  if (module.isClosed()) {
                    throw new CancellationException("nobody uses the module any more");
                  }
                  compile(module, source);
                } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                  staysInterpreted(module, e);
                }
              });
    } catch (RejectedExecutionException e) {
      staysInterpreted(module, e);
    }
  }

  private static void staysInterpreted(EngineModule module, Throwable reason) {
    if (!module.isClosed()) {
      LOG.warn(
          "module {} stays interpreted, since it cannot be compiled: {}",
          module.name(),
          oneLine(reason));
      LOG.debug("compilation of {}", module.name(), reason);
    }
    module.compilation().completeExceptionally(reason);
    module.kept().complete(false);
  }

  private void compile(EngineModule module, byte[] source) {
    CompiledCode.Classes classes;
    try {
      classes = CodeCompiler.compile(module.wasm(), module.metered());
      module.use(new CompiledCode(classes, module.imports()));
    } catch (LinkageError | RuntimeException e) {
      throw new ModuleRejected("the module cannot be compiled: " + oneLine(e), e);
    }
    boolean kept = false;
    try {
      kept =
          cache != null
              && cache.put(
                  module.cacheKey(),
                  source,
                  module.metered(),
                  classes,
                  module.imports().generated());
    } finally {
      module.kept().complete(kept);
    }
  }

  /**
   * Whether a module's compiled code is in the cache. When it is compiled and being written, waits
   * for that; does not wait for the compilation.
   *
   * @param module one of this engine's
   * @return false also when there is no cache
   */
  public boolean isCached(EngineModule module) {
    return cache != null
        && module.compilation().isDone()
        && module.kept().join()
        && cache.has(module.cacheKey());
  }

  /** Nothing is left to close: modules are closed one by one. */
  @Override
  public void close() {
    // an engine has no threads and no files that stay open
  }
}
