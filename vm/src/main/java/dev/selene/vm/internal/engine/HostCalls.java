package dev.selene.vm.internal.engine;

import dev.selene.host.ProcessContext;

/**
 * The host functions of one module, as generated code calls them. The class that implements this is
 * made by {@link HostCallsGenerator}; beside this method, for the interpreter, it has one static
 * method an import, for compiled code.
 *
 * <p>Thread-safety: any thread.
 */
public interface HostCalls {
  /**
   * Calls an import with the interpreter's representation of numbers.
   *
   * @param index which import
   * @param process the caller
   * @param arguments i32, i64, or the bits of f32 and f64
   * @return the result in the same form; 0 for none
   */
  long call(int index, ProcessContext process, long[] arguments);
}
