package dev.selene.vm.internal.engine;

import java.util.Deque;
import run.endive.runtime.Instance;
import run.endive.runtime.MStack;
import run.endive.runtime.StackFrame;
import run.endive.runtime.internal.CompilerInterpreterMachine;
import run.endive.wasm.types.FunctionType;

/**
 * Interprets the functions of a compiled module that are too large for the JVM; generated code
 * makes one for each instance that has such functions.
 *
 * <p>Thread-safety: the thread of the process only.
 */
public final class FallbackInterpreter extends CompilerInterpreterMachine {
  /**
   * Called by generated code.
   *
   * @param instance the instance
   * @param functions those that are interpreted
   */
  public FallbackInterpreter(Instance instance, int[] functions) {
    super(instance, functions);
  }

  @Override
  protected long[] call(
      MStack stack,
      Instance instance,
      Deque<StackFrame> callStack,
      int function,
      long[] arguments,
      Object[] references,
      FunctionType callType,
      boolean popResults) {
    InterpretedCalls.Body body =
        () ->
            super.call(
                stack, instance, callStack, function, arguments, references, callType, popResults);
    if (instance.function(function) == null) {
      return body.run();
    }
    GuestMachine machine = (GuestMachine) instance.getMachine();
    machine.remember(this);
    return machine.calls().interpretedCall(function, callStack, body);
  }

  int operands() {
    return stack().size();
  }

  void unwind(int operands) {
    while (stack().size() > operands) {
      stack().pop();
    }
  }
}
