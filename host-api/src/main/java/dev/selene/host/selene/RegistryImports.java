package dev.selene.host.selene;

import dev.selene.host.Extensions.Sent;
import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.NamedProcess;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.host.lunatic.GuestArguments;

/**
 * {@code selene::registry}: the names of {@code lunatic::registry}, without overwriting, and
 * waiting for one. A name goes when its process ends.
 *
 * <p>Thread-safety: stateless.
 */
public final class RegistryImports implements HostModule {
  private static final int FOUND = 0;
  private static final int NOT_FOUND = 1;

  @Override
  public String name() {
    return "selene::registry";
  }

  @Import(
      value = "register",
      summary =
          "Gives a process a name of at most 65,536 bytes. 0: it has it. 1: a living process has"
              + " the name. 2: there is no such process.")
  public int register(
      ProcessContext process,
      @Pointer int name,
      @Length int nameLength,
      @Handle("process") long target) {
    String text = GuestArguments.name(process, name, nameLength, "name");
    return Outputs.code(process.extensions().registerNew(text, target));
  }

  @Import(value = "unregister", summary = "Removes a name. 0: removed. 1: nobody had it.")
  public int unregister(ProcessContext process, @Pointer int name, @Length int nameLength) {
    String text = GuestArguments.name(process, name, nameLength, "name");
    if (process.lookup(text) == null) {
      return NOT_FOUND;
    }
    process.unregister(text);
    return FOUND;
  }

  @Import(
      value = "whereis",
      summary =
          "Looks a name up. 0: the id of the process was written. 1: nobody has it, nothing was"
              + " written.")
  public int whereis(
      ProcessContext process,
      @Pointer int name,
      @Length int nameLength,
      @Pointer(bytes = 8, out = true) int out) {
    GuestMemory memory = process.memory();
    memory.check(out, 8);
    NamedProcess found = process.lookup(GuestArguments.name(process, name, nameLength, "name"));
    if (found == null) {
      return NOT_FOUND;
    }
    memory.putLong(out, found.process());
    return FOUND;
  }

  @Import(
      value = "wait_for",
      blocking = true,
      summary =
          "Waits until a living process has the name. The timeout is in milliseconds, -1 for ever."
              + " 0: its id was written. 9027: timed out, nothing was written.")
  public int waitFor(
      ProcessContext process,
      @Pointer int name,
      @Length int nameLength,
      long timeoutMillis,
      @Pointer(bytes = 8, out = true) int out) {
    GuestMemory memory = process.memory();
    memory.check(out, 8);
    String text = GuestArguments.name(process, name, nameLength, "name");
    NamedProcess found = process.extensions().awaitName(text, timeoutMillis);
    if (found == null) {
      return Outputs.code(Sent.TIMED_OUT);
    }
    memory.putLong(out, found.process());
    return FOUND;
  }
}
