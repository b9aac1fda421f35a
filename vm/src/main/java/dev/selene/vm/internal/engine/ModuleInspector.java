package dev.selene.vm.internal.engine;

import dev.selene.host.HostFunction;
import dev.selene.vm.internal.engine.ModuleInspection.Availability;
import dev.selene.vm.internal.engine.ModuleInspection.Import;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.Table;

/** Describes parsed modules, also those that cannot run here. */
final class ModuleInspector {
  private ModuleInspector() {}

  /**
   * What a module looks like.
   *
   * @param imports what it could be linked against
   * @param refusal why it cannot run here; null when it can
   */
  static ModuleInspection inspect(
      WasmModule module, ImportTable imports, @Nullable String refusal) {
    List<Import> lines = new ArrayList<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      run.endive.wasm.types.Import wanted = module.importSection().getImport(i);
      if (wanted instanceof FunctionImport function) {
        lines.add(describe(function, module, imports));
      } else {
        String kind = wanted.importType().name().toLowerCase(Locale.ROOT);
        lines.add(new Import(wanted.module(), wanted.name(), kind, Availability.UNKNOWN, null));
      }
    }
    return describe(module, lines, List.of(), List.of(), refusal);
  }

  /** What a module looks like that was linked, with the names of its large functions. */
  static ModuleInspection inspectLinked(
      WasmModule module, List<String> hugeFunctions, List<String> interpretedFunctions) {
    List<Import> lines = new ArrayList<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport function) {
        lines.add(
            new Import(
                function.module(),
                function.name(),
                EngineModule.text(module.typeSection().getType(function.typeIndex())),
                Availability.KNOWN,
                null));
      }
    }
    return describe(module, lines, hugeFunctions, interpretedFunctions, null);
  }

  private static Import describe(FunctionImport wanted, WasmModule module, ImportTable imports) {
    FunctionType type = module.typeSection().getType(wanted.typeIndex());
    HostFunction function = imports.find(wanted.module(), wanted.name());
    FunctionType offered = function == null ? null : LinkedImports.type(function.descriptor());
    boolean fits = offered != null && LinkedImports.fits(offered, type);
    return new Import(
        wanted.module(),
        wanted.name(),
        EngineModule.text(type),
        offered == null
            ? Availability.UNKNOWN
            : fits ? Availability.KNOWN : Availability.WRONG_TYPE,
        offered == null || fits ? null : EngineModule.text(offered));
  }

  private static ModuleInspection describe(
      WasmModule module,
      List<Import> imports,
      List<String> hugeFunctions,
      List<String> interpretedFunctions,
      @Nullable String refusal) {
    List<String> exports = new ArrayList<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION) {
        exports.add(export.name() + ": " + EngineModule.text(functionType(module, export.index())));
      }
    }
    List<String> tables = new ArrayList<>();
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      Table table = module.tableSection().getTable(i);
      tables.add(table.limits().min() + " to " + table.limits().max() + " entries");
    }
    return new ModuleInspection(
        imports,
        exports,
        module.memorySection().map(memories -> text(memories.getMemory(0).limits())).orElse("none"),
        tables,
        module.functionSection().functionCount(),
        hugeFunctions,
        interpretedFunctions,
        refusal);
  }

  private static String text(MemoryLimits limits) {
    return limits.initialPages() + " to " + limits.maximumPages() + " pages";
  }

  private static FunctionType functionType(WasmModule module, int index) {
    int left = index;
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport function && left-- == 0) {
        return module.typeSection().getType(function.typeIndex());
      }
    }
    return module.typeSection().getType(module.functionSection().getFunctionType(left));
  }
}
