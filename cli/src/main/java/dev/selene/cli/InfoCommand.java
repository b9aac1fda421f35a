package dev.selene.cli;

import dev.selene.vm.Vm;
import dev.selene.vm.VmInformation;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code selene info}. */
@Command(
    name = "info",
    description = "Shows versions and settings, for bug reports.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class InfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;

  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    machine.configureLogging("warn");
    Map<String, Object> facts = new LinkedHashMap<>();
    try (Vm vm = machine.start()) {
      VmInformation information = vm.information();
      facts.put("version", Version.current());
      facts.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
      facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
      facts.put("engine", information.engine().name().toLowerCase(Locale.ROOT));
      facts.put("scheduler", information.workStealing() ? "work-stealing" : "jdk");
      facts.put("workers", information.workers());
      facts.put(
          "cache",
          information.cacheDirectory() == null ? null : information.cacheDirectory().toString());
      facts.put("heapBytes", Runtime.getRuntime().maxMemory());
      facts.put("memoryBudgetBytes", information.memoryBudget());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(facts));
    } else {
      facts.forEach((name, value) -> out.println(line(name, value)));
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static String line(String name, @Nullable Object value) {
    String label = name.endsWith("Bytes") ? name.substring(0, name.length() - 5) : name;
    String text =
        name.endsWith("Bytes") && value instanceof Long bytes
            ? Amounts.format(bytes)
            : value == null ? "none" : value.toString();
    return String.format("%-14s %s", label, text);
  }
}
