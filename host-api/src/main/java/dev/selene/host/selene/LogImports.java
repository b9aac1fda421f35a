package dev.selene.host.selene;

import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * {@code selene::log}: lines in the virtual machine's log, with the caller's id and label. Levels
 * are numbered as in Rust's crate log.
 *
 * <p>Thread-safety: stateless.
 */
public final class LogImports implements HostModule {
  private static final int ERROR = 1;
  private static final int TRACE = 5;

  @Override
  public String name() {
    return "selene::log";
  }

  @Import(
      value = "write",
      summary =
          "Logs a text: level 1 error, 2 warning, 3 information, 4 debug, 5 trace. The target is"
              + " the part of the guest that speaks. 2,000 characters are kept of each, malformed"
              + " UTF-8 is replaced; more lines than people can read are counted, not written.")
  public void write(
      ProcessContext process,
      int level,
      @Pointer int target,
      @Length int targetLength,
      @Pointer int text,
      @Length int textLength) {
    if (level < ERROR || level > TRACE) {
      throw new HostTrap("log level is " + level + ", which is none of 1 to 5");
    }
    String from = Outputs.lenientText(process, target, targetLength);
    String line = Outputs.lenientText(process, text, textLength);
    process.extensions().log(level, from, line);
  }

  @Import(
      value = "level",
      summary = "The most verbose level that is written, 1 error to 5 trace; 0 for none.")
  public int level(ProcessContext process) {
    return process.extensions().logLevel();
  }
}
