package dev.selene.vm.internal.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;

/**
 * The rewritten classes of a module, loaded.
 *
 * <p>Thread-safety: immutable.
 */
final class CompiledCode {
  /**
   * Classes as they are kept on disk.
   *
   * @param classes by name
   * @param huge functions over HotSpot's limit, in order
   * @param interpreted functions that are too large for the JVM
   */
  record Classes(Map<String, byte[]> classes, List<Integer> huge, List<Integer> interpreted) {
    long size() {
      long size = 0;
      for (byte[] bytes : classes.values()) {
        size += bytes.length;
      }
      return size;
    }
  }

  private final Classes classes;
  private final MethodHandle constructor;

  CompiledCode(Classes classes, LinkedImports imports) {
    this.classes = classes;
    CompiledModuleLoader loader = new CompiledModuleLoader(classes.classes, imports.loader());
    try {
      Class<?> machine = Class.forName(CodeCompiler.CLASS_NAME, true, loader);
      constructor =
          MethodHandles.publicLookup()
              .findConstructor(machine, MethodType.methodType(void.class, Instance.class))
              .asType(MethodType.methodType(Machine.class, Instance.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated class without its constructor", e);
    }
  }

  Classes classes() {
    return classes;
  }

  Machine newMachine(Instance instance) {
    try {
      return (Machine) constructor.invokeExact(instance);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
