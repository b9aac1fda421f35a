package dev.selene.host.selene;

import dev.selene.host.ExitReason;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * {@code selene::trap}: calls that survive a failure, with its reason.
 *
 * <p>Thread-safety: stateless.
 */
public final class TrapImports implements HostModule {
  private static final int RETURNED = 0;
  private static final int FAILED = 1;

  @Override
  public String name() {
    return "selene::trap";
  }

  /** Named so because {@code catch} is a word of the language. */
  @Import(
      value = "catch",
      blocking = true,
      summary =
          "Calls the guest's export `_selene_catch(function, argument)`, two i32 without a result."
              + " 0: it returned. 1: it trapped, panicked, exited, or ran out of fuel or memory; see"
              + " `caught_reason`. A kill or a link's death is not caught. Traps when there is no"
              + " such export.")
  public int catchTrap(ProcessContext process, int function, int argument) {
    return process.extensions().catchEnd(function, argument) == null ? RETURNED : FAILED;
  }

  @Import(
      value = "caught_reason",
      summary =
          "Writes as much as fits of the exit reason of the last `catch` that answered 1, and"
              + " returns its size in bytes. Traps when there was none.")
  public int caughtReason(
      ProcessContext process, @Pointer(out = true) int buffer, @Length int bufferLength) {
    process.memory().check(buffer, bufferLength);
    ExitReason reason = process.extensions().caughtReason();
    if (reason == null) {
      throw new HostTrap("nothing was caught yet");
    }
    return Outputs.write(process, buffer, bufferLength, ExitReasonLayout.encode(reason));
  }

  @Import(
      value = "set_message",
      summary =
          "The next trap of the caller becomes one of kind panic with this text, of which 2,000"
              + " characters are kept; malformed UTF-8 is replaced. An empty text takes that back.")
  public void setMessage(ProcessContext process, @Pointer int text, @Length int textLength) {
    String message = Outputs.lenientText(process, text, textLength);
    process.extensions().setPanicMessage(message.isEmpty() ? null : message);
  }
}
