package dev.selene.vm.internal.engine;

import java.util.Arrays;
import java.util.Deque;
import run.endive.runtime.StackFrame;

/**
 * The interpreted functions that are running in one instance, and the metering of interpreted code.
 *
 * <p>{@code depthAtCall} is the depth of the running interpreted function's caller: an ENTRY marker
 * sets the depth from it, so that a tail call, which runs the marker of its target in the frame of
 * its caller, replaces the caller's share.
 *
 * <p>Thread-safety: the thread of the process only.
 */
final class InterpretedCalls {
  /** Both interpreters run each call in one frame of the method with this name. */
  static final String MARKER_METHOD = "interpretedCall";

  private static final int[] NONE = {};

  /** How an interpreter runs a function. */
  interface Body {
    /** Runs it. */
    long[] run();
  }

  final PagedMemory memory;
  final int prefix;
  private final EngineModule module;
  int depthAtCall;
  private int[] functions = NONE;
  private int count;

  InterpretedCalls(PagedMemory memory, EngineModule module) {
    this.memory = memory;
    this.module = module;
    this.prefix = module.prefix();
  }

  /**
   * Runs a function of the module; all that it leaves behind is gone afterwards.
   *
   * @param callStack the interpreter's
   */
  long[] interpretedCall(int function, Deque<StackFrame> callStack, Body body) {
    int callerBase = depthAtCall;
    int depth = memory.depth();
    int before = count;
    int frames = callStack.size();
    depthAtCall = depth;
    push(function);
    try {
      return body.run();
    } catch (RuntimeException e) {
      // the frames below are still there: the backtrace is made where the trap was
      throw Traps.translate(e, module, this);
    } finally {
      // a tail call of an import leaves its frame behind
      while (callStack.size() > frames) {
        callStack.pop();
      }
      leaveTo(before);
      depthAtCall = callerBase;
      memory.depth(depth);
    }
  }

  private void push(int function) {
    if (count == functions.length) {
      functions = Arrays.copyOf(functions, Math.max(16, count * 2));
    }
    functions[count++] = function;
  }

  int count() {
    return count;
  }

  void leaveTo(int newCount) {
    count = newCount;
  }

  int innermost(int index) {
    return index < count ? functions[count - 1 - index] : -1;
  }

  void marker(long marker) {
    int value = Marker.value(marker);
    switch (Marker.kind(marker)) {
      case Marker.ENTRY -> {
        memory.depth(depthAtCall);
        if (!memory.enter(value)) {
          throw memory.overflow();
        }
      }
      case Marker.CHARGE_AND_POLL -> {
        memory.spend(value);
        if (memory.budget() < 0) {
          memory.pollInterpreted();
        }
      }
      default -> memory.spend(value);
    }
  }
}
