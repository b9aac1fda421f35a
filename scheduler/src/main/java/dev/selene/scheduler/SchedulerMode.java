package dev.selene.scheduler;

/** Which scheduler runs the virtual threads; see {@link Scheduler#start(int, SchedulerMode)}. */
public enum SchedulerMode {
  /**
   * Work stealing where the JVM was started with {@code --add-opens
   * java.base/java.lang=ALL-UNNAMED}, else the JDK's own scheduler.
   */
  AUTO,

  /** Our work-stealing workers; an error where the JVM does not allow it. */
  WORK_STEALING,

  /** The JDK's own scheduler, with one platform thread of ours for timers and polling. */
  JDK
}
