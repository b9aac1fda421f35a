package dev.selene.cli;

import dev.selene.vm.EngineMode;
import dev.selene.vm.Module;
import dev.selene.vm.ModuleInspection;
import dev.selene.vm.Vm;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code selene inspect}. */
@Command(
    name = "inspect",
    description =
        "Shows what is in a module, what it needs that is not here, and what will be slow.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;

  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  @Parameters(index = "0", paramLabel = "FILE", description = "The module.")
  private String file;

  @Override
  public Integer call() throws InterruptedException {
    machine.configureLogging("error");
    // Which functions are too large is known after they were compiled.
    Path path = ModuleFile.path(file);
    try (Vm vm = MachineOptions.start(machine.newMachine().engine(EngineMode.COMPILED))) {
      ModuleInspection inspection = ModuleFile.inspect(vm, path);
      if (inspection.refusal() == null) {
        try (Module module = ModuleFile.load(vm, path)) {
          boolean compiled = waitForCompilation(module);
          print(module.inspect(), compiled);
        }
      } else {
        print(inspection, false);
      }
    }
    return ExitCodes.OK;
  }

  private static boolean waitForCompilation(Module module) throws InterruptedException {
    try {
      module.compilation().get();
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  private void print(ModuleInspection inspection, boolean compiled) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("file", file);
      object.put("runsHere", inspection.refusal() == null);
      object.put("refusal", inspection.refusal());
      object.put("imports", inspection.imports().stream().map(InspectCommand::facts).toList());
      object.put("exports", inspection.exports());
      object.put("memory", inspection.memory());
      object.put("tables", inspection.tables());
      object.put("functions", inspection.functions());
      object.put("compiled", compiled);
      object.put("hugeFunctions", inspection.hugeFunctions());
      object.put("interpretedFunctions", inspection.interpretedFunctions());
      out.println(Json.write(object));
    } else {
      out.println(Main.oneLine(file));
      out.println("  functions: " + inspection.functions());
      out.println("  memory: " + inspection.memory());
      section(out, "tables", inspection.tables());
      section(out, "imports", inspection.imports().stream().map(InspectCommand::line).toList());
      section(out, "exports", inspection.exports());
      if (inspection.refusal() != null) {
        out.println("  cannot run here: " + Main.oneLine(inspection.refusal()));
      } else {
        largeFunctions(out, inspection, compiled);
      }
    }
    out.flush();
  }

  private static void largeFunctions(
      PrintWriter out, ModuleInspection inspection, boolean compiled) {
    section(
        out,
        "functions over 8,000 bytes of JVM code (slow without -XX:-DontCompileHugeMethods)",
        inspection.hugeFunctions());
    section(
        out, "functions too large to be compiled (interpreted)", inspection.interpretedFunctions());
    if (!compiled) {
      out.println("  cannot be compiled: runs interpreted");
    }
  }

  private static String word(ModuleInspection.Availability availability) {
    return switch (availability) {
      case KNOWN -> "known";
      case UNKNOWN -> "unknown";
      case WRONG_TYPE -> "wrong type";
    };
  }

  private static String line(ModuleInspection.Import wanted) {
    String line =
        String.format(
            "%-10s  %s.%s: %s",
            word(wanted.availability()), wanted.module(), wanted.name(), wanted.type());
    return wanted.offered() == null ? line : line + ", but here it is " + wanted.offered();
  }

  private static Map<String, Object> facts(ModuleInspection.Import wanted) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("module", wanted.module());
    facts.put("name", wanted.name());
    facts.put("type", wanted.type());
    facts.put("status", word(wanted.availability()));
    if (wanted.offered() != null) {
      facts.put("offered", wanted.offered());
    }
    return facts;
  }

  private static void section(PrintWriter out, String title, List<String> lines) {
    out.println("  " + title + ": " + (lines.isEmpty() ? "none" : lines.size()));
    lines.forEach(line -> out.println("    " + Main.oneLine(line)));
  }
}
