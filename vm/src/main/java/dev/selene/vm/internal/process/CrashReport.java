package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.Pid;
import dev.selene.scheduler.Scheduler;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** What the log says about a process that failed. */
final class CrashReport {
  private static final int MAX_NAMES = 4;

  private CrashReport() {}

  /**
   * Whether the log tells of an end: not what the embedder started and watches itself, not what it
   * killed, not a guest's own choice of an exit code, and not who follows somebody's normal end.
   */
  static boolean isNews(long parent, ExitReason reason) {
    boolean embedderKnows = parent == 0 || reason instanceof ExitReason.Killed(long by) && by == 0;
    boolean followsNormalEnd =
        reason instanceof ExitReason.LinkDied died && !died.cause().isFailure();
    return reason.isFailure()
        && !embedderKnows
        && !followsNormalEnd
        && !(reason instanceof ExitReason.Exited);
  }

  static void log(
      Logger logger,
      Level level,
      GuestProcess process,
      long parent,
      List<ProcessEnvironment.Entry> names,
      int links,
      ExitReason reason) {
    long held = process.system().logGate().pass();
    if (held < 0) {
      return;
    }
    StringBuilder text = new StringBuilder(256);
    text.append("process ").append(Pid.format(process.id()));
    for (ProcessEnvironment.Entry name : names.subList(0, Math.min(names.size(), MAX_NAMES))) {
      text.append(" \"").append(Texts.shortened(name.name())).append('"');
    }
    if (!process.label().isEmpty()) {
      text.append(" (").append(Texts.shortened(process.label())).append(')');
    }
    text.append(" failed: ").append(Texts.message(reason.describe()));
    if (logger.isInfoEnabled() && reason instanceof ExitReason.Trapped trapped) {
      for (String frame : trapped.wasmStack()) {
        text.append("\n    at ").append(Texts.shortened(frame));
      }
    }
    text.append("\n    module ").append(Texts.shortened(process.module().engineModule().name()));
    text.append(", entry ").append(Texts.shortened(process.function()));
    if (parent != 0) {
      text.append(", parent ").append(Pid.format(parent));
    }
    text.append(", links ").append(links);
    text.append(", instructions ").append(process.instructions());
    text.append(", dropped messages ").append(process.droppedMessages());
    if (held > 0) {
      text.append("\n    and ").append(held).append(" more entries that were not logged");
    }
    Scheduler.unpinned(() -> logger.atLevel(level).log("{}", text));
  }
}
