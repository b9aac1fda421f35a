package dev.selene.vm.internal.engine;

import dev.selene.host.HostFunction;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.Instance;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * A host function as both engines call it: with primitive parameters from compiled code, with a
 * {@code long[]} from the interpreter. Both turn what it throws into a {@link GuestTrap} with a
 * backtrace, or into {@link HostFunctionFailed}.
 *
 * <p>Thread-safety: immutable; made once for each import of a module.
 */
final class LinkedImport {
  private static final MethodHandle FAILED;
  private static final MethodHandle FLOAT_ARGUMENT;
  private static final MethodHandle DOUBLE_ARGUMENT;
  private static final MethodHandle FLOAT_RESULT;
  private static final MethodHandle DOUBLE_RESULT;

  static {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      FAILED =
          lookup.findStatic(
              LinkedImport.class, "failed", MethodType.methodType(void.class, Throwable.class));
      FLOAT_ARGUMENT =
          lookup.findStatic(
              LinkedImport.class, "toFloat", MethodType.methodType(float.class, long.class));
      DOUBLE_ARGUMENT =
          lookup.findStatic(
              Double.class, "longBitsToDouble", MethodType.methodType(double.class, long.class));
      FLOAT_RESULT =
          lookup.findStatic(
              LinkedImport.class, "fromFloat", MethodType.methodType(long.class, float.class));
      DOUBLE_RESULT =
          lookup.findStatic(
              Double.class, "doubleToRawLongBits", MethodType.methodType(long.class, double.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final HostFunction function;
  private final MethodHandle direct;
  private final MethodHandle spread;

  LinkedImport(HostFunction function) {
    this.function = function;
    MethodHandle plain = function.handle();
    this.direct = guarded(plain);
    this.spread = spread(plain);
  }

  /** Takes a {@link ProcessContext}, then the primitive parameters. */
  MethodHandle direct() {
    return direct;
  }

  ImportFunction forInterpreter() {
    return new ImportFunction(
        function.module(), function.name(), type(function.signature()), this::call);
  }

  private long[] call(Instance instance, long... arguments) {
    ProcessContext process = ((PagedMemory) instance.memory()).process;
    try {
      long result = (long) spread.invokeExact(process, arguments);
      return function.signature().returnType() == void.class ? NOTHING : new long[] {result};
    } catch (HostTrap e) {
      // the interpreter, which knows what runs, makes the backtrace
      throw e;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private static final long[] NOTHING = new long[0];

  private static MethodHandle guarded(MethodHandle plain) {
    MethodType type = plain.type();
    Class<?> result = type.returnType();
    MethodHandle handler =
        result == void.class
            ? FAILED
            : MethodHandles.filterReturnValue(FAILED, MethodHandles.zero(result));
    return MethodHandles.catchException(
        plain, Throwable.class, MethodHandles.dropArguments(handler, 1, type.parameterList()));
  }

  private static void failed(Throwable thrown) {
    throw failure(thrown);
  }

  private static RuntimeException failure(Throwable thrown) {
    return switch (thrown) {
      case HostTrap trap -> Traps.trap(trap);
      case ProcessExit exit -> exit;
      case GuestTrap trap -> trap;
      case HostFunctionFailed failure -> failure;
      case WasmEngineException engine -> engine;
      case StackOverflowError overflow -> throw overflow;
      default -> new HostFunctionFailed(thrown);
    };
  }

  private static MethodHandle spread(MethodHandle plain) {
    MethodType type = plain.type();
    MethodHandle handle = plain;
    for (int i = 1; i < type.parameterCount(); i++) {
      if (type.parameterType(i) == float.class) {
        handle = MethodHandles.filterArguments(handle, i, FLOAT_ARGUMENT);
      } else if (type.parameterType(i) == double.class) {
        handle = MethodHandles.filterArguments(handle, i, DOUBLE_ARGUMENT);
      }
    }
    if (type.returnType() == float.class) {
      handle = MethodHandles.filterReturnValue(handle, FLOAT_RESULT);
    } else if (type.returnType() == double.class) {
      handle = MethodHandles.filterReturnValue(handle, DOUBLE_RESULT);
    }
    MethodType longs = MethodType.methodType(long.class, ProcessContext.class);
    for (int i = 1; i < type.parameterCount(); i++) {
      longs = longs.appendParameterTypes(long.class);
    }
    return MethodHandles.explicitCastArguments(handle, longs)
        .asSpreader(long[].class, type.parameterCount() - 1);
  }

  private static float toFloat(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  private static long fromFloat(float value) {
    return Float.floatToRawIntBits(value);
  }

  /** The Wasm type of a signature. */
  static FunctionType type(MethodType signature) {
    return FunctionType.of(
        signature.parameterList().stream().map(LinkedImport::type).toList(),
        signature.returnType() == void.class
            ? java.util.List.of()
            : java.util.List.of(type(signature.returnType())));
  }

  private static ValType type(Class<?> type) {
    return type == int.class
        ? ValType.I32
        : type == long.class ? ValType.I64 : type == float.class ? ValType.F32 : ValType.F64;
  }
}
