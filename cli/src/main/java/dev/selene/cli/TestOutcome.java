package dev.selene.cli;

import dev.selene.host.ExitReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a test went.
 *
 * @param test the test
 * @param passed whether it counts as passed
 * @param note why it failed, where its own output does not tell; else null
 * @param output what it and its processes printed
 */
record TestOutcome(GuestTest test, boolean passed, @Nullable String note, String output) {

  /** Judges a finished test by its end and by the panics that it printed. */
  static TestOutcome of(GuestTest test, ExitReason reason, List<String> panics, String output) {
    String expected = test.expectedPanic();
    if (!reason.isFailure()) {
      return expected == null
          ? new TestOutcome(test, true, null, output)
          : new TestOutcome(test, false, "test did not panic as expected", output);
    }
    if (expected == null) {
      String note =
          panics.isEmpty() ? "process trapped or received kill signal: " + reason.describe() : null;
      return new TestOutcome(test, false, note, output);
    }
    if (panics.isEmpty()) {
      return expected.isEmpty()
          ? new TestOutcome(test, true, null, output)
          : new TestOutcome(
              test,
              false,
              "process ended without a panic (" + reason.describe() + "), expected: " + expected,
              output);
    }
    if (panics.stream().anyMatch(text -> text.contains(expected))) {
      return new TestOutcome(test, true, null, output);
    }
    return new TestOutcome(
        test,
        false,
        "panic did not contain expected string\n      panic message: `"
            + panics.getFirst().strip()
            + "`,\n expected substring: `"
            + expected
            + "`",
        output);
  }
}
