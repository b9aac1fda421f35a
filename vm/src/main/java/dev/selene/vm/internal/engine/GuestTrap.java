package dev.selene.vm.internal.engine;

import dev.selene.host.TrapKind;
import java.util.List;

/** A Wasm trap, with the guest's own backtrace instead of a Java one. */
public final class GuestTrap extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final TrapKind kind;
  private final transient List<String> wasmStack;

  /**
   * A trap.
   *
   * @param kind what kind
   * @param message one line for people
   * @param wasmStack innermost frame first
   */
  public GuestTrap(TrapKind kind, String message, List<String> wasmStack) {
    super(message, null, false, false);
    this.kind = kind;
    this.wasmStack = List.copyOf(wasmStack);
  }

  /**
   * What kind of trap this is.
   *
   * @return the kind
   */
  public TrapKind kind() {
    return kind;
  }

  /**
   * Where it happened.
   *
   * @return innermost frame first, one function name or {@code func[index]} an entry
   */
  public List<String> wasmStack() {
    return wasmStack;
  }
}
