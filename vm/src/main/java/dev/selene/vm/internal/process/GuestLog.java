package dev.selene.vm.internal.process;

import dev.selene.host.Pid;
import dev.selene.scheduler.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What one guest writes to the log. Each process has a rate of its own, so that who talks too much
 * silences itself first; all processes together have one, too.
 *
 * <p>Ownership: the process's own thread.
 */
final class GuestLog {
  /** Lines a second of all guests together. */
  static final int ALL_A_SECOND = 1_000;

  private static final Logger LOGGER = LoggerFactory.getLogger("dev.selene.guest");
  private static final int GATE_CHARGE = 64;

  private final GuestProcess process;
  private @Nullable LogGate gate;

  GuestLog(GuestProcess process) {
    this.process = process;
  }

  /** The most verbose level that is written; 0 for none. */
  static int level() {
    return LOGGER.isTraceEnabled()
        ? 5
        : LOGGER.isDebugEnabled()
            ? 4
            : LOGGER.isInfoEnabled()
                ? 3
                : LOGGER.isWarnEnabled() ? 2 : LOGGER.isErrorEnabled() ? 1 : 0;
  }

  void write(int level, String target, String text) {
    Level wanted =
        switch (level) {
          case 1 -> Level.ERROR;
          case 2 -> Level.WARN;
          case 3 -> Level.INFO;
          case 4 -> Level.DEBUG;
          default -> Level.TRACE;
        };
    if (!LOGGER.isEnabledForLevel(wanted)) {
      return;
    }
    if (gate == null) {
      process.guestContext().charge(GATE_CHARGE);
      gate = new LogGate(System::nanoTime);
    }
    long own = gate.pass();
    if (own < 0) {
      return;
    }
    long all = process.system().guestLogGate().pass();
    if (all < 0) {
      return;
    }
    StringBuilder line = new StringBuilder(64 + text.length());
    line.append("process ").append(Pid.format(process.id()));
    if (!process.label().isEmpty()) {
      line.append(" \"").append(Texts.shortened(process.label())).append('"');
    }
    if (!target.isEmpty()) {
      line.append(' ').append(Texts.shortened(target));
    }
    line.append(": ").append(Texts.message(text));
    if (own + all > 0) {
      line.append(" (and ").append(own + all).append(" more lines that were not logged)");
    }
    Scheduler.unpinned(() -> LOGGER.atLevel(wanted).log("{}", line));
  }
}
