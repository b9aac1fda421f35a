package dev.selene.vm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is in a module; texts for people, made by {@link Module#inspect} and {@link Vm#inspect}.
 *
 * @param imports in the order of the binary
 * @param exports one line an exported function
 * @param memory minimum and maximum of the linear memory
 * @param tables one line a table
 * @param functions number of functions, imports not counted
 * @param hugeFunctions functions over HotSpot's limit of 8,000 bytes of JVM code; empty before
 *     compilation
 * @param interpretedFunctions functions that are too large to be compiled at all
 * @param refusal why the module cannot run here, one line; null when it can
 */
public record ModuleInspection(
    List<Import> imports,
    List<String> exports,
    String memory,
    List<String> tables,
    int functions,
    List<String> hugeFunctions,
    List<String> interpretedFunctions,
    @Nullable String refusal) {

  /**
   * What a module wants from outside.
   *
   * @param module first part of its name
   * @param name second part
   * @param type of a function, for example {@code (i32) -> (i64)}; else the kind of thing
   * @param availability whether it is there
   * @param offered the type that is there, when it is another one; else null
   */
  public record Import(
      String module,
      String name,
      String type,
      Availability availability,
      @Nullable String offered) {}

  /** Whether an import can be linked. */
  public enum Availability {
    /** It is there. */
    KNOWN,
    /** Nothing has that name. */
    UNKNOWN,
    /** What has that name takes or returns something else. */
    WRONG_TYPE
  }

  static ModuleInspection of(dev.selene.vm.internal.engine.ModuleInspection engine) {
    return new ModuleInspection(
        engine.imports().stream()
            .map(
                wanted ->
                    new Import(
                        wanted.module(),
                        wanted.name(),
                        wanted.type(),
                        Availability.valueOf(wanted.availability().name()),
                        wanted.offered()))
            .toList(),
        engine.exports(),
        engine.memory(),
        engine.tables(),
        engine.functions(),
        engine.hugeFunctions(),
        engine.interpretedFunctions(),
        engine.refusal());
  }
}
