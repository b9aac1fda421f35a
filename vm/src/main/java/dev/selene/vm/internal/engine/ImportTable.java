package dev.selene.vm.internal.engine;

import dev.selene.host.HostFunction;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The host functions that modules can be linked against.
 *
 * <p>Thread-safety: immutable.
 */
public final class ImportTable {
  private record Key(String module, String name) {}

  /**
   * What every guest of the crate {@code lunatic} imports, used or not: where the embedder left
   * these out, calls trap, but modules link.
   */
  private static final Set<String> OPTIONAL = Set.of("lunatic::networking", "lunatic::sqlite");

  private final Map<Key, HostFunction> functions;
  private final Set<String> absent;

  private ImportTable(Map<Key, HostFunction> functions) {
    this.functions = functions;
    absent = new HashSet<>(OPTIONAL);
    functions.keySet().forEach(key -> absent.remove(key.module()));
  }

  /**
   * A table.
   *
   * @param functions no two with the same module and name
   * @return the table
   * @throws IllegalArgumentException when two have the same module and name
   */
  public static ImportTable of(Collection<HostFunction> functions) {
    Map<Key, HostFunction> byName = new HashMap<>();
    for (HostFunction function : functions) {
      if (byName.put(new Key(function.module(), function.name()), function) != null) {
        throw new IllegalArgumentException(
            "two host functions are called " + function.module() + "." + function.name());
      }
    }
    return new ImportTable(byName);
  }

  @Nullable HostFunction find(String module, String name) {
    return functions.get(new Key(module, name));
  }

  /** Whether functions of a module link and trap, since this virtual machine does without it. */
  boolean isAbsent(String module) {
    return absent.contains(module);
  }
}
