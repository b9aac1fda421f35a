package dev.selene.vm.internal.engine;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;

/**
 * Defines the classes of one compiled module, so that they go when the module goes.
 *
 * <p>Thread-safety: immutable.
 */
final class CompiledModuleLoader extends ClassLoader {
  private final Map<String, byte[]> classes;
  private final List<LinkedImport> imports;

  CompiledModuleLoader(Map<String, byte[]> classes, List<LinkedImport> imports) {
    super("wasm", CompiledModuleLoader.class.getClassLoader());
    this.classes = Map.copyOf(classes);
    this.imports = List.copyOf(imports);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  MethodHandle importHandle(int index) {
    return imports.get(index).direct();
  }
}
