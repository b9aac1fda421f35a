package dev.selene.vm.internal.process;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What processes log while this is open. */
final class LogEntries extends Handler implements AutoCloseable {
  /** Kept: java.util.logging forgets loggers that nobody holds, with their handlers. */
  private static final Logger LOGGER = Logger.getLogger("dev.selene.process");

  private final List<LogRecord> entries = new CopyOnWriteArrayList<>();

  LogEntries() {
    LOGGER.setLevel(Level.ALL);
    LOGGER.addHandler(this);
  }

  @Override
  public void publish(LogRecord entry) {
    entries.add(entry);
  }

  /** Texts of that level with this in it. */
  List<String> at(Level level, String part) {
    return entries.stream()
        .filter(entry -> entry.getLevel().equals(level))
        .map(LogRecord::getMessage)
        .filter(text -> text.contains(part))
        .toList();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOGGER.removeHandler(this);
  }
}
