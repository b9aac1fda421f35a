package dev.selene.vm;

import dev.selene.vm.internal.process.ProcessEnvironment;

/**
 * A set of processes with names of its own; they and their children do not see the processes of
 * other environments. Made by {@link Vm#newEnvironment}.
 *
 * <p>Thread-safety: immutable.
 */
public final class Environment {
  private final ProcessEnvironment processes;

  Environment(ProcessEnvironment processes) {
    this.processes = processes;
  }

  ProcessEnvironment processes() {
    return processes;
  }

  /**
   * Its number, unique in its virtual machine; guests see it as {@code environment_id}.
   *
   * @return 1 or more
   */
  public long id() {
    return processes.id();
  }
}
