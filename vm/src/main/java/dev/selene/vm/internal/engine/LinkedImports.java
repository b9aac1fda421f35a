package dev.selene.vm.internal.engine;

import dev.selene.host.HostFunction;
import java.lang.invoke.MethodType;
import java.util.List;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * The host functions of a module as both engines call them.
 *
 * <p>Thread-safety: immutable; made once for each module.
 */
final class LinkedImports {
  private static final long[] NOTHING = new long[0];

  private final HostCalls calls;
  private final ImportValues values;

  LinkedImports(List<HostFunction> functions) {
    calls = HostCallsGenerator.generate(functions);
    ImportFunction[] imports = new ImportFunction[functions.size()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = forInterpreter(functions.get(i), i);
    }
    values = ImportValues.builder().addFunction(imports).build();
  }

  /** Where the calls live; the parent of compiled code's class loader. */
  ClassLoader loader() {
    return calls.getClass().getClassLoader();
  }

  /** In the order of the import section. */
  ImportValues values() {
    return values;
  }

  private ImportFunction forInterpreter(HostFunction function, int index) {
    boolean silent = function.signature().returnType() == void.class;
    return new ImportFunction(
        function.module(),
        function.name(),
        type(function.signature()),
        (instance, arguments) -> call(instance, index, arguments, silent));
  }

  private long[] call(Instance instance, int index, long[] arguments, boolean silent) {
    long result = calls.call(index, ((PagedMemory) instance.memory()).process, arguments);
    return silent ? NOTHING : new long[] {result};
  }

  /** The Wasm type of a signature. */
  static FunctionType type(MethodType signature) {
    return FunctionType.of(
        signature.parameterList().stream().map(LinkedImports::type).toList(),
        signature.returnType() == void.class ? List.of() : List.of(type(signature.returnType())));
  }

  /** The Java signature of a Wasm type with at most one result; references are passed as ints. */
  static MethodType javaSignature(FunctionType type) {
    return MethodType.methodType(
        type.returns().isEmpty() ? void.class : javaType(type.returns().getFirst()),
        type.params().stream().<Class<?>>map(LinkedImports::javaType).toList());
  }

  private static Class<?> javaType(ValType type) {
    if (type.equals(ValType.I64)) {
      return long.class;
    }
    if (type.equals(ValType.F32)) {
      return float.class;
    }
    return type.equals(ValType.F64) ? double.class : int.class;
  }

  private static ValType type(Class<?> type) {
    return type == int.class
        ? ValType.I32
        : type == long.class ? ValType.I64 : type == float.class ? ValType.F32 : ValType.F64;
  }
}
