package dev.selene.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.selene.scheduler.WorkerPoller;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A poller that asks before it waits hears of everything, as one that waits at once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PollerTest {
  private static final int ROUNDS = 20_000;

  /** Polls, and reports each return, until it is interrupted. */
  private static final class PollingLoop implements AutoCloseable {
    private final SynchronousQueue<Boolean> returns = new SynchronousQueue<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean over;
    private final Poller poller;
    private final Thread thread;

    PollingLoop(Poller poller, long maxNanos) {
      this.poller = poller;
      thread = new Thread(() -> run(maxNanos));
      thread.start();
    }

    private void run(long maxNanos) {
      try {
        while (!over) {
          poller.poll(maxNanos);
          if (!over) {
            returns.put(true);
          }
        }
      } catch (Throwable e) {
        failure.set(e);
      }
    }

    void awaitReturn(int round) throws InterruptedException {
      assertEquals(
          Boolean.TRUE,
          returns.poll(20, TimeUnit.SECONDS),
          "round " + round + " was slept through");
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      poller.wakeup();
      while (thread.isAlive()) {
        returns.poll(1, TimeUnit.MILLISECONDS);
      }
      assertNull(failure.get());
      poller.close();
    }
  }

  private static Readiness readiness(Pipe pipe) {
    return new Readiness(new Network(10), pipe.source(), SelectionKey.OP_READ);
  }

  @Test
  void wakeup_endsTheWaitThatIsOrTheNext() throws Exception {
    Poller poller = new Poller();
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    // A poller without sockets never asks.
    poller.register(pipe.source(), readiness(pipe));
    try (PollingLoop loop = new PollingLoop(poller, WorkerPoller.FOR_EVER)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (int pause = round % 200; pause > 0; pause--) {
          Thread.onSpinWait();
        }
        poller.wakeup();
        loop.awaitReturn(round);
      }
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void event_endsTheWait() throws Exception {
    Poller poller = new Poller();
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    SelectionKey key = poller.register(pipe.source(), readiness(pipe));
    ByteBuffer one = ByteBuffer.allocate(1);
    try (PollingLoop loop = new PollingLoop(poller, WorkerPoller.FOR_EVER)) {
      for (int round = 0; round < ROUNDS; round++) {
        key.interestOps(SelectionKey.OP_READ);
        poller.nudge();
        pipe.sink().write(one.clear());
        loop.awaitReturn(round);
        while (pipe.source().read(one.clear()) == 0) {
          // The nudge alone may have ended the wait.
          loop.awaitReturn(round);
        }
        key.interestOps(0);
      }
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void timedWait_ends() throws Exception {
    Poller poller = new Poller();
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    poller.register(pipe.source(), readiness(pipe));
    try (PollingLoop loop = new PollingLoop(poller, 10_000)) {
      for (int round = 0; round < 500; round++) {
        loop.awaitReturn(round);
      }
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void dataThatNobodyReads_isSoonNotReportedAnyMore() throws Exception {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    try (Poller poller = new Poller()) {
      SelectionKey key = poller.register(pipe.source(), readiness(pipe));
      key.interestOps(SelectionKey.OP_READ);
      pipe.sink().write(ByteBuffer.allocate(1));
      poller.poll(0);
      poller.poll(0);
      assertEquals(
          SelectionKey.OP_READ, key.interestOps(), "the reader may just wait for a worker");
      for (int i = 0; i < 100; i++) {
        poller.poll(0);
      }
      assertEquals(0, key.interestOps(), "a selector that waits would spin");
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }
}
