package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.Pid;
import java.util.List;
import org.slf4j.Logger;

/** What the log says about a process that failed. */
final class CrashReport {
  private CrashReport() {}

  static void log(
      Logger logger,
      GuestProcess process,
      long parent,
      List<String> names,
      int links,
      ExitReason reason) {
    StringBuilder text = new StringBuilder(256);
    text.append("process ").append(Pid.format(process.id()));
    if (!names.isEmpty()) {
      text.append(" \"").append(String.join("\" / \"", names)).append('"');
    }
    text.append(" failed: ").append(reason.describe());
    if (logger.isInfoEnabled() && reason instanceof ExitReason.Trapped trapped) {
      for (String frame : trapped.wasmStack()) {
        text.append("\n    at ").append(frame);
      }
    }
    text.append("\n    module ").append(process.module().engineModule().name());
    text.append(", entry ").append(process.function());
    if (parent != 0) {
      text.append(", parent ").append(Pid.format(parent));
    }
    text.append(", links ").append(links);
    text.append(", instructions ").append(process.instructions());
    text.append(", dropped messages ").append(process.droppedMessages());
    logger.warn("{}", text);
  }
}
