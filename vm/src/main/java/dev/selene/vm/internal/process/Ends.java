package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import dev.selene.vm.internal.engine.GuestTrap;
import dev.selene.vm.internal.engine.HostFunctionFailed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what a guest's call threw into the reason of an end; all texts in it are bounded. */
final class Ends {
  private Ends() {}

  /**
   * The reason.
   *
   * @param thrown what left the guest's call
   * @param memoryLimit what an out-of-memory reason names, in bytes
   * @param panic the guest's own text for a trap; null for none
   */
  static ExitReason of(Throwable thrown, long memoryLimit, @Nullable String panic) {
    return switch (thrown) {
      case ProcessExit exit -> exit.reason();
      case GuestTrap trap -> trapped(trap, panic);
      case HostTrap trap ->
          panic == null || trap.kind() == TrapKind.PANIC
              ? new ExitReason.Trapped(trap.kind(), messageOf(trap), List.of())
              : new ExitReason.Trapped(TrapKind.PANIC, panic, List.of());
      case HostFunctionFailed failed when failed.getCause() instanceof OutOfMemoryError ->
          new ExitReason.OutOfMemory(memoryLimit);
      case HostFunctionFailed failed -> hostFailure(failed.getCause());
      case StackOverflowError overflow ->
          new ExitReason.Trapped(TrapKind.STACK_OVERFLOW, "call stack exhausted", List.of());
      case OutOfMemoryError error -> new ExitReason.OutOfMemory(memoryLimit);
      default -> hostFailure(thrown);
    };
  }

  private static ExitReason hostFailure(@Nullable Throwable cause) {
    return new ExitReason.HostFailure(Texts.message(String.valueOf(cause)));
  }

  private static ExitReason.Trapped trapped(GuestTrap trap, @Nullable String panic) {
    List<String> stack = trap.wasmStack().stream().map(Texts::shortened).toList();
    return panic == null || trap.kind() == TrapKind.PANIC
        ? new ExitReason.Trapped(trap.kind(), messageOf(trap), stack)
        : new ExitReason.Trapped(TrapKind.PANIC, panic, stack);
  }

  /** Bounded, since messages about this end keep it, and who watches may have many of them. */
  static String messageOf(Throwable throwable) {
    String message = throwable.getMessage();
    return message == null ? throwable.getClass().getSimpleName() : Texts.message(message);
  }
}
