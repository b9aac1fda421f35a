package dev.selene.vm.internal.engine;

import dev.selene.host.ModuleRejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.Element;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.GlobalSection;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.NameCustomSection;
import run.endive.wasm.types.ValType;

/**
 * A loaded module, shared by all its processes: the parsed binary, its imports, the initial image
 * of its memory, its compiled code, and a bounded pool of finished instances.
 *
 * <p>Thread-safety: any thread. {@code image} is guarded by this; {@code code} goes from null to
 * its value once; the pool is a stack and a count that may be ahead of it for a moment.
 */
public final class EngineModule {
  private static final String STACK_POINTER = "__stack_pointer";
  private static final int STACK_POINTER_LOOKS = 16;
  private static final String INITIALIZE = "_initialize";
  private static final String START = "_start";

  private static final Logger LOG = LoggerFactory.getLogger(EngineModule.class);

  /** A place in the pool. Each is used once, so that none comes back while somebody looks at it. */
  private static final class Pooled {
    final GuestInstance instance;
    @Nullable Pooled below;

    Pooled(GuestInstance instance) {
      this.instance = instance;
    }
  }

  private final String name;
  private final String cacheKey;
  private final WasmModule module;
  private final MeteredModule metered;
  private final LinkedImports imports;
  private final Map<String, Integer> exports = new HashMap<>();
  private final Map<String, ExportSignature> signatures = new HashMap<>();
  private final List<String> exportNames = new ArrayList<>();
  private final DataSegment[] segments;
  private final Element[] elements;
  private final int poolSize;
  private final @Nullable String initializer;

  /** Finished instances, the last one given back on top: that one is still in the cache. */
  private final AtomicReference<@Nullable Pooled> pool = new AtomicReference<>();

  private final AtomicInteger pooled = new AtomicInteger();
  private final CompletableFuture<Void> compilation = new CompletableFuture<>();
  private volatile @Nullable CompiledCode code;
  private volatile @Nullable MemoryImage image;
  private volatile GuestInstance.@Nullable InitialState initialState;
  private volatile @Nullable InstanceTemplate template;
  private volatile boolean closed;
  private final CompletableFuture<Boolean> kept = new CompletableFuture<>();

  /** Whether the module has no bodies to interpret; set before anybody else sees it. */
  private boolean onlyCompiled;

  EngineModule(
      String name,
      String cacheKey,
      WasmModule module,
      MeteredModule metered,
      LinkedImports imports,
      EngineOptions options) {
    this.name = name;
    this.cacheKey = cacheKey;
    this.module = module;
    this.metered = metered;
    this.imports = imports;
    this.segments = module.dataSection().dataSegments();
    this.elements = module.elementSection().elements();
    // the effects of a start function cannot be undone one by one
    this.poolSize = module.startSection().isPresent() ? 0 : options.poolSize();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION) {
        if (export.index() < 0
            || export.index() >= metered.importedFunctions() + metered.functions()) {
          throw new ModuleRejected(
              "invalid module: export " + export.name() + " names a function that is not there");
        }
        exports.put(export.name(), export.index());
        FunctionType type = functionType(export.index());
        signatures.put(
            export.name(),
            new ExportSignature(export.name(), codes(type.params()), codes(type.returns())));
        exportNames.add(export.name());
      }
    }
    initializer = isReactor() ? INITIALIZE : null;
    if (options.mode() == EngineMode.INTERPRETER) {
      compilation.complete(null);
      kept.complete(false);
    }
  }

  private boolean isReactor() {
    ExportSignature signature = signatures.get(INITIALIZE);
    return signature != null
        && signature.parameters().isEmpty()
        && signature.results().isEmpty()
        && !hasExport(START);
  }

  /**
   * The name it was loaded under.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Whether a function is exported.
   *
   * @param function a name
   * @return true if so
   */
  public boolean hasExport(String function) {
    return exports.containsKey(function);
  }

  /**
   * What is to be called in an instance before any other export: a WASI reactor, which is a library
   * and no program, has such a function.
   *
   * <p>Source: WebAssembly/WASI, application-abi.md.
   *
   * @return its name; null for a program, and where there is nothing to call
   */
  public @Nullable String initializer() {
    return initializer;
  }

  /**
   * The type of an exported function.
   *
   * @param function a name
   * @return null when it is not exported
   */
  public @Nullable ExportSignature exportSignature(String function) {
    return signatures.get(function);
  }

  private static List<Byte> codes(List<ValType> types) {
    return types.stream().map(type -> (byte) type.opcode()).toList();
  }

  /**
   * Names of all exported functions.
   *
   * @return in the order of the binary
   */
  public List<String> exports() {
    return List.copyOf(exportNames);
  }

  /**
   * Completes when compiled code is in use; already complete in interpreter mode; fails when the
   * module cannot be compiled and stays interpreted.
   *
   * @return the future
   */
  public CompletableFuture<Void> compilation() {
    return compilation;
  }

  /**
   * Whether new calls run compiled code.
   *
   * @return true if so
   */
  public boolean compiled() {
    return code != null;
  }

  /**
   * Size of the compiled code.
   *
   * @return bytes of JVM classes, 0 before compilation
   */
  public long codeBytes() {
    CompiledCode current = code;
    return current == null ? 0 : current.classes().size();
  }

  /**
   * Makes an instance, or takes a finished one. Runs the start function.
   *
   * @param owner the process it is for
   * @return the instance, its memory charged to the owner
   * @throws InstantiationFailed when memory or segments do not fit, or the start function traps
   */
  public GuestInstance instantiate(MemoryOwner owner) throws InstantiationFailed {
    String refusal = memoryRefusal(owner.maxMemoryBytes());
    if (refusal != null) {
      throw new InstantiationFailed(refusal);
    }
    GuestInstance finished = takePooled();
    if (finished != null) {
      finished.assign(owner);
      return finished;
    }
    return GuestInstance.create(this, owner, memoryLimits().maximumPages());
  }

  /**
   * Whether instantiating runs guest code.
   *
   * @return true when the module has a start function
   */
  public boolean hasStartFunction() {
    return module.startSection().isPresent();
  }

  /**
   * Whether the initial memory fits under a limit.
   *
   * @param maxMemoryBytes the limit
   * @return null when it does; else one line that says why not
   */
  public @Nullable String memoryRefusal(long maxMemoryBytes) {
    int minimum = memoryLimits().initialPages();
    return (long) minimum * PagedMemory.PAGE_SIZE > maxMemoryBytes
            || minimum > PagedMemory.RUNTIME_MAX_PAGES
        ? "memory minimum size of " + minimum + " pages exceeds memory limits"
        : null;
  }

  /**
   * What the first write of an instance charges to its process, which hardly any does without.
   *
   * @return bytes
   */
  public long firstWriteBytes() {
    return PagedMemory.firstWriteCharge(
        memoryLimits().initialPages() * PagedMemory.GRANULES_A_PAGE);
  }

  /** Takes a reset instance back; false when it is not wanted. */
  boolean recycle(GuestInstance instance) {
    if (closed || pooled.incrementAndGet() > poolSize) {
      if (!closed) {
        pooled.decrementAndGet();
      }
      return false;
    }
    Pooled top = new Pooled(instance);
    do {
      top.below = pool.get();
    } while (!pool.compareAndSet(top.below, top));
    return true;
  }

  private @Nullable GuestInstance takePooled() {
    while (true) {
      Pooled top = pool.get();
      if (top == null) {
        return null;
      }
      if (pool.compareAndSet(top, top.below)) {
        pooled.decrementAndGet();
        return top.instance;
      }
    }
  }

  boolean pools() {
    return poolSize > 0 && !closed && pooled.get() < poolSize;
  }

  /** Drops the pool; running processes keep their instances and code until they end. */
  public void close() {
    closed = true;
    pool.set(null);
    if (!onlyCompiled) {
      code = null;
    }
  }

  /**
   * What the module looks like.
   *
   * @return texts for people
   */
  public ModuleInspection inspect() {
    CompiledCode current = code;
    return ModuleInspector.inspectLinked(
        module,
        names(current == null ? List.of() : current.classes().huge()),
        names(current == null ? List.of() : current.classes().interpreted()));
  }

  private List<String> names(List<Integer> functions) {
    return functions.stream().map(this::functionName).toList();
  }

  static String text(FunctionType type) {
    return "(" + text(type.params()) + ") -> (" + text(type.returns()) + ")";
  }

  private static String text(List<ValType> types) {
    return String.join(
        ", ", types.stream().map(t -> t.name().toLowerCase(java.util.Locale.ROOT)).toList());
  }

  // For the engine

  private MemoryLimits memoryLimits() {
    return module
        .memorySection()
        .orElseThrow(() -> new IllegalStateException("the meter gives every module a memory"))
        .getMemory(0)
        .limits();
  }

  private FunctionType functionType(int index) {
    int imported = metered.importedFunctions();
    int type =
        index < imported
            ? ((FunctionImport) module.importSection().getImport(index)).typeIndex()
            : module.functionSection().getFunctionType(index - imported);
    return module.typeSection().getType(type);
  }

  String functionName(int index) {
    NameCustomSection names = module.nameSection();
    String function = names == null ? null : names.nameOfFunction(index);
    return function == null || function.isEmpty() ? "func[" + index + "]" : function;
  }

  @Nullable Integer exportIndex(String function) {
    return exports.get(function);
  }

  /**
   * The global that LLVM's compilers keep their stack pointer in, by its name in the name section;
   * who lies there harms himself alone.
   *
   * @return its index; -1 for none
   */
  int stackPointer() {
    NameCustomSection names = module.nameSection();
    GlobalSection globals = module.globalSection();
    if (names == null || globals == null) {
      return -1;
    }
    // It is the first global; the bound is for modules that want to be looked at for long.
    for (int i = 0; i < Math.min(globals.globalCount(), STACK_POINTER_LOOKS); i++) {
      if (STACK_POINTER.equals(names.nameOfGlobal(i))
          && globals.getGlobal(i).mutabilityType() == MutabilityType.Var
          && globals.getGlobal(i).valueType().equals(ValType.I32)) {
        return i;
      }
    }
    return -1;
  }

  String cacheKey() {
    return cacheKey;
  }

  WasmModule wasm() {
    return module;
  }

  MeteredModule metered() {
    return metered;
  }

  int prefix() {
    return metered.prefix();
  }

  LinkedImports imports() {
    return imports;
  }

  ImportValues importValues() {
    return imports.values();
  }

  Element[] elements() {
    return elements;
  }

  @Nullable CompiledCode code() {
    return code;
  }

  boolean isClosed() {
    return closed;
  }

  /** As {@link #use}, of a new module that cannot run without: it has no bodies to interpret. */
  void useAlways(CompiledCode compiled) {
    onlyCompiled = true;
    use(compiled);
    kept.complete(true);
  }

  /**
   * Whether the cache has had this module: completes when that is settled, which is some time after
   * {@link #compilation} is complete.
   */
  CompletableFuture<Boolean> kept() {
    return kept;
  }

  /** Calls run this code from now on; who waits for it is told by {@link #compilation}. */
  void use(CompiledCode compiled) {
    if (closed) {
      compilation.cancel(false);
      return;
    }
    code = compiled;
    List<Integer> huge = compiled.classes().huge();
    if (HotSpotLimits.onlyInterprets(huge)) {
      LOG.warn(
          "module {}: {} functions are over 8000 bytes of JVM code, which HotSpot only ever"
              + " interprets; start Java with -XX:-DontCompileHugeMethods. First of them: {}",
          name,
          huge.size(),
          functionName(huge.getFirst()));
    }
    compilation.complete(null);
  }

  /**
   * Called with each instance that Endive made, before it has run.
   *
   * @return whether it is the first one, whose state is remembered
   */
  synchronized boolean rememberFirst(GuestInstance.InitialState state) {
    if (initialState != null) {
      return false;
    }
    initialState = state;
    return true;
  }

  /**
   * Called with what the second instance is copied from: most programs have one process, and their
   * start does without the reflection that copying needs.
   */
  synchronized void makeFurtherOnes(@Nullable InstanceTemplate newTemplate) {
    if (template == null) {
      template = newTemplate;
    }
  }

  /** Makes further instances; null before the second, and where Endive must make them all. */
  @Nullable InstanceTemplate template() {
    return template;
  }

  GuestInstance.InitialState initialState() {
    return java.util.Objects.requireNonNull(initialState, "no instance was ever made");
  }

  /** Data segments of one instance, which may drop them. */
  DataSegment[] newSegments() {
    return segments.length == 0 ? segments : segments.clone();
  }

  /** The image; there is one since the first instance was made. */
  MemoryImage image() {
    return java.util.Objects.requireNonNull(image, "no instance was ever made");
  }

  /** Undoes {@code data.drop} in an instance. */
  void restore(DataSegment[] dropped) {
    System.arraycopy(segments, 0, dropped, 0, segments.length);
  }

  /** The image, made with the first instance; offsets are constants, so it is the same for all. */
  MemoryImage image(Instance instance, DataSegment[] dataSegments) {
    MemoryImage current = image;
    return current != null ? current : makeImage(instance, dataSegments);
  }

  private synchronized MemoryImage makeImage(Instance instance, DataSegment[] dataSegments) {
    MemoryImage current = image;
    if (current != null) {
      return current;
    }
    MemoryImage made = new MemoryImage(memoryLimits().initialPages());
    for (DataSegment segment : dataSegments) {
      if (segment instanceof ActiveDataSegment active) {
        long offset =
            ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
        made.write((int) offset, active.data());
      }
    }
    image = made;
    return made;
  }
}
