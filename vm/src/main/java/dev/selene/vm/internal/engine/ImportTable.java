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
  /**
   * What every guest of the crate {@code lunatic} imports, used or not: where the embedder left
   * these out, calls trap, but modules link.
   */
  private static final Set<String> OPTIONAL = Set.of("lunatic::networking", "lunatic::sqlite");

  /** By module, then by name. */
  private final Map<String, Map<String, HostFunction>> functions;

  private final Set<String> absent;

  private ImportTable(Map<String, Map<String, HostFunction>> functions) {
    this.functions = functions;
    absent = new HashSet<>(OPTIONAL);
    absent.removeAll(functions.keySet());
  }

  /**
   * A table.
   *
   * @param functions no two with the same module and name
   * @return the table
   * @throws IllegalArgumentException when two have the same module and name
   */
  public static ImportTable of(Collection<HostFunction> functions) {
    Map<String, Map<String, HostFunction>> byModule = new HashMap<>();
    for (HostFunction function : functions) {
      Map<String, HostFunction> byName =
          byModule.computeIfAbsent(function.module(), module -> new HashMap<>());
      if (byName.put(function.name(), function) != null) {
        throw new IllegalArgumentException(
            "two host functions are called " + function.module() + "." + function.name());
      }
    }
    return new ImportTable(byModule);
  }

  @Nullable HostFunction find(String module, String name) {
    Map<String, HostFunction> byName = functions.get(module);
    return byName == null ? null : byName.get(name);
  }

  /** Whether functions of a module link and trap, since this virtual machine does without it. */
  boolean isAbsent(String module) {
    return absent.contains(module);
  }
}
