package dev.selene.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints results in the form of Rust's libtest, which editors and CI systems parse.
 *
 * <p>Thread-safety: confined to the thread that runs the suite.
 */
final class TestReport {
  private static final String GREEN = "\u001b[92m";
  private static final String RED = "\u001b[91m";
  private static final String YELLOW = "\u001b[93m";
  private static final String PLAIN = "\u001b[0m";
  private static final int DOTS_A_LINE = 88;

  private final PrintWriter out;
  private final boolean terse;
  private final boolean colored;
  private final boolean showOutput;
  private final List<TestOutcome> failures = new ArrayList<>();
  private final List<TestOutcome> successes = new ArrayList<>();
  private int ignored;
  private int filteredOut;
  private int dots;
  private long started;

  TestReport(PrintWriter out, boolean terse, boolean colored, boolean showOutput) {
    this.out = out;
    this.terse = terse;
    this.colored = colored;
    this.showOutput = showOutput;
  }

  void list(List<GuestTest> tests) {
    tests.forEach(test -> out.print(test.name() + ": test\n"));
    if (!terse) {
      out.print((tests.isEmpty() ? "" : "\n") + count(tests.size()) + ", 0 benchmarks\n");
    }
    out.flush();
  }

  void start(int selected, int others) {
    started = System.nanoTime();
    filteredOut = others;
    out.print("\nrunning " + count(selected) + "\n");
    out.flush();
  }

  void ignored(GuestTest test) {
    ignored++;
    line(test, "ignored", YELLOW, "i");
  }

  void ended(TestOutcome outcome) {
    (outcome.passed() ? successes : failures).add(outcome);
    if (outcome.passed()) {
      line(outcome.test(), "ok", GREEN, ".");
    } else {
      line(outcome.test(), "FAILED", RED, "F");
    }
  }

  private void line(GuestTest test, String result, String color, String character) {
    if (terse) {
      out.print(colored(color, character));
      dots++;
      if (dots % DOTS_A_LINE == 0) {
        out.print("\n");
      }
    } else {
      out.print("test " + test.title() + " ... " + colored(color, result) + "\n");
    }
    out.flush();
  }

  /** Prints what is left; true when nothing failed. */
  boolean finish() {
    if (terse && dots % DOTS_A_LINE != 0) {
      out.print("\n");
    }
    if (showOutput && !successes.isEmpty()) {
      section("successes", successes);
    }
    if (!failures.isEmpty()) {
      section("failures", failures);
    }
    boolean passed = failures.isEmpty();
    out.print(
        String.format(
            Locale.ROOT,
            "\ntest result: %s. %d passed; %d failed; %d ignored; 0 measured; %d filtered out; "
                + "finished in %.2fs\n\n",
            passed ? colored(GREEN, "ok") : colored(RED, "FAILED"),
            successes.size(),
            failures.size(),
            ignored,
            filteredOut,
            (System.nanoTime() - started) / 1e9));
    out.flush();
    return passed;
  }

  private void section(String title, List<TestOutcome> outcomes) {
    out.print("\n" + title + ":\n");
    for (TestOutcome outcome : outcomes) {
      String text = outcome.output();
      if (outcome.note() != null) {
        text += (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + "note: " + outcome.note();
      }
      if (!text.isEmpty()) {
        out.print("\n---- " + outcome.test().name() + " stdout ----\n" + text);
        out.print(text.endsWith("\n") ? "" : "\n");
      }
    }
    out.print("\n\n" + title + ":\n");
    outcomes.stream()
        .map(outcome -> outcome.test().name())
        .sorted()
        .forEach(name -> out.print("    " + name + "\n"));
  }

  private String colored(String color, String text) {
    return colored ? color + text + PLAIN : text;
  }

  private static String count(int tests) {
    return tests + (tests == 1 ? " test" : " tests");
  }
}
