package dev.selene.vm.internal.engine;

/**
 * The constants that stand for metering inside a function body: {@code i64.const marker; drop}.
 *
 * <pre>
 *  63            32 31    28 27            0
 * +----------------+--------+---------------+
 * |     prefix     |  kind  |     value     |
 * +----------------+--------+---------------+
 * </pre>
 *
 * The prefix is chosen for each module so that no constant of the guest has it: a guest cannot
 * forge a marker. A marker does nothing as Wasm, so a module with markers is still valid, and both
 * engines see the same ones.
 */
final class Marker {
  /** Charge the value, then poll. */
  static final int CHARGE_AND_POLL = 1;

  /** Charge the value. */
  static final int CHARGE = 2;

  /** Take the value, in bytes, from the call stack. */
  static final int ENTRY = 3;

  static final int MAX_VALUE = (1 << 28) - 1;

  private Marker() {}

  static long of(int prefix, int kind, int value) {
    if (value < 0 || value > MAX_VALUE) {
      throw new IllegalArgumentException("marker value out of range: " + value);
    }
    return (long) prefix << 32 | (long) kind << 28 | value;
  }

  static boolean is(long constant, int prefix) {
    return (int) (constant >>> 32) == prefix;
  }

  static int kind(long marker) {
    return (int) (marker >>> 28) & 0xF;
  }

  static int value(long marker) {
    return (int) marker & MAX_VALUE;
  }
}
