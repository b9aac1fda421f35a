package dev.selene.net.internal;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A poller with a thread of its own, for machines whose workers do not poll. The thread starts with
 * the first socket that waits, and ends some seconds after the last.
 *
 * <p>Thread-safety: any thread; {@code poller} is guarded by this object's monitor.
 */
final class PollingThread {
  private static final Logger LOGGER = LoggerFactory.getLogger(PollingThread.class);
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

  private @Nullable Poller poller;
  private boolean used;

  /** The poller; its thread runs for {@link #LINGER_NANOS} at least. */
  synchronized Poller poller() {
    used = true;
    Poller present = poller;
    if (present == null) {
      present = new Poller();
      poller = present;
      Poller own = present;
      Thread thread = new Thread(null, () -> run(own), "selene-sockets", 0, false);
      thread.setDaemon(true);
      thread.start();
    }
    return present;
  }

  private void run(Poller own) {
    while (!endsIfIdle(own)) {
      try {
        own.poll(LINGER_NANOS);
      } catch (RuntimeException e) {
        LOGGER.error("NET-002 waiting for sockets failed; it goes on", e);
      }
    }
    own.close();
  }

  private synchronized boolean endsIfIdle(Poller own) {
    if (used || !own.isIdle()) {
      used = false;
      return false;
    }
    poller = null;
    return true;
  }
}
