package dev.selene.host.lunatic;

import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HandleTable;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import java.nio.charset.StandardCharsets;

/**
 * {@code lunatic::error}: texts of errors, which guests hold by id and drop once.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-error-api.
 */
public final class ErrorImports implements HostModule {
  /** Longer texts are cut. */
  private static final int MAX_CHARACTERS = 4_096;

  /** Object headers of a text, its array and its table entry. */
  private static final int FIXED_FOOTPRINT = 96;

  @Override
  public String name() {
    return "lunatic::error";
  }

  /**
   * Gives the calling process an error. Host functions that report failures by error id use this,
   * since {@code lunatic::error::drop} gives back to the ledger what is charged here.
   *
   * @param process the caller
   * @param text one line for people; what is over 4,096 characters is cut
   * @return the error's id
   */
  public static long report(ProcessContext process, String text) {
    String kept = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS);
    HandleTable<String> errors = process.handles(HandleKind.ERROR);
    process.charge(footprint(kept));
    try {
      return errors.add(kept);
    } catch (RuntimeException tooMany) {
      process.release(footprint(kept));
      throw tooMany;
    }
  }

  private static long footprint(String text) {
    return FIXED_FOOTPRINT + 2L * text.length();
  }

  @Import(value = "string_size", summary = "The number of UTF-8 bytes of an error's text.")
  public int stringSize(ProcessContext process, @Handle("error") long error) {
    return encode(process, error).length;
  }

  @Import(
      value = "to_string",
      summary = "Writes an error's text, `string_size` bytes without a NUL.")
  public void toString(
      ProcessContext process, @Handle("error") long error, @Pointer(out = true) int address) {
    GuestMemory memory = process.memory();
    byte[] text = encode(process, error);
    memory.write(address, text, 0, text.length);
    process.chargeBytes(text.length);
  }

  @Import(value = "drop", summary = "Gives an error up.")
  public void drop(ProcessContext process, @Handle("error") long error) {
    process.release(footprint(process.handles(HandleKind.ERROR).remove(error)));
  }

  private static byte[] encode(ProcessContext process, long error) {
    return process.handles(HandleKind.ERROR).get(error).getBytes(StandardCharsets.UTF_8);
  }
}
