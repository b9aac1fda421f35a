package dev.selene.cli;

import dev.selene.cli.GuestBindings.Binding;
import dev.selene.cli.GuestBindings.Meaning;
import dev.selene.host.HostModule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code selene.ts}: all imports for AssemblyScript. */
final class AssemblyScriptBindings {
  private static final int WIDTH = 100;

  private static final String START =
      """
      // The imports of Selene for AssemblyScript.
      //
      // Made from the annotations of the import classes by GuestBindingsTest. What each import does,
      // and the layouts, are described in docs/abi.md. Addresses and lengths are `usize`.
      """;

  private static final Set<String> KEYWORDS =
      Set.of("module", "function", "type", "in", "of", "new", "delete", "default", "with");

  private AssemblyScriptBindings() {}

  static String render(List<HostModule> modules) {
    StringBuilder file = new StringBuilder(START);
    for (Map.Entry<String, List<Binding>> module : GuestBindings.of(modules).entrySet()) {
      String prefix = module.getKey().replace("::", "_") + "_";
      for (Binding binding : module.getValue()) {
        file.append('\n').append(GuestBindings.wrapped(binding.summary(), "// ", WIDTH));
        file.append("// @ts-ignore: decorator\n");
        file.append("@external(\"").append(module.getKey()).append("\", \"");
        file.append(binding.name()).append("\")\n");
        file.append("export declare function ").append(prefix);
        file.append(GuestBindings.identifier(binding.name()));
        file.append(
            binding.arguments().stream()
                .map(
                    argument -> "\n  " + escaped(argument.name()) + ": " + type(argument.meaning()))
                .collect(Collectors.joining(",", "(", ")")));
        file.append(": ").append(type(binding.result())).append(";\n");
      }
    }
    return file.toString();
  }

  private static String escaped(String name) {
    return KEYWORDS.contains(name) ? name + "_" : name;
  }

  private static String type(@Nullable Meaning meaning) {
    return switch (meaning) {
      case null -> "void";
      case I32 -> "i32";
      case I64 -> "i64";
      case F32 -> "f32";
      case F64 -> "f64";
      case ID -> "u64";
      case LENGTH, BYTES, BYTES_OUT, U32S, U32S_OUT, U64S, U64S_OUT -> "usize";
    };
  }
}
