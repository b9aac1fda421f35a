package dev.selene.host;

import java.util.List;

/**
 * Why a process ended. One list for Java, the guest ABI and the Rust SDK; switch over it without a
 * default.
 *
 * <p>Thread-safety: immutable.
 */
public sealed interface ExitReason {

  /** The entry function returned, or the guest called {@code proc_exit(0)}. */
  record Normal() implements ExitReason {}

  /**
   * The guest called {@code proc_exit} with a code other than 0.
   *
   * @param code the guest's exit code
   */
  record Exited(int code) implements ExitReason {}

  /**
   * The guest trapped.
   *
   * @param kind what kind of trap
   * @param message one line for people
   * @param wasmStack innermost frame first, one function name or {@code func[index]} an entry
   */
  record Trapped(TrapKind kind, String message, List<String> wasmStack) implements ExitReason {
    /** Copies the stack. */
    public Trapped {
      wasmStack = List.copyOf(wasmStack);
    }
  }

  /**
   * The process, or the subtree it belongs to, used up its fuel.
   *
   * @param limit in fuel units of 100,000 instructions
   */
  record OutOfFuel(long limit) implements ExitReason {}

  /**
   * The process asked for more than its ledger allows.
   *
   * @param limit in bytes
   */
  record OutOfMemory(long limit) implements ExitReason {}

  /**
   * Somebody killed it.
   *
   * @param by id of the killer, 0 for the embedder or the virtual machine's shutdown
   */
  record Killed(long by) implements ExitReason {}

  /**
   * A linked process failed and {@code die_when_link_dies} was on.
   *
   * @param process id of the linked process
   * @param cause why that one ended
   */
  record LinkDied(long process, ExitReason cause) implements ExitReason {}

  /** There is no process with that id: the answer to a link to a dead process. */
  record NoProcess() implements ExitReason {}

  /**
   * A bug in host code, not in the guest.
   *
   * @param message one line for people
   */
  record HostFailure(String message) implements ExitReason {}

  /** The one value of {@link Normal}. */
  ExitReason NORMAL = new Normal();

  /** The one value of {@link NoProcess}. */
  ExitReason NO_PROCESS = new NoProcess();

  /**
   * Whether links are told of a failure.
   *
   * @return false for {@link Normal} alone
   */
  default boolean isFailure() {
    return !(this instanceof Normal);
  }

  /**
   * What its texts take on the heap; a message that tells of the end is charged for them.
   *
   * @return bytes
   */
  default long footprint() {
    return switch (this) {
      case Trapped(TrapKind kind, String message, List<String> stack) -> {
        long bytes = 64 + 2L * message.length();
        for (String frame : stack) {
          bytes += 56 + 2L * frame.length();
        }
        yield bytes;
      }
      case LinkDied(long process, ExitReason cause) -> 32 + cause.footprint();
      case HostFailure(String message) -> 64 + 2L * message.length();
      case Normal normal -> 0;
      case Exited exited -> 0;
      case OutOfFuel fuel -> 0;
      case OutOfMemory memory -> 0;
      case Killed killed -> 0;
      case NoProcess none -> 0;
    };
  }

  /**
   * One line for people.
   *
   * @return for example {@code out of fuel (limit 10 units)}
   */
  default String describe() {
    return switch (this) {
      case Normal() -> "normal";
      case Exited(int code) -> "exited with code " + code;
      case Trapped(TrapKind kind, String message, List<String> stack) -> "trap: " + message;
      case OutOfFuel(long limit) -> "out of fuel (limit " + limit + " units)";
      case OutOfMemory(long limit) -> "out of memory (limit " + limit + " bytes)";
      case Killed(long by) -> by == 0 ? "killed" : "killed by process " + Pid.format(by);
      case LinkDied(long process, ExitReason cause) ->
          "linked process " + Pid.format(process) + " died: " + cause.describe();
      case NoProcess() -> "no such process";
      case HostFailure(String message) -> "host failure: " + message;
    };
  }
}
