package dev.selene.vm.internal.engine;

/** How guest code runs. The cost model, limits and traps are the same in every mode. */
public enum EngineMode {
  /** Interpreted only. */
  INTERPRETER,
  /** Compiled to JVM code before the first process starts. */
  COMPILED,
  /**
   * Interpreted at once, compiled in the background; calls enter compiled code once it is ready.
   */
  AUTO
}
