package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.TrapKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names of tests, texts of panics, and the verdict from both. */
class GuestTestTest {
  private static final ExitReason TRAP =
      new ExitReason.Trapped(TrapKind.UNREACHABLE, "unreachable", List.of());

  private static GuestTest parse(String rest) {
    return GuestTest.of("#lunatic_test_" + rest);
  }

  @Test
  void name_isParsed() {
    assertEquals(new GuestTest("#lunatic_test_a::b", "a::b", false, null), parse("a::b"));
    assertEquals("a", parse("#ignore_a").name());
    assertTrue(parse("#ignore_a").ignored());
    assertEquals("", parse("#panic_#a").expectedPanic());
    assertEquals("x # y", parse("#panic_x \\# y#m::a").expectedPanic());
    assertEquals("m::a", parse("#ignore_#panic_x \\# y#m::a").name());
    assertEquals("back\\slash", parse("#panic_back\\slash#a").expectedPanic());
    assertEquals("unfinished", parse("#panic_unfinished").expectedPanic());
    assertFalse(GuestTest.isTest("_start"));
  }

  @Test
  void panic_isFoundInBothFormats() {
    assertEquals(
        List.of("it's 'quoted'"),
        PanicText.in("x\nthread 'main' panicked at 'it's 'quoted'', src/a.rs:1:2\nnote: y\n"));
    assertEquals(
        List.of("two\nlines\n"),
        PanicText.in("\nthread 'a' panicked at src/a.rs:1:2:\ntwo\nlines\nnote: run with\n"));
    assertEquals(
        List.of("first\n", "second"),
        PanicText.in(
            "thread '<unnamed>' (1) panicked at a.rs:1:2:\nfirst\n"
                + "thread '<unnamed>' (1) panicked at a.rs:3:4:\nsecond"));
    assertEquals(List.of(), PanicText.in("nothing panicked at 'all', here:1:2\n"));
  }

  @Test
  void verdict_followsTheTable() {
    GuestTest plain = parse("t");
    GuestTest anyPanic = parse("#panic_#t");
    GuestTest expected = parse("#panic_boom#t");
    String boom = "thread 't' panicked at a.rs:1:2:\nboom!\n";
    String other = "thread 't' panicked at a.rs:1:2:\nother\n";
    assertTrue(passed(plain, ExitReason.NORMAL, ""));
    assertFalse(passed(plain, TRAP, boom));
    assertFalse(passed(plain, new ExitReason.Exited(1), ""));
    assertFalse(passed(anyPanic, ExitReason.NORMAL, boom));
    assertTrue(passed(anyPanic, TRAP, other));
    assertTrue(passed(anyPanic, new ExitReason.Killed(0), ""));
    assertTrue(passed(expected, TRAP, boom));
    assertFalse(passed(expected, TRAP, other));
    assertFalse(passed(expected, TRAP, "boom!"));
    assertFalse(passed(expected, ExitReason.NORMAL, boom));
  }

  private static boolean passed(GuestTest test, ExitReason reason, String output) {
    return TestOutcome.of(test, reason, PanicText.in(output), output).passed();
  }
}
