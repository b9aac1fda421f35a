package dev.selene.vm;

import java.util.List;

/**
 * What is in a module; texts for people, made by {@link Module#inspect}.
 *
 * @param imports one line an import: {@code module.name: (i32) -> i64}
 * @param exports one line an exported function
 * @param memory minimum and maximum of the linear memory
 * @param tables one line a table
 * @param functions number of functions, imports not counted
 * @param hugeFunctions functions over HotSpot's limit of 8,000 bytes of JVM code; empty before
 *     compilation
 * @param interpretedFunctions functions that are too large to be compiled at all
 */
public record ModuleInspection(
    List<String> imports,
    List<String> exports,
    String memory,
    List<String> tables,
    int functions,
    List<String> hugeFunctions,
    List<String> interpretedFunctions) {

  static ModuleInspection of(dev.selene.vm.internal.engine.ModuleInspection engine) {
    return new ModuleInspection(
        engine.imports(),
        engine.exports(),
        engine.memory(),
        engine.tables(),
        engine.functions(),
        engine.hugeFunctions(),
        engine.interpretedFunctions());
  }
}
