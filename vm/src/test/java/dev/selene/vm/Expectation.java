package dev.selene.vm;

import dev.selene.host.ExitReason;
import dev.selene.host.ProcessConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A line of an {@code expected.tsv}: what to call, under which limits, and how it must end. */
record Expectation(String function, List<Integer> arguments, String limits, List<String> reasons) {

  /** Reads a table with or without a column of arguments. */
  static List<Expectation> read(Path table, boolean withArguments) {
    try (Stream<String> lines = Files.lines(table)) {
      return lines
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> parse(line.split("\t", -1), withArguments))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line whose first cell names a module. */
  record InModule(String module, Expectation expectation) {}

  /** Reads a table whose first column names a module. */
  static List<InModule> readWithModules(Path table) {
    try (Stream<String> lines = Files.lines(table)) {
      return lines
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(
              line -> {
                String[] cells = line.split("\t", 2);
                return new InModule(cells[0], parse(cells[1].split("\t", -1), false));
              })
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Expectation parse(String[] cells, boolean withArguments) {
    int at = 1;
    List<Integer> arguments =
        withArguments
            ? Stream.of(cells[at++].split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Integer::valueOf)
                .toList()
            : List.of();
    return new Expectation(
        cells[0], arguments, cells[at], List.of(cells[at + 1].strip().split("\\|")));
  }

  boolean isKilledByTheTest() {
    return reasons.contains("Killed");
  }

  ProcessConfig config(Path folder) {
    ProcessConfig.Builder builder = VmSetting.fullConfig(function);
    for (String limit : limits.split(",")) {
      String[] parts = limit.strip().split("=");
      switch (parts[0]) {
        case "" -> {}
        case "memory" -> builder.maxMemoryBytes(Long.parseLong(parts[1]));
        case "fuel" -> builder.maxFuel(Long.parseLong(parts[1]));
        case "stack" -> builder.maxStackBytes(Long.parseLong(parts[1]));
        case "processes" -> builder.maxProcesses(Long.parseLong(parts[1]));
        case "handles" -> builder.maxHandles(Long.parseLong(parts[1]));
        case "mailbox-messages" -> builder.maxMailboxMessages(Long.parseLong(parts[1]));
        case "mailbox-bytes" -> builder.maxMailboxBytes(Long.parseLong(parts[1]));
        case "preopen" -> builder.preopen("/folder", folder.toString());
        default -> throw new IllegalArgumentException("unknown limit " + parts[0]);
      }
    }
    return builder.build();
  }

  /** The reason in the words of the table. */
  static String nameOf(ExitReason reason) {
    return switch (reason) {
      case ExitReason.Normal ignored -> "Normal";
      case ExitReason.Exited exited -> "Exited:" + exited.code();
      case ExitReason.Trapped trapped -> "Trapped:" + trapped.kind();
      case ExitReason.OutOfFuel ignored -> "OutOfFuel";
      case ExitReason.OutOfMemory ignored -> "OutOfMemory";
      case ExitReason.Killed ignored -> "Killed";
      case ExitReason.LinkDied ignored -> "LinkDied";
      case ExitReason.NoProcess ignored -> "NoProcess";
      case ExitReason.HostFailure ignored -> "HostFailure";
    };
  }

  @Override
  public String toString() {
    return function + arguments + " {" + limits + "} -> " + String.join("|", reasons);
  }
}
