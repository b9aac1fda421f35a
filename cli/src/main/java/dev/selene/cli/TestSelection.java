package dev.selene.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tests are meant.
 *
 * @param filter part of the name, or with {@code exact} all of it; null for all tests
 * @param exact names are compared whole
 * @param skipped names left out
 * @param onlyIgnored ignored tests alone, the others count as filtered out
 * @param includeIgnored ignored tests run like the others
 */
record TestSelection(
    @Nullable String filter,
    boolean exact,
    List<String> skipped,
    boolean onlyIgnored,
    boolean includeIgnored) {

  /** Whether a test is in the run, be it only to be reported as ignored. */
  boolean contains(GuestTest test) {
    return (filter == null || matches(test, filter))
        && skipped.stream().noneMatch(name -> matches(test, name))
        && (!onlyIgnored || test.ignored());
  }

  /** Whether a test of the run is started. */
  boolean starts(GuestTest test) {
    return !test.ignored() || onlyIgnored || includeIgnored;
  }

  private boolean matches(GuestTest test, String text) {
    return exact ? test.name().equals(text) : test.name().contains(text);
  }
}
