package dev.selene.net.internal;

import dev.selene.scheduler.WorkerPoller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker waits in: a selector. It marks what became ready and wakes who waits for it; the
 * reads and writes themselves are the processes' own.
 *
 * <p><b>Ownership.</b> {@link #poll} and {@link #close} belong to one thread, for which another may
 * ask; whoever sets {@code asking} polls, and owns {@code hurries}. Everything else is open to all.
 * {@code waiting} and {@code woken} are volatile, and every write that a waiting selector must
 * learn of comes before a look at {@code waiting}: either the poller sees the write before it
 * waits, or the writer sees that it waits.
 *
 * <p><b>Wake-ups.</b> {@code woken} is cleared after the selector returned and before {@code
 * waiting} is. So a wake-up that comes in between is still answered by the selector's own, which is
 * remembered.
 *
 * <p><b>Asking before waiting.</b> To fall asleep and to be woken costs more than to ask for some
 * microseconds. So while waits are short, which is what a request and its reply look like from
 * here, the selector is asked for {@link #ASK_NANOS} before it waits. Asked in vain, it waits at
 * once the next times, until a wait was short again: an idle machine uses no processor time.
 *
 * <p><b>Closed sockets.</b> The file descriptor of a registered channel is given back by the
 * selector's next pass alone, so who closes a channel calls {@link #nudge}.
 */
public final class Poller implements WorkerPoller {
  private static final Logger LOGGER = LoggerFactory.getLogger(Poller.class);
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long ASK_NANOS = 60_000;

  /**
   * Pauses between two asks, about half a microsecond in all. Each ask takes the lock by which
   * arriving data enters what the selector waits in, and so holds up who sends.
   */
  private static final int PAUSES = 10;

  private final Selector selector;
  private volatile boolean waiting;
  private volatile boolean woken;

  private final AtomicBoolean asking = new AtomicBoolean();

  /** Whether the last wait was short. */
  private boolean hurries;

  /** A poller without sockets. */
  public Poller() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "NET-001 no selector for sockets: raise the limit of open files (ulimit -n)", e);
    }
  }

  @Override
  public void poll(long maxNanos) {
    if (!asking.compareAndSet(false, true)) {
      // Another asks just now, which takes microseconds: the owner comes again.
      return;
    }
    try {
      ask(maxNanos);
    } finally {
      asking.set(false);
    }
  }

  private void ask(long maxNanos) {
    try {
      if (maxNanos == 0) {
        selector.selectNow(Poller::ready);
        return;
      }
      waiting = true;
      try {
        long begin = System.nanoTime();
        boolean happened = hurries && askAgain(begin, Math.min(maxNanos, ASK_NANOS));
        if (!happened && !(hurries && maxNanos < ASK_NANOS)) {
          await(maxNanos);
          happened = true;
        }
        hurries = happened && System.nanoTime() - begin < ASK_NANOS && !isIdle();
      } finally {
        woken = false;
        waiting = false;
        // An interrupt would turn every later wait into a busy loop, and means nothing here.
        Thread.interrupted();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("NET-002 waiting for sockets failed", e);
    }
  }

  /** Asks again and again for so long; true when something happened. */
  private boolean askAgain(long begin, long nanos) throws IOException {
    do {
      if (selector.selectNow(Poller::ready) > 0 || woken) {
        return true;
      }
      for (int i = 0; i < PAUSES && !woken; i++) {
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - begin < nanos);
    return false;
  }

  private void await(long maxNanos) throws IOException {
    if (woken) {
      selector.selectNow(Poller::ready);
    } else if (maxNanos == FOR_EVER) {
      selector.select(Poller::ready);
    } else {
      // Rounded up: rounded down, the last fraction of a millisecond would be a busy loop.
      selector.select(Poller::ready, (maxNanos - 1) / NANOS_PER_MILLI + 1);
    }
  }

  private static void ready(SelectionKey key) {
    if (key.attachment() instanceof Readiness readiness) {
      readiness.happened(key);
    }
  }

  @Override
  public void wakeup() {
    if (!woken) {
      woken = true;
      if (waiting) {
        selector.wakeup();
      }
    }
  }

  /** Makes the selector learn what changed, should it be waiting. Any thread. */
  void nudge() {
    if (waiting) {
      selector.wakeup();
    }
  }

  /** Registers a channel; its interest is to be set, and the poller nudged. Any thread. */
  SelectionKey register(SelectableChannel channel, Readiness readiness) throws IOException {
    return channel.register(selector, 0, readiness);
  }

  /** Whether sockets are registered here. */
  boolean isIdle() {
    return selector.keys().isEmpty();
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      LOGGER.warn("NET-003 a selector did not close", e);
    }
  }
}
