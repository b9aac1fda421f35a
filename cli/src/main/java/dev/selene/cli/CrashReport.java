package dev.selene.cli;

import dev.selene.host.ExitReason;
import dev.selene.host.Pid;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the main process ended, for people and for programs. */
final class CrashReport {
  private static final int MOST_FRAMES = 40;

  private CrashReport() {}

  static String text(String program, ProcessHandle process, ExitReason reason) {
    StringBuilder text = new StringBuilder();
    text.append("selene: ")
        .append(Main.oneLine(program))
        .append(" ended abnormally: ")
        .append(Main.oneLine(reason.describe()))
        .append(System.lineSeparator());
    List<String> frames = stackOf(reason);
    frames.stream()
        .limit(MOST_FRAMES)
        .forEach(
            frame ->
                text.append("    at ").append(Main.oneLine(frame)).append(System.lineSeparator()));
    if (frames.size() > MOST_FRAMES) {
      text.append("    ... and ")
          .append(frames.size() - MOST_FRAMES)
          .append(" more")
          .append(System.lineSeparator());
    }
    String hint = hint(reason);
    if (!hint.isEmpty()) {
      text.append("  ").append(hint).append(System.lineSeparator());
    }
    Usage usage = process.usage();
    text.append("  process ")
        .append(Pid.format(process.id()))
        .append(", ")
        .append(usage.instructions())
        .append(" instructions");
    if (usage.droppedMessages() > 0) {
      text.append(", ").append(usage.droppedMessages()).append(" messages dropped");
    }
    return text.append(System.lineSeparator()).toString();
  }

  static String json(String program, ProcessHandle process, ExitReason reason) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("program", program);
    report.put("process", Pid.format(process.id()));
    report.put("exitCode", ExitCodes.of(reason));
    report.put("reason", nameOf(reason));
    report.put("text", reason.describe());
    report.put("stack", stackOf(reason));
    report.put("instructions", process.usage().instructions());
    return Json.write(report);
  }

  private static String nameOf(ExitReason reason) {
    return switch (reason) {
      case ExitReason.Normal normal -> "normal";
      case ExitReason.Exited exited -> "exited";
      case ExitReason.Trapped trapped -> "trapped";
      case ExitReason.OutOfFuel outOfFuel -> "out-of-fuel";
      case ExitReason.OutOfMemory outOfMemory -> "out-of-memory";
      case ExitReason.Killed killed -> "killed";
      case ExitReason.LinkDied linkDied -> "link-died";
      case ExitReason.NoProcess noProcess -> "no-process";
      case ExitReason.HostFailure hostFailure -> "host-failure";
    };
  }

  /** The trap's own stack, or that of the linked process whose death spread to this one. */
  private static List<String> stackOf(ExitReason reason) {
    return switch (reason) {
      case ExitReason.Trapped trapped -> trapped.wasmStack();
      case ExitReason.LinkDied linkDied -> stackOf(linkDied.cause());
      case ExitReason.Normal normal -> List.of();
      case ExitReason.Exited exited -> List.of();
      case ExitReason.OutOfFuel outOfFuel -> List.of();
      case ExitReason.OutOfMemory outOfMemory -> List.of();
      case ExitReason.Killed killed -> List.of();
      case ExitReason.NoProcess noProcess -> List.of();
      case ExitReason.HostFailure hostFailure -> List.of();
    };
  }

  private static String hint(ExitReason reason) {
    return switch (reason) {
      case ExitReason.OutOfFuel outOfFuel -> "raise the limit with --max-fuel";
      case ExitReason.OutOfMemory outOfMemory ->
          "raise the limit with --max-memory, or the heap with SELENE_JAVA_OPTS=-Xmx...";
      case ExitReason.HostFailure hostFailure ->
          "this is a bug in Selene, not in the program: please report it, with the output of -v";
      case ExitReason.Trapped trapped -> "";
      case ExitReason.LinkDied linkDied -> "";
      case ExitReason.Normal normal -> "";
      case ExitReason.Exited exited -> "";
      case ExitReason.Killed killed -> "";
      case ExitReason.NoProcess noProcess -> "";
    };
  }
}
