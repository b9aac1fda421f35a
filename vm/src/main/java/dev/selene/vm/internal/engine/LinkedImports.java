package dev.selene.vm.internal.engine;

import dev.selene.host.HostFunction;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

  private final HostCallsClass generated;
  private final HostCalls calls;
  private final ImportValues values;

  LinkedImports(List<HostFunction> functions) {
    this(functions, null);
  }

  /**
   * With a class that was generated before.
   *
   * @param kept used when it is for the same methods of the same classes
   */
  LinkedImports(List<HostFunction> functions, @Nullable HostCallsClass kept) {
    HostCallsGenerator generator = new HostCallsGenerator(functions);
    generated = generator.generate(kept);
    calls = generator.load(generated);
    ImportFunction[] imports = new ImportFunction[functions.size()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = forInterpreter(functions.get(i), i);
    }
    values = ImportValues.builder().addFunction(imports).build();
  }

  /** The class of the calls, to be kept. */
  HostCallsClass generated() {
    return generated;
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
    boolean silent = function.descriptor().endsWith("V");
    return new ImportFunction(
        function.module(),
        function.name(),
        type(function.descriptor()),
        (instance, arguments) -> call(instance, index, arguments, silent));
  }

  private long[] call(Instance instance, int index, long[] arguments, boolean silent) {
    long result = calls.call(index, ((PagedMemory) instance.memory()).process, arguments);
    return silent ? NOTHING : new long[] {result};
  }

  /** The Wasm type of a descriptor. */
  static FunctionType type(String descriptor) {
    int end = descriptor.indexOf(')');
    List<ValType> parameters = new ArrayList<>(end);
    for (int i = 1; i < end; i++) {
      parameters.add(type(descriptor.charAt(i)));
    }
    char result = descriptor.charAt(end + 1);
    return FunctionType.of(parameters, result == 'V' ? List.of() : List.of(type(result)));
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

  /** Whether a function of the first type can be imported as one of the second. */
  static boolean fits(FunctionType offered, FunctionType wanted) {
    return offered.params().equals(wanted.params()) && offered.returns().equals(wanted.returns());
  }

  private static ValType type(char code) {
    return switch (code) {
      case 'I' -> ValType.I32;
      case 'J' -> ValType.I64;
      case 'F' -> ValType.F32;
      case 'D' -> ValType.F64;
      default -> throw new IllegalArgumentException("no type of a host function: " + code);
    };
  }
}
