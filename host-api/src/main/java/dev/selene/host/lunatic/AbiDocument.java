package dev.selene.host.lunatic;

import dev.selene.host.Handle;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Writes import modules down as Markdown, from their annotations alone: {@code docs/abi.md} is made
 * by this and checked against it by a test.
 *
 * <p>The parameter names are those of the class files, which have them only when compiled with
 * {@code -parameters}.
 *
 * <p>Thread-safety: stateless.
 */
public final class AbiDocument {
  private AbiDocument() {}

  /**
   * The Wasm type of an import.
   *
   * @param function the import
   * @return for example {@code (i32, i64) -> i32}, without the arrow when there is no result
   */
  public static String wasmSignature(HostFunction function) {
    List<String> parameters = new ArrayList<>();
    for (Class<?> type : function.signature().parameterList()) {
      parameters.add(wasmType(type));
    }
    Class<?> result = function.signature().returnType();
    String taken = "(" + String.join(", ", parameters) + ")";
    return result == void.class ? taken : taken + " -> " + wasmType(result);
  }

  private static String wasmType(Class<?> type) {
    if (type == int.class) {
      return "i32";
    } else if (type == long.class) {
      return "i64";
    } else if (type == float.class) {
      return "f32";
    } else if (type == double.class) {
      return "f64";
    }
    throw new IllegalArgumentException(type + " is no Wasm type");
  }

  /**
   * The whole page.
   *
   * @param modules in the order of the page
   * @return Markdown, with a line feed at the end
   */
  public static String render(List<HostModule> modules) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # The host ABI

        Made from the annotations of the import classes; a test fails when it is out of date and \
        says how to make it anew.

        - `pointer` is a guest address; `-> N bytes` is written by the host, `N bytes` is read. \
        `length` belongs to the pointer before it and counts bytes, or elements of so many bytes.
        - `handle` is an id of that kind in the caller's own table, `process` a process id. A \
        handle that may be -1 is marked `or -1`.
        - Ranges outside the memory, malformed UTF-8 and unknown handles trap before anything \
        happens. An unknown process id and an unknown timer never trap.
        - Blocking imports may park the calling process; others go on meanwhile.
        - `lunatic::*` is Lunatic's ABI, which its guests use unchanged. `selene::*` is what \
        Selene adds; guests mix both freely. Text is UTF-8, numbers are little-endian, timeouts \
        are milliseconds with -1 for ever, and 9027 means that one is over.

        ## Versions

        A guest that needs version 1.1 of `selene::*` imports the function `1.1` of \
        `selene::version`. A virtual machine without that version refuses the module when it is \
        loaded, with one line that names both versions. Minor versions only add imports, which \
        say since when they are there; guests of an older minor version see no change.

        ## Exit reasons

        `selene::message::exit_reason` and `selene::trap::caught_reason` write: the kind, 1 byte, \
        then its fields. A text is its length (u32) and its bytes.

        | kind | reason | fields |
        |---|---|---|
        | 0 | normal | |
        | 1 | exited | code i32 |
        | 2 | trapped | trap kind u8, message text, frame count u32, a text a frame, innermost \
        first |
        | 3 | out of fuel | limit u64, units of 100,000 instructions |
        | 4 | out of memory | limit u64, bytes |
        | 5 | killed | by u64, a process id; 0 is the embedder |
        | 6 | link died | process id u64, then the exit reason that was the first cause |
        | 7 | no process | |
        | 8 | host failure | message text |

        Trap kinds: 0 unreachable, 1 memory out of bounds, 2 table out of bounds, 3 uninitialized \
        element, 4 indirect call type mismatch, 5 integer divide by zero, 6 integer overflow, 7 \
        invalid conversion, 8 null reference, 9 stack overflow, 10 uncaught exception, 11 bad \
        entry function, 12 refused by the host, 13 other, 14 panic: a text of the guest's own. \
        More may follow.
        """);
    for (HostModule module : modules) {
      page.append("\n## `").append(module.name()).append("`\n\n");
      page.append("| import | Wasm type | parameters | blocking | what it does |\n");
      page.append("|---|---|---|---|---|\n");
      HostFunction.of(module).stream()
          .sorted(Comparator.comparing(HostFunction::name))
          .forEach(function -> page.append(row(function)));
    }
    return page.toString();
  }

  private static String row(HostFunction function) {
    Import annotation = function.method().getAnnotation(Import.class);
    List<String> parameters = new ArrayList<>();
    Parameter[] all = function.method().getParameters();
    for (int i = 1; i < all.length; i++) {
      parameters.add(describe(all[i]));
    }
    return "| `"
        + function.name()
        + "` | `"
        + wasmSignature(function)
        + "` | "
        + String.join(", ", parameters)
        + " | "
        + (annotation.blocking() ? "yes" : "")
        + " | "
        + annotation.summary()
        + (annotation.since().isEmpty() ? "" : " Since " + annotation.since() + ".")
        + " |\n";
  }

  private static String describe(Parameter parameter) {
    String name = "`" + parameter.getName() + "`";
    Pointer pointer = parameter.getAnnotation(Pointer.class);
    if (pointer != null) {
      String bytes = pointer.bytes() == 0 ? "" : " " + pointer.bytes() + " bytes";
      return name + " pointer" + (pointer.out() ? " ->" : "") + bytes;
    }
    Length length = parameter.getAnnotation(Length.class);
    if (length != null) {
      return name + " length" + (length.unit() == 1 ? "" : " × " + length.unit() + " bytes");
    }
    Handle handle = parameter.getAnnotation(Handle.class);
    if (handle != null) {
      return name + " handle " + handle.value() + (handle.optional() ? " or -1" : "");
    }
    return name;
  }
}
