package dev.selene.vm.internal.engine;

import java.util.Deque;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.ExecutionListener;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.MStack;
import run.endive.runtime.Machine;
import run.endive.runtime.StackFrame;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.ValType;

/**
 * The machine of one instance: interprets until compiled code is there, then sends each call into
 * compiled code, also calls from functions that are being interpreted.
 *
 * <p>Thread-safety: the thread of the process only. {@link EngineModule#code} is volatile and goes
 * from null to its value once.
 */
final class GuestMachine implements Machine, ExecutionListener {
  private final EngineModule module;
  private final Instance instance;
  private final PagedMemory memory;

  /** Made with the first interpreted call: most processes run compiled code alone. */
  private @Nullable InterpretedCalls calls;

  private @Nullable MeteredInterpreter interpreter;
  private @Nullable Machine compiled;
  private @Nullable FallbackInterpreter fallback;

  GuestMachine(EngineModule module, Instance instance) {
    this.module = module;
    this.instance = instance;
    this.memory = (PagedMemory) instance.memory();
  }

  void remember(FallbackInterpreter used) {
    fallback = used;
  }

  /** Whether interpreted code has run here: its stacks are not known to be clean after a trap. */
  boolean hasInterpreted() {
    return interpreter != null || fallback != null;
  }

  InterpretedCalls calls() {
    InterpretedCalls made = calls;
    if (made == null) {
      made = new InterpretedCalls(memory, module);
      calls = made;
    }
    return made;
  }

  private @Nullable Machine compiled() {
    if (compiled == null) {
      CompiledCode code = module.code();
      if (code != null) {
        compiled = code.newMachine(instance);
      }
    }
    return compiled;
  }

  private Machine current() {
    Machine machine = compiled();
    if (machine != null) {
      return machine;
    }
    if (interpreter == null) {
      interpreter = new MeteredInterpreter(instance);
    }
    return interpreter;
  }

  @Override
  public long[] call(int function, long[] arguments) {
    return current().call(function, arguments);
  }

  @Override
  public long[] call(int function, long[] arguments, Object[] references) {
    return current().call(function, arguments, references);
  }

  @Override
  public CallResult callWithRefs(int function, long[] arguments, Object[] references) {
    return current().callWithRefs(function, arguments, references);
  }

  /** What an interrupted call must be undone to. */
  record State(
      int operands, int frames, int fallbackOperands, int calls, int depthAtCall, int depth) {
    /** Of an instance in which nothing runs and nothing was interpreted. */
    static final State UNUSED = new State(0, 0, 0, 0, 0, 0);
  }

  State save() {
    MeteredInterpreter running = interpreter;
    InterpretedCalls interpreted = calls;
    if (running == null && fallback == null && interpreted == null && memory.depth() == 0) {
      return State.UNUSED;
    }
    return new State(
        running == null ? 0 : running.operands(),
        running == null ? 0 : running.frames(),
        fallback == null ? 0 : fallback.operands(),
        interpreted == null ? 0 : interpreted.count(),
        interpreted == null ? 0 : interpreted.depthAtCall,
        memory.depth());
  }

  void restore(State state) {
    if (interpreter != null) {
      interpreter.unwind(state.operands, state.frames);
    }
    if (fallback != null) {
      fallback.unwind(state.fallbackOperands);
    }
    InterpretedCalls interpreted = calls;
    if (interpreted != null) {
      interpreted.leaveTo(state.calls);
      interpreted.depthAtCall = state.depthAtCall;
    }
    memory.depth(state.depth);
    if (instance.isTailCallPending()) {
      instance.clearTailCall();
    }
  }

  /** Called by Endive before each interpreted instruction. */
  @Override
  public void onExecution(Instruction instruction, MStack stack) {
    switch (instruction.opcode()) {
      case I64_CONST -> {
        long constant = instruction.operand(0);
        InterpretedCalls interpreted = calls();
        if (Marker.is(constant, interpreted.prefix)) {
          interpreted.marker(constant);
        }
      }
      case TABLE_FILL ->
          MemoryAccess.checkFill(
              instance, (int) instruction.operand(0), top(stack, 3), top(stack, 1));
      case TABLE_INIT ->
          MemoryAccess.checkFill(
              instance, (int) instruction.operand(1), top(stack, 3), top(stack, 1));
      case TABLE_COPY ->
          MemoryAccess.checkCopy(
              instance,
              (int) instruction.operand(0),
              (int) instruction.operand(1),
              top(stack, 3),
              top(stack, 2),
              top(stack, 1));
      default -> {}
    }
  }

  private static int top(MStack stack, int fromTop) {
    return (int) stack.array()[stack.size() - fromTop];
  }

  /** Endive's interpreter with depth, backtraces, and the way into compiled code. */
  private final class MeteredInterpreter extends InterpreterMachine {
    MeteredInterpreter(Instance instance) {
      super(instance);
    }

    int operands() {
      return stack().size();
    }

    int frames() {
      return callStack.size();
    }

    void unwind(int operands, int frames) {
      while (stack().size() > operands) {
        stack().pop();
      }
      while (callStack.size() > frames) {
        callStack.pop();
      }
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
                  stack,
                  instance,
                  callStack,
                  function,
                  arguments,
                  references,
                  callType,
                  popResults);
      return instance.function(function) == null
          ? body.run()
          : calls().interpretedCall(function, callStack, body);
    }

    @Override
    protected void CALL(Operands operands) {
      int function = (int) operands.get(0);
      Machine machine = instance.function(function) == null ? null : compiled();
      if (machine == null) {
        super.CALL(operands);
        return;
      }
      FunctionType type = instance.type(instance.functionType(function));
      Object[] extracted = extractArgsAndRefsForParams(stack(), type.params(), instance);
      push(machine, function, type, (long[]) extracted[0], (Object[]) extracted[1]);
    }

    private void push(
        Machine machine, int function, FunctionType type, long[] arguments, Object[] references) {
      if (type.hasObjectRefReturns()) {
        CallResult result = machine.callWithRefs(function, arguments, references);
        for (int i = 0; i < type.returns().size(); i++) {
          ValType returned = type.returns().get(i);
          if (returned.isObjectRef()) {
            stack().pushRef(result.refResult(i));
          } else {
            stack().push(result.longResult(i));
          }
        }
      } else {
        long[] results = machine.call(function, arguments, references);
        if (results != null) {
          for (long result : results) {
            stack().push(result);
          }
        }
      }
    }

    @Override
    protected boolean useCurrentInstanceInterpreter(
        Instance instance, Instance target, int function) {
      return target == instance && (instance.function(function) == null || compiled() == null);
    }
  }
}
