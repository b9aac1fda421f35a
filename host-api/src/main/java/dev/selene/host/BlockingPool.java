package dev.selene.host;

/** Where blocking work runs while its process is parked; each is a bounded set of threads. */
public enum BlockingPool {
  /** Files. */
  FILES,
  /** Standard input: one thread, since a read may never return. */
  STANDARD_INPUT,
  /** Databases. */
  DATABASE,
  /** Name resolution. */
  NAME_RESOLUTION,
  /** Parsing and compiling modules. */
  COMPILATION
}
