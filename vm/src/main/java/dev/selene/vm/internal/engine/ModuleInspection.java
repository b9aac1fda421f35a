package dev.selene.vm.internal.engine;

import java.util.List;

/**
 * What {@code selene inspect} prints.
 *
 * @param imports one line an import: {@code module.name: (i32) -> i64}
 * @param exports one line an export
 * @param memory minimum and maximum of the linear memory
 * @param tables one line a table
 * @param functions number of functions, imports not counted
 * @param hugeFunctions names of functions over HotSpot's limit of 8,000 bytes of JVM code; empty
 *     before compilation
 * @param interpretedFunctions names of functions that are too large to be compiled at all
 */
public record ModuleInspection(
    List<String> imports,
    List<String> exports,
    String memory,
    List<String> tables,
    int functions,
    List<String> hugeFunctions,
    List<String> interpretedFunctions) {}
