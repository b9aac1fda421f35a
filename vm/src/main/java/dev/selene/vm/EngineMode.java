package dev.selene.vm;

/** How guests' code runs. Limits, fuel, preemption and results are the same in each. */
public enum EngineMode {
  /** Interpreted only: starts at once, runs slowly. */
  INTERPRETER,
  /** Compiled to JVM code before the first process of a module starts. */
  COMPILED,
  /** Interpreted until the compiled code, made in the background, is ready. */
  AUTO
}
