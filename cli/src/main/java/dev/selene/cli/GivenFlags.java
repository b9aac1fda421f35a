package dev.selene.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The flags of a command line, written anew for another command with the same group of options. It
 * knows none of them by name, so that none can be forgotten.
 */
final class GivenFlags {
  private GivenFlags() {}

  /**
   * What the command line said, in the order of the options.
   *
   * @param options a group of options after parsing; null for one that picocli did not fill in
   */
  static List<String> of(@Nullable CommandSpec options) {
    List<String> flags = new ArrayList<>();
    if (options != null) {
      options.options().forEach(option -> add(flags, option));
    }
    return flags;
  }

  /** Picocli keeps the texts of values, but of flags such as -vv that they were there alone. */
  private static void add(List<String> flags, OptionSpec option) {
    switch ((Object) option.getValue()) {
      case Boolean given when given -> flags.add(option.longestName());
      case boolean[] times -> {
        for (boolean given : times) {
          flags.add(option.longestName() + "=" + given);
        }
      }
      case null, default -> {
        for (String text : option.originalStringValues()) {
          flags.add(option.longestName() + "=" + text);
        }
      }
    }
  }
}
