package dev.selene.cli;

import dev.selene.cli.GuestBindings.Argument;
import dev.selene.cli.GuestBindings.Binding;
import dev.selene.cli.GuestBindings.Meaning;
import dev.selene.host.HostModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code selene.h}: all imports for C compilers that know clang's attributes. */
final class CHeader {
  private static final int WIDTH = 96;

  private static final String START =
      """
      /*
       * The imports of Selene for C and C++, built for wasm32 by clang or zig cc.
       *
       * Made from the annotations of the import classes by GuestBindingsTest. What each import
       * does, and the layouts, are described in docs/abi.md.
       */
      #ifndef SELENE_H
      #define SELENE_H

      #include <stddef.h>
      #include <stdint.h>

      #ifdef __cplusplus
      extern "C" {
      #endif

      #define SELENE_IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

      /* A function that others spawn or call by its name. */
      #define SELENE_EXPORT(name) __attribute__((export_name(name), visibility("default")))

      /* The timeout that never comes, and "none" or "my own" for optional handles. */
      #define SELENE_FOREVER ((int64_t)-1)
      #define SELENE_NONE ((int64_t)-1)

      /* Results that several imports share. */
      #define SELENE_TIMED_OUT 9027
      #define SELENE_SENT 0
      #define SELENE_FULL 1
      #define SELENE_NO_PROCESS 2

      /* What lunatic_message_receive says is in the scratch area. */
      #define SELENE_DATA 0
      #define SELENE_LINK_DIED 1
      #define SELENE_PROCESS_DIED 2

      /* Link modes. */
      #define SELENE_NOTHING 0
      #define SELENE_TOLD_OF_FAILURES 1
      #define SELENE_TOLD 2
      #define SELENE_DIES_OF_FAILURES 3
      #define SELENE_DIES 4

      /* The first byte of an exit reason. */
      #define SELENE_REASON_NORMAL 0
      #define SELENE_REASON_EXITED 1
      #define SELENE_REASON_TRAPPED 2
      #define SELENE_REASON_OUT_OF_FUEL 3
      #define SELENE_REASON_OUT_OF_MEMORY 4
      #define SELENE_REASON_KILLED 5
      #define SELENE_REASON_LINK_DIED 6
      #define SELENE_REASON_NO_PROCESS 7
      #define SELENE_REASON_HOST_FAILURE 8
      """;

  private static final String END =
      """

      #ifdef __cplusplus
      }
      #endif

      #endif
      """;

  private CHeader() {}

  static String render(List<HostModule> modules) {
    StringBuilder header = new StringBuilder(START);
    for (Map.Entry<String, List<Binding>> module : GuestBindings.of(modules).entrySet()) {
      header.append("\n/* ").append(module.getKey()).append(" */\n");
      String prefix = module.getKey().replace("::", "_") + "_";
      for (Binding binding : module.getValue()) {
        header.append("\n/*\n").append(GuestBindings.wrapped(comment(binding), " * ", WIDTH));
        header.append(" */\n");
        header
            .append("SELENE_IMPORT(\"")
            .append(module.getKey())
            .append("\", \"")
            .append(binding.name())
            .append("\")\n");
        header.append(declaration(prefix + GuestBindings.identifier(binding.name()), binding));
      }
    }
    return header.append(END).toString();
  }

  private static String comment(Binding binding) {
    return binding.summary().replace("*/", "* /").replace("/*", "/ *");
  }

  private static String declaration(String name, Binding binding) {
    List<String> arguments = new ArrayList<>();
    for (Argument argument : binding.arguments()) {
      arguments.add(type(argument.meaning()) + argument.name());
    }
    String start = (binding.result() == null ? "void " : type(binding.result())) + name + "(";
    String line = start + (arguments.isEmpty() ? "void" : String.join(", ", arguments)) + ");\n";
    return line.length() - 1 <= WIDTH
        ? line
        : start + "\n    " + String.join(",\n    ", arguments) + ");\n";
  }

  private static String type(@Nullable Meaning meaning) {
    return switch (meaning) {
      case null -> "void ";
      case I32 -> "int32_t ";
      case I64 -> "int64_t ";
      case F32 -> "float ";
      case F64 -> "double ";
      case ID -> "uint64_t ";
      case LENGTH -> "size_t ";
      case BYTES -> "const void *";
      case BYTES_OUT -> "void *";
      case U32S -> "const uint32_t *";
      case U32S_OUT -> "uint32_t *";
      case U64S -> "const uint64_t *";
      case U64S_OUT -> "uint64_t *";
    };
  }
}
