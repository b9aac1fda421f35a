package dev.selene.vm.internal.engine;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Binds the call sites of compiled code to host functions, once for each import of a module. */
public final class ImportBinding {
  private ImportBinding() {}

  /**
   * Bootstrap method of compiled code.
   *
   * @param lookup a class that a {@link CompiledModuleLoader} has defined
   * @param name not used
   * @param type the process, then the Wasm parameters
   * @param index which import
   * @return a constant call site
   */
  public static CallSite bind(
      MethodHandles.Lookup lookup, String name, MethodType type, int index) {
    if (lookup.lookupClass().getClassLoader() instanceof CompiledModuleLoader loader) {
      return new ConstantCallSite(loader.importHandle(index).asType(type));
    }
    throw new IllegalStateException("not compiled by this engine: " + lookup.lookupClass());
  }
}
