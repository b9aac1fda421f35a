package dev.selene.host.lunatic;

import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::trap}: a call back into the guest that survives a trap.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-trap-api.
 */
public final class TrapImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::trap";
  }

  /** Named so because {@code catch} is a word of the language. */
  @Import(
      value = "catch",
      blocking = true,
      summary =
          "Calls the guest's export `_lunatic_catch_trap(function, argument)` and returns its"
              + " result; 0 when anything in there trapped. A kill is not caught. Traps when there"
              + " is no such export.")
  public int catchTrap(ProcessContext process, int function, int argument) {
    return process.catchTrap(function, argument);
  }
}
