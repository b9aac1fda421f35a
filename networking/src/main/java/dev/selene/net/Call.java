package dev.selene.net;

import dev.selene.host.HostTrap;
import dev.selene.host.ProcessContext;
import dev.selene.host.lunatic.ErrorImports;
import dev.selene.net.internal.Failures;
import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * How imports of this room end: 0 and a result, 1 and an error's id, or 9027 after a timeout.
 *
 * <p>After a timeout the result is an error's id too. Lunatic writes 0 there, which its guest
 * library takes for an error all the same, and traps when it drops it.
 */
final class Call {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int TIMED_OUT = 9027;

  private static final int RESULT_BYTES = 8;

  /** What an import does. */
  interface Body {
    /** Returns the result, written as 8 bytes. */
    long run() throws IOException;
  }

  private Call() {}

  /** Checks that a result can be written; before anything else happens. */
  static void checkResult(ProcessContext process, int address) {
    process.memory().check(address, RESULT_BYTES);
  }

  /**
   * Does it and writes the result.
   *
   * @param what what is tried, for the error
   */
  static int run(ProcessContext process, int resultOut, String what, Body body) {
    try {
      process.memory().putLong(resultOut, body.run());
      return DONE;
    } catch (IOException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException e) {
      return failed(process, resultOut, what, e);
    }
  }

  /** Reports a failure; see {@link #run}. */
  static int failed(ProcessContext process, int resultOut, String what, Exception failure) {
    long error = ErrorImports.report(process, Failures.text(what, failure));
    process.memory().putLong(resultOut, error);
    return failure instanceof SocketTimeoutException ? TIMED_OUT : FAILED;
  }

  /** Reads UTF-8 text of at most {@code most} bytes. */
  static String text(ProcessContext process, int address, int length, int most, String what) {
    process.memory().check(address, length);
    if (Integer.compareUnsigned(length, most) > 0) {
      throw new HostTrap(
          what + " has " + Integer.toUnsignedString(length) + " bytes, more than " + most);
    }
    process.chargeBytes(length);
    return process.memory().readText(address, length);
  }

  /** Checks an array of 8-byte elements; the multiplication is done in 64 bits. */
  static void checkArray(ProcessContext process, int address, int count) {
    long bytes = Integer.toUnsignedLong(count) * Long.BYTES;
    if (bytes > 0xFFFF_FFFFL) {
      // Larger than any memory: fails with the right kind of trap.
      process.memory().check(address, -1);
    }
    process.memory().check(address, (int) bytes);
  }
}
