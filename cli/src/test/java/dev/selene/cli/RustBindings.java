package dev.selene.cli;

import dev.selene.cli.GuestBindings.Argument;
import dev.selene.cli.GuestBindings.Binding;
import dev.selene.cli.GuestBindings.Meaning;
import dev.selene.host.HostModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The layer {@code sys} of the crate {@code selene}: one file an import module. */
final class RustBindings {
  private static final int WIDTH = 100;
  private static final String MADE =
      "//!\n//! Made from the annotations of the import classes by `GuestBindingsTest`.\n";

  private static final Set<String> KEYWORDS =
      Set.of("type", "match", "move", "ref", "in", "box", "loop", "use", "fn", "impl", "yield");

  private RustBindings() {}

  /** File names below {@code src/sys}, and what is in them. */
  static Map<String, String> files(List<HostModule> modules) {
    Map<String, String> files = new TreeMap<>();
    Map<String, List<String>> families = new TreeMap<>();
    Map<String, List<Binding>> bindings = GuestBindings.of(modules);
    for (Map.Entry<String, List<Binding>> module : bindings.entrySet()) {
      String[] path = module.getKey().split("::");
      families.computeIfAbsent(path[0], key -> new ArrayList<>()).add(path[1]);
      files.put(path[0] + "/" + path[1] + ".rs", file(module.getKey(), module.getValue()));
    }
    StringBuilder root = new StringBuilder("//! The imports, as they are: unsafe, and stable.\n");
    root.append(MADE).append('\n');
    for (Map.Entry<String, List<String>> family : families.entrySet()) {
      root.append("pub mod ").append(family.getKey()).append(";\n");
      StringBuilder file = new StringBuilder("//! `" + family.getKey() + "::*`\n" + MADE + "\n");
      family.getValue().stream()
          .sorted()
          .forEach(name -> file.append("pub mod ").append(name).append(";\n"));
      files.put(family.getKey() + ".rs", file.toString());
    }
    files.put("mod.rs", root.toString());
    return files;
  }

  private static String file(String module, List<Binding> bindings) {
    StringBuilder file = new StringBuilder("//! `" + module + "`\n" + MADE + "\n");
    file.append("#[link(wasm_import_module = \"").append(module).append("\")]\n");
    file.append("unsafe extern \"C\" {\n");
    boolean first = true;
    for (Binding binding : bindings) {
      if (!first) {
        file.append('\n');
      }
      first = false;
      file.append(GuestBindings.wrapped(binding.summary(), "    /// ", WIDTH));
      String name = GuestBindings.identifier(binding.name());
      if (!name.equals(binding.name())) {
        file.append("    #[link_name = \"").append(binding.name()).append("\"]\n");
      }
      file.append(declaration(name, binding));
    }
    return file.append("}\n").toString();
  }

  /** As rustfmt would have it. */
  private static String declaration(String name, Binding binding) {
    List<String> arguments = new ArrayList<>();
    for (Argument argument : binding.arguments()) {
      arguments.add(escaped(argument.name()) + ": " + type(argument.meaning()));
    }
    String start = "    pub fn " + escaped(name) + "(";
    String end = ")" + result(binding.result()) + ";\n";
    String line = start + String.join(", ", arguments) + end;
    if (line.length() - 1 < WIDTH) {
      return line;
    }
    // It keeps the parameters on one line only where the semicolon alone does not fit.
    return line.length() - 1 == WIDTH && binding.result() != null
        ? start
            + String.join(", ", arguments)
            + ")\n    ->"
            + result(binding.result()).substring(3)
            + ";\n"
        : start + "\n        " + String.join(",\n        ", arguments) + ",\n    " + end;
  }

  private static String escaped(String name) {
    return KEYWORDS.contains(name) ? name + "_" : name;
  }

  private static String result(@Nullable Meaning meaning) {
    return meaning == null ? "" : " -> " + type(meaning);
  }

  private static String type(Meaning meaning) {
    return switch (meaning) {
      case I32 -> "i32";
      case I64 -> "i64";
      case F32 -> "f32";
      case F64 -> "f64";
      case ID -> "u64";
      case LENGTH -> "usize";
      case BYTES -> "*const u8";
      case BYTES_OUT -> "*mut u8";
      case U32S -> "*const u32";
      case U32S_OUT -> "*mut u32";
      case U64S -> "*const u64";
      case U64S_OUT -> "*mut u64";
    };
  }
}
