package dev.selene.vm.internal.engine;

/** A host function threw what is neither a trap nor a process exit: a bug in host code. */
public final class HostFunctionFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param cause what the host function threw
   */
  public HostFunctionFailed(Throwable cause) {
    super(String.valueOf(cause), cause, false, false);
  }
}
