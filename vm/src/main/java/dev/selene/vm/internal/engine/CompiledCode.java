package dev.selene.vm.internal.engine;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
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
  private final Constructor<?> constructor;

  CompiledCode(Classes classes, LinkedImports imports) {
    this.classes = classes;
    CompiledModuleLoader loader = new CompiledModuleLoader(classes.classes, imports.loader());
    try {
      Class<?> machine = Class.forName(CodeCompiler.CLASS_NAME, true, loader);
      // A method handle would make the JVM write classes, 7 ms of a start.
      constructor = machine.getConstructor(Instance.class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated class without its constructor", e);
    }
  }

  Classes classes() {
    return classes;
  }

  Machine newMachine(Instance instance) {
    try {
      return (Machine) constructor.newInstance(instance);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
