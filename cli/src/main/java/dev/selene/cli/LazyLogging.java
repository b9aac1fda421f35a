package dev.selene.cli;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The backend of {@link Logging}: slf4j-simple, made when the first line is logged. To make it
 * reads its settings and the formats of dates, a quarter of the start of a program that logs
 * nothing.
 *
 * <p>Thread-safety: any thread.
 */
public final class LazyLogging implements SLF4JServiceProvider {
  private static final String REQUESTED_API = "2.0.99";

  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter contexts = new NOPMDCAdapter();

  /** Called by SLF4J. */
  public LazyLogging() {
    // nothing to make yet
  }

  /** slf4j-simple. */
  private static final class Backend {
    static final ILoggerFactory LOGGERS = make();

    private static ILoggerFactory make() {
      SimpleServiceProvider provider = new SimpleServiceProvider();
      provider.initialize();
      return provider.getLoggerFactory();
    }
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> loggers.computeIfAbsent(name, LazyLogger::new);
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return contexts;
  }

  @Override
  public String getRequestedApiVersion() {
    return REQUESTED_API;
  }

  @Override
  public void initialize() {
    // nothing to make yet
  }

  private static final class LazyLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    LazyLogger(String name) {
      this.name = name;
    }

    private Logger backend() {
      return Backend.LOGGERS.getLogger(name);
    }

    /** Most questions are whether to log what nobody wants to see. */
    private boolean isWanted(Level level) {
      return !Logging.hides(level) && backend().isEnabledForLevel(level);
    }

    @Override
    public boolean isTraceEnabled() {
      return isWanted(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
      return isWanted(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
      return isWanted(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
      return isWanted(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
      return isWanted(Level.ERROR);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String pattern,
        Object @Nullable [] arguments,
        @Nullable Throwable failure) {
      String message = MessageFormatter.basicArrayFormat(pattern, arguments);
      Logger backend = backend();
      switch (level) {
        case ERROR -> backend.error(message, failure);
        case WARN -> backend.warn(message, failure);
        case INFO -> backend.info(message, failure);
        case DEBUG -> backend.debug(message, failure);
        case TRACE -> backend.trace(message, failure);
      }
    }
  }
}
