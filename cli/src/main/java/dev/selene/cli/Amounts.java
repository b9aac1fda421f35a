package dev.selene.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers on the command line, refused with one clear line when they make no sense. */
final class Amounts {
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([kKmMgGtT]?)([iI]?)([bB]?)");

  private Amounts() {}

  /** Bytes: {@code 65536}, {@code 64KiB}, {@code 1MB}; {@code K}, {@code M} alone are binary. */
  static final class Size implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return parseSize(text);
    }
  }

  /** A count of at least one. */
  static final class Count implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      long count = parseWhole(text);
      if (count == 0) {
        throw new TypeConversionException("0 is too few: it must be at least 1");
      }
      return count;
    }
  }

  /** A count of which 0 means no limit. */
  static final class CountOrUnlimited implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return parseWhole(text);
    }
  }

  static long parseSize(String text) {
    Matcher matcher = SIZE.matcher(text.strip());
    if (!matcher.matches() || (!matcher.group(3).isEmpty() && matcher.group(2).isEmpty())) {
      throw new TypeConversionException(
          "'" + text + "' is not a size: write bytes, or for example 64KiB, 10MB, 2GiB");
    }
    long factor = 1;
    boolean decimal = matcher.group(3).isEmpty() && !matcher.group(4).isEmpty();
    int power =
        matcher.group(2).isEmpty()
            ? 0
            : "kmgt".indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
    for (int i = 0; i < power; i++) {
      factor *= decimal ? 1000 : 1024;
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new TypeConversionException("'" + text + "' is more than any machine has");
    }
  }

  private static long parseWhole(String text) {
    if (!text.matches("\\d+")) {
      throw new TypeConversionException("'" + text + "' is not a whole number of 0 or more");
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
  }

  /** For people: 1536 is {@code 1.5 KiB}. */
  static String format(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    int unit = -1;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }
}
