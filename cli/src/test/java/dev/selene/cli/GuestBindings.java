package dev.selene.cli;

import dev.selene.host.Handle;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the bindings of all languages have in common: the imports, and what their numbers mean. */
final class GuestBindings {
  /** What a number of the ABI stands for. */
  enum Meaning {
    I32,
    I64,
    F32,
    F64,
    /** A process id or a handle that is never -1. */
    ID,
    LENGTH,
    BYTES,
    BYTES_OUT,
    U32S,
    U32S_OUT,
    U64S,
    U64S_OUT
  }

  /** A parameter with its name in snake case. */
  record Argument(String name, Meaning meaning) {}

  /** An import; null is no result. */
  record Binding(String name, String summary, List<Argument> arguments, @Nullable Meaning result) {}

  private GuestBindings() {}

  /** The imports by name, of each import module; several classes may offer parts of one. */
  static Map<String, List<Binding>> of(List<HostModule> modules) {
    Map<String, List<Binding>> bindings = new LinkedHashMap<>();
    for (HostModule module : modules) {
      List<Binding> all = bindings.computeIfAbsent(module.name(), key -> new ArrayList<>());
      HostFunction.of(module).forEach(function -> all.add(binding(function)));
    }
    bindings.values().forEach(all -> all.sort(Comparator.comparing(Binding::name)));
    return bindings;
  }

  private static Binding binding(HostFunction function) {
    Parameter[] parameters = function.method().getParameters();
    List<Argument> arguments = new ArrayList<>();
    for (int i = 1; i < parameters.length; i++) {
      Length length =
          i + 1 < parameters.length ? parameters[i + 1].getAnnotation(Length.class) : null;
      arguments.add(
          new Argument(snakeCase(parameters[i].getName()), meaning(parameters[i], length)));
    }
    Class<?> type = function.method().getReturnType();
    Handle handle = function.method().getAnnotation(Handle.class);
    return new Binding(
        function.name(),
        summary(function.method().getAnnotation(Import.class)),
        arguments,
        type == void.class ? null : number(type, handle));
  }

  private static String summary(Import annotation) {
    return annotation.since().isEmpty()
        ? annotation.summary()
        : annotation.summary() + " Since " + annotation.since() + ".";
  }

  private static Meaning meaning(Parameter parameter, @Nullable Length length) {
    if (parameter.isAnnotationPresent(Length.class)) {
      return Meaning.LENGTH;
    }
    Pointer pointer = parameter.getAnnotation(Pointer.class);
    if (pointer == null) {
      return number(parameter.getType(), parameter.getAnnotation(Handle.class));
    }
    int unit = pointer.unit() > 0 ? pointer.unit() : pointer.bytes();
    if (unit == 0 && length != null) {
      unit = length.unit();
    }
    return switch (unit) {
      case 8 -> pointer.out() ? Meaning.U64S_OUT : Meaning.U64S;
      case 4 -> pointer.out() ? Meaning.U32S_OUT : Meaning.U32S;
      default -> pointer.out() ? Meaning.BYTES_OUT : Meaning.BYTES;
    };
  }

  private static Meaning number(Class<?> type, @Nullable Handle handle) {
    if (type == long.class) {
      return handle != null && !handle.optional() ? Meaning.ID : Meaning.I64;
    }
    return type == int.class ? Meaning.I32 : type == float.class ? Meaning.F32 : Meaning.F64;
  }

  private static String snakeCase(String camelCase) {
    StringBuilder name = new StringBuilder();
    for (char c : camelCase.toCharArray()) {
      if (Character.isUpperCase(c)) {
        name.append('_');
      }
      name.append(Character.toLowerCase(c));
    }
    return name.toString();
  }

  /** What a function is called where {@code 1.0} and {@code catch} are no names. */
  static String identifier(String importName) {
    return importName.equals("catch")
        ? "catch_trap"
        : Character.isDigit(importName.charAt(0))
            ? "needs_" + importName.replace('.', '_')
            : importName;
  }

  /** Breaks a text into lines of at most so many characters behind the prefix. */
  static String wrapped(String text, String prefix, int width) {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && prefix.length() + line.length() + 1 + word.length() > width) {
        lines.append(prefix).append(line).append('\n');
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    return lines.append(prefix).append(line).append('\n').toString();
  }
}
