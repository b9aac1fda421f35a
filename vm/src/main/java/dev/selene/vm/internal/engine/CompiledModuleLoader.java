package dev.selene.vm.internal.engine;

import java.util.Map;

/**
 * Defines the classes of one compiled module, so that they go when the module goes.
 *
 * <p>Thread-safety: immutable.
 */
final class CompiledModuleLoader extends ClassLoader {
  private final Map<String, byte[]> classes;

  CompiledModuleLoader(Map<String, byte[]> classes, ClassLoader hostCalls) {
    super("wasm", hostCalls);
    this.classes = Map.copyOf(classes);
  }

  /**
   * Its own classes first: their names belong to no other loader, and those would look for them in
   * each of their jars.
   */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!classes.containsKey(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
