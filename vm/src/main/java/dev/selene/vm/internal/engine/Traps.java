package dev.selene.vm.internal.engine;

import dev.selene.host.HostTrap;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.WasmException;

/**
 * Turns what Endive and the JVM throw into {@link GuestTrap}s with a Wasm backtrace.
 *
 * <p>Frames of compiled code are the methods {@code func_N} of generated classes. An interpreted
 * call is one frame of {@link InterpretedCalls#MARKER_METHOD} each, and the thread's interpreters
 * know which functions these are, innermost first.
 */
final class Traps {
  /** A frame that has no name yet; a guest may give a function such a name and gains nothing. */
  private static final Pattern INDEX = Pattern.compile("#[0-9]{1,8}");

  private static final int MAX_FRAMES = 64;

  private Traps() {}

  static GuestTrap trap(HostTrap trap) {
    return trap(trap, null);
  }

  private static GuestTrap trap(HostTrap trap, @Nullable InterpretedCalls calls) {
    return new GuestTrap(
        trap.kind(),
        String.valueOf(trap.getMessage()),
        wasmStack(new Throwable().getStackTrace(), calls));
  }

  /** What a call of guest code ends with. */
  static RuntimeException translate(
      Throwable thrown, @Nullable EngineModule module, @Nullable InterpretedCalls calls) {
    // Not a switch over patterns: the JVM makes a class for one when it is first met, which takes
    // milliseconds of a start, and room on a stack that may have none.
    if (thrown instanceof GuestTrap trap) {
      return named(trap, module);
    } else if (thrown instanceof ProcessExit || thrown instanceof HostFunctionFailed) {
      return (RuntimeException) thrown;
    } else if (thrown instanceof HostTrap trap) {
      return named(trap(trap, calls), module);
    } else if (thrown instanceof StackOverflowError) {
      return new GuestTrap(
          TrapKind.STACK_OVERFLOW,
          "call stack exhausted",
          named(wasmStack(thrown.getStackTrace(), calls), module));
    } else if (thrown instanceof WasmException) {
      return new GuestTrap(TrapKind.UNCAUGHT_EXCEPTION, "uncaught Wasm exception", List.of());
    } else if (thrown instanceof RuntimeException e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      return new GuestTrap(
          kind(e, message), text(e, message), named(wasmStack(e.getStackTrace(), calls), module));
    } else if (thrown instanceof OutOfMemoryError) {
      return new GuestTrap(TrapKind.OTHER, "the virtual machine's heap is full", List.of());
    } else if (thrown instanceof Error error && !(thrown instanceof LinkageError)) {
      throw error;
    }
    return new HostFunctionFailed(thrown);
  }

  private static TrapKind kind(RuntimeException thrown, String message) {
    if (thrown instanceof ArithmeticException) {
      return message.contains("zero") ? TrapKind.INTEGER_DIVIDE_BY_ZERO : TrapKind.INTEGER_OVERFLOW;
    }
    if (message.contains("unreachable")) {
      return TrapKind.UNREACHABLE;
    } else if (message.contains("out of bounds memory")) {
      return TrapKind.MEMORY_OUT_OF_BOUNDS;
    } else if (message.contains("out of bounds table") || message.contains("undefined element")) {
      return TrapKind.TABLE_OUT_OF_BOUNDS;
    } else if (message.contains("uninitialized element")) {
      return TrapKind.UNINITIALIZED_ELEMENT;
    } else if (message.contains("indirect call type mismatch")) {
      return TrapKind.INDIRECT_CALL_TYPE_MISMATCH;
    } else if (message.contains("divide by zero")) {
      return TrapKind.INTEGER_DIVIDE_BY_ZERO;
    } else if (message.contains("integer overflow")) {
      return TrapKind.INTEGER_OVERFLOW;
    } else if (message.contains("invalid conversion")) {
      return TrapKind.INVALID_CONVERSION;
    } else if (message.contains("call stack exhausted")) {
      return TrapKind.STACK_OVERFLOW;
    } else if (message.contains("null")) {
      return TrapKind.NULL_REFERENCE;
    }
    return TrapKind.OTHER;
  }

  private static String text(RuntimeException thrown, String message) {
    if (thrown instanceof ArithmeticException) {
      return message.contains("zero") ? "integer divide by zero" : "integer overflow";
    }
    return message.startsWith("Trapped on unreachable")
        ? "unreachable instruction executed"
        : message;
  }

  /**
   * Adds why a guest may have given up: what a compiler makes of a failed allocation is the
   * instruction {@code unreachable}, which tells nothing.
   *
   * @param limit of the memory that was to grow, in bytes; 0 when it was not
   */
  static RuntimeException explained(RuntimeException translated, long limit) {
    return limit != 0 && translated instanceof GuestTrap trap && trap.kind() == TrapKind.UNREACHABLE
        ? new GuestTrap(
            trap.kind(),
            trap.getMessage() + " (the memory limit of " + size(limit) + " was reached)",
            trap.wasmStack())
        : translated;
  }

  /** In the largest unit that makes a whole number of it. */
  private static String size(long bytes) {
    String[] units = {" bytes", " KiB", " MiB", " GiB"};
    int unit = Math.min(Long.numberOfTrailingZeros(bytes) / 10, units.length - 1);
    return (bytes >> 10 * unit) + units[unit];
  }

  private static GuestTrap named(GuestTrap trap, @Nullable EngineModule module) {
    return module == null || trap.wasmStack().isEmpty()
        ? trap
        : new GuestTrap(
            trap.kind(), String.valueOf(trap.getMessage()), named(trap.wasmStack(), module));
  }

  private static List<String> named(List<String> frames, @Nullable EngineModule module) {
    if (module == null) {
      return frames;
    }
    List<String> names = new ArrayList<>(frames.size());
    for (String frame : frames) {
      names.add(
          INDEX.matcher(frame).matches()
              ? module.functionName(Integer.parseInt(frame, 1, frame.length(), 10))
              : frame);
    }
    return names;
  }

  /** Innermost first; a function is {@code #index} until it is named. */
  static List<String> wasmStack(StackTraceElement[] trace, @Nullable InterpretedCalls calls) {
    List<String> frames = new ArrayList<>();
    int interpreted = 0;
    for (StackTraceElement element : trace) {
      if (frames.size() == MAX_FRAMES) {
        break;
      }
      String method = element.getMethodName();
      if (method.startsWith("func_")
          && element.getClassName().startsWith(CodeCompiler.CLASS_NAME)) {
        frames.add("#" + method.substring("func_".length()));
      } else if (calls != null && method.equals(InterpretedCalls.MARKER_METHOD)) {
        int function = calls.innermost(interpreted++);
        if (function >= 0) {
          frames.add("#" + function);
        }
      }
    }
    return frames;
  }
}
