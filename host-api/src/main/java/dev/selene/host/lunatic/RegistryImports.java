package dev.selene.host.lunatic;

import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.NamedProcess;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::registry}: names of processes, scoped to the caller's environment.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-registry-api. Better than
 * there: a name goes when its process ends.
 */
public final class RegistryImports implements HostModule {
  private static final int FOUND = 0;
  private static final int NOT_FOUND = 1;

  @Override
  public String name() {
    return "lunatic::registry";
  }

  @Import(
      value = "put",
      blocking = true,
      summary =
          "Gives a process a name; an old entry is overwritten. Names have at most 65,536 bytes.")
  public void put(
      ProcessContext process,
      @Pointer int name,
      @Length int nameLength,
      long node,
      @Handle("process") long target) {
    String text = GuestArguments.name(process, name, nameLength, "name");
    process.register(text, new NamedProcess(node, target));
  }

  @Import(
      value = "get",
      blocking = true,
      summary =
          "Looks a name up. 0: node and process id were written. 1: not found, nothing was"
              + " written.")
  public int get(
      ProcessContext process,
      @Pointer int name,
      @Length int nameLength,
      @Pointer(bytes = 8, out = true) int nodeOut,
      @Pointer(bytes = 8, out = true) int processOut) {
    GuestMemory memory = process.memory();
    memory.check(nodeOut, 8);
    memory.check(processOut, 8);
    NamedProcess found = process.lookup(GuestArguments.name(process, name, nameLength, "name"));
    if (found == null) {
      return NOT_FOUND;
    }
    memory.putLong(nodeOut, found.node());
    memory.putLong(processOut, found.process());
    return FOUND;
  }

  @Import(
      value = "remove",
      blocking = true,
      summary = "Removes a name; nothing happens when there is none.")
  public void remove(ProcessContext process, @Pointer int name, @Length int nameLength) {
    process.unregister(GuestArguments.name(process, name, nameLength, "name"));
  }
}
