package dev.selene.host;

/** Why a guest trapped. Source: WebAssembly core specification 2.0, section 4.4 ("trap"). */
public enum TrapKind {
  /** The {@code unreachable} instruction; also what a Rust panic ends in. */
  UNREACHABLE,
  /** A load, store or bulk operation outside the linear memory. */
  MEMORY_OUT_OF_BOUNDS,
  /** An access outside a table. */
  TABLE_OUT_OF_BOUNDS,
  /** {@code call_indirect} of an empty table entry. */
  UNINITIALIZED_ELEMENT,
  /** {@code call_indirect} of a function with another type. */
  INDIRECT_CALL_TYPE_MISMATCH,
  /** Integer division by zero. */
  INTEGER_DIVIDE_BY_ZERO,
  /** Signed division overflow, or a truncation whose result does not fit. */
  INTEGER_OVERFLOW,
  /** A truncation of a float that is no number. */
  INVALID_CONVERSION,
  /** A reference was null where a value was needed. */
  NULL_REFERENCE,
  /** The call depth went over the process's stack limit. */
  STACK_OVERFLOW,
  /** A Wasm exception left the outermost function. */
  UNCAUGHT_EXCEPTION,
  /** The entry function is missing, has results, or takes other parameters. */
  BAD_ENTRY,
  /** A host function refused its arguments. */
  HOST,
  /** Anything else the engine reports. */
  OTHER,
  /** The guest failed by its own decision and said why: a panic of its language. */
  PANIC
}
