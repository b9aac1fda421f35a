package dev.selene.vm.internal.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.endive.runtime.ExecutionListener;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.runtime.TableInstance;
import run.endive.runtime.TagInstance;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.Element;
import run.endive.wasm.types.MutabilityType;
import sun.reflect.ReflectionFactory;

/**
 * Makes further instances of a module from its first finished one: they share what no instance
 * changes, and get globals, tables and segments of their own with the first values. Endive's own
 * way clones and computes all of it for each instance, some 35 kilobytes of garbage and 15
 * microseconds.
 *
 * <p>Endive's fields are private and final: they are set by reflection on an object that nobody
 * else has seen yet. Where a Java runtime refuses that, {@link #of} answers null, and instances are
 * made in Endive's way.
 *
 * <p>Thread-safety: immutable.
 */
final class InstanceTemplate {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceTemplate.class);

  private static final @Nullable Constructor<?> ALLOCATE = allocator();
  private static final @Nullable MethodHandle MODULE = setter("module");
  private static final @Nullable MethodHandle MACHINE = setter("machine");
  private static final @Nullable MethodHandle FUNCTIONS = setter("functions");
  private static final @Nullable MethodHandle MEMORIES = setter("memories");
  private static final @Nullable MethodHandle DATA_SEGMENTS = setter("dataSegments");
  private static final @Nullable MethodHandle GLOBAL_INITIALIZERS = setter("globalInitializers");
  private static final @Nullable MethodHandle GLOBALS = setter("globals");
  private static final @Nullable MethodHandle TYPES = setter("types");
  private static final @Nullable MethodHandle FUNCTION_TYPES = setter("functionTypes");
  private static final @Nullable MethodHandle IMPORTS = setter("imports");
  private static final @Nullable MethodHandle TABLES = setter("tables");
  private static final @Nullable MethodHandle ELEMENTS = setter("elements");
  private static final @Nullable MethodHandle TAGS = setter("tags");
  private static final @Nullable MethodHandle EXPORTS = setter("exports");
  private static final @Nullable MethodHandle LISTENER = setter("listener");
  private static final @Nullable MethodHandle EXCEPTIONS = setter("exnRefs");
  private static final TagInstance[] NO_TAGS = {};
  private static final Map<?, ?> NO_EXCEPTIONS = Map.of();
  private static final boolean AVAILABLE = available();

  private final EngineModule module;
  private final GuestInstance.InitialState initial;
  private final Object functions;
  private final Object types;
  private final Object functionTypes;
  private final Object globalInitializers;
  private final Object exports;
  private final GlobalInstance[] globals;

  /** Tell the shape; what they hold is their own. */
  private final GuestTable[] tables;

  private InstanceTemplate(
      EngineModule module,
      Instance first,
      GuestTable[] firstTables,
      GuestInstance.InitialState initial) {
    this.module = module;
    this.initial = initial;
    this.tables = firstTables;
    this.functions = get(first, "functions");
    this.types = get(first, "types");
    this.functionTypes = get(first, "functionTypes");
    this.globalInitializers = get(first, "globalInitializers");
    this.exports = get(first, "exports");
    this.globals = new GlobalInstance[first.globalCount()];
    for (int i = 0; i < globals.length; i++) {
      globals[i] = newGlobal(first.global(i), i);
    }
  }

  /**
   * A template.
   *
   * @param first finished and not run yet
   * @return null where the runtime does not allow it, and for modules whose instances differ
   */
  static @Nullable InstanceTemplate of(
      EngineModule module,
      Instance first,
      GuestTable[] firstTables,
      GuestInstance.InitialState initial) {
    return AVAILABLE && !module.hasStartFunction() && first.tagCount() == 0
        ? new InstanceTemplate(module, first, firstTables, initial)
        : null;
  }

  private static @Nullable Constructor<?> allocator() {
    try {
      return ReflectionFactory.getReflectionFactory()
          .newConstructorForSerialization(Instance.class, Object.class.getDeclaredConstructor());
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      LOG.debug("instances cannot be made from a template", e);
      return null;
    }
  }

  private static Field field(String name) throws ReflectiveOperationException {
    Field field = Instance.class.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  private static @Nullable MethodHandle setter(String name) {
    try {
      MethodHandle setter = MethodHandles.lookup().unreflectSetter(field(name));
      return setter.asType(setter.type().changeParameterType(1, Object.class));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("instances cannot be made from a template", e);
      return null;
    }
  }

  private static boolean available() {
    return ALLOCATE != null
        && MODULE != null
        && MACHINE != null
        && FUNCTIONS != null
        && MEMORIES != null
        && DATA_SEGMENTS != null
        && GLOBAL_INITIALIZERS != null
        && GLOBALS != null
        && TYPES != null
        && FUNCTION_TYPES != null
        && IMPORTS != null
        && TABLES != null
        && ELEMENTS != null
        && TAGS != null
        && EXPORTS != null
        && LISTENER != null
        && EXCEPTIONS != null;
  }

  private static Object get(Instance instance, String name) {
    try {
      return field(name).get(instance);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a field that was accessible is not any more", e);
    }
  }

  GuestTable[] tables(PagedMemory memory) {
    GuestTable[] made = new GuestTable[tables.length];
    for (int i = 0; i < made.length; i++) {
      made[i] = tables[i].another(memory, initial.tables()[i]);
    }
    return made;
  }

  /**
   * An instance without its machine, see {@link #complete}.
   *
   * @param tables from {@link #tables}
   */
  @SuppressWarnings("NullAway") // AVAILABLE: all setters are there
  Instance make(Memory memory, DataSegment[] segments, GuestTable[] tables) {
    try {
      Instance made = (Instance) ALLOCATE.newInstance();
      MODULE.invokeExact(made, (Object) module.wasm());
      FUNCTIONS.invokeExact(made, functions);
      MEMORIES.invokeExact(made, (Object) new Memory[] {memory});
      DATA_SEGMENTS.invokeExact(made, (Object) segments);
      GLOBAL_INITIALIZERS.invokeExact(made, globalInitializers);
      GLOBALS.invokeExact(made, (Object) globals(made));
      TYPES.invokeExact(made, types);
      FUNCTION_TYPES.invokeExact(made, functionTypes);
      IMPORTS.invokeExact(made, (Object) module.importValues());
      TABLES.invokeExact(made, (Object) (TableInstance[]) tables);
      Element[] elements = module.elements();
      ELEMENTS.invokeExact(made, (Object) (elements.length == 0 ? elements : elements.clone()));
      TAGS.invokeExact(made, (Object) NO_TAGS);
      EXPORTS.invokeExact(made, exports);
      EXCEPTIONS.invokeExact(made, (Object) NO_EXCEPTIONS);
      return made;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("an instance cannot be made from its template", e);
    }
  }

  /** Gives an instance what interprets or runs its code. */
  @SuppressWarnings("NullAway") // as above
  static <M extends Machine & ExecutionListener> void complete(Instance made, M machine) {
    try {
      MACHINE.invokeExact(made, (Object) machine);
      LISTENER.invokeExact(made, (Object) machine);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("an instance cannot be made from its template", e);
    }
  }

  /** Constants are shared: nothing ever asks them for their instance again. */
  private GlobalInstance[] globals(Instance owner) {
    GlobalInstance[] made = globals.clone();
    for (int i = 0; i < made.length; i++) {
      if (made[i].getMutabilityType() == MutabilityType.Var) {
        made[i] = newGlobal(made[i], i);
        made[i].setInstance(owner);
      }
    }
    return made;
  }

  private GlobalInstance newGlobal(GlobalInstance like, int index) {
    GlobalInstance made =
        GlobalInstance.builder()
            .valueLow(initial.globals()[index])
            .valType(like.getType())
            .mutabilityType(like.getMutabilityType())
            .build();
    Object reference = initial.globalReferences()[index];
    if (reference != null) {
      made.setRefValue(reference);
    }
    return made;
  }
}
