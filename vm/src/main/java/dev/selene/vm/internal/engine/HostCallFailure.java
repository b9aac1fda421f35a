package dev.selene.vm.internal.engine;

import dev.selene.host.HostTrap;
import dev.selene.host.ProcessExit;
import run.endive.wasm.WasmEngineException;

/** What becomes of what a host function throws. Called by generated code. */
public final class HostCallFailure {
  private HostCallFailure() {}

  /**
   * Turns anything into what may pass through guest code.
   *
   * @param thrown by a host function
   * @return a trap with its backtrace, the end of the process, or a {@link HostFunctionFailed}
   */
  public static RuntimeException of(Throwable thrown) {
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
}
