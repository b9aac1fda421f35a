package dev.selene.host;

/** Where blocking work runs while its process is parked; each is a bounded set of threads. */
public enum BlockingPool {
  /** Files. */
  FILES,
  /**
   * Standard output and error: apart from files, since whoever reads them may stop for ever. At
   * most one write a stream is here at a time.
   */
  STANDARD_OUTPUT,
  /** Databases. */
  DATABASE,
  /** Name resolution. */
  NAME_RESOLUTION,
  /** Parsing and compiling modules. */
  COMPILATION
}
