package dev.selene.vm.internal.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
  private final Function<Instance, Machine> factory;

  CompiledCode(Classes classes, LinkedImports imports) {
    this.classes = classes;
    CompiledModuleLoader loader = new CompiledModuleLoader(classes.classes, imports.loader());
    try {
      factory = factory(loader);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated class without its constructor", e);
    }
  }

  @SuppressWarnings("unchecked") // the compiler made it
  private static Function<Instance, Machine> factory(ClassLoader loader)
      throws ReflectiveOperationException {
    // The factory links it late: classes that do not fit this version must fail here, where they
    // are compiled anew.
    Class.forName(CodeCompiler.CLASS_NAME, true, loader);
    return (Function<Instance, Machine>)
        Class.forName(CodeCompiler.FACTORY_NAME, true, loader).getConstructor().newInstance();
  }

  Classes classes() {
    return classes;
  }

  Machine newMachine(Instance instance) {
    return factory.apply(instance);
  }
}
