package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Message;
import dev.selene.host.Metrics;
import dev.selene.host.StandardStreams;
import java.time.Duration;
import dev.selene.scheduler.Scheduler;
import dev.selene.scheduler.SchedulerMode;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** {@link Actor}: nobody sleeps through an arrival, and an end is told once. */
public class ActorStress {
  /** A wake-up that takes longer than this on a living machine never comes. */
  private static final long LOST_NANOS = Duration.ofSeconds(20).toNanos();

  /** Once one is lost the test has failed, and the rest of it need not take for ever. */
  private static volatile long patienceNanos = LOST_NANOS;

  private static final long BUDGET = 1L << 40;

  private static final ProcessEnvironment ENVIRONMENT =
      new ProcessEnvironment(1, StandardStreams::ofThisJvm, Metrics.NONE, 0);

  /**
   * Its engine and imports are never asked, and its scheduler has nothing to run: these actors run
   * on jcstress's threads.
   */
  @SuppressWarnings("NullAway")
  private static final ProcessSystem SYSTEM =
      new ProcessSystem(
          Scheduler.start(1, SchedulerMode.JDK), null, null, BUDGET, 1L, new Executor[0]);

  /** An actor without a guest. */
  static final class Tested extends Actor {
    boolean overslept;

    Tested() {
      super(SYSTEM.nextId(), ENVIRONMENT, SYSTEM.rootAccount(), false);
      SYSTEM.add(this);
    }

    @Override
    long maxMailboxMessages() {
      return 1_000;
    }

    @Override
    long maxMailboxBytes() {
      return 1 << 20;
    }

    @Override
    void messageDropped() {}

    @Override
    void parkOnce() {
      long before = System.nanoTime();
      long patience = patienceNanos;
      LockSupport.parkNanos(this, patience);
      if (System.nanoTime() - before >= patience) {
        overslept = true;
        patienceNanos = 1;
      }
    }

    /** As a process in {@code receive} does. */
    @Nullable Message receive() {
      setOwner(Thread.currentThread());
      while (true) {
        drain();
        Message message = received(mailbox().takeOldest());
        if (message != null) {
          return message;
        }
        park(() -> false);
        if (overslept) {
          return null;
        }
      }
    }

    void end(ExitReason reason) {
      SYSTEM.remove(this);
      finish(reason, SYSTEM);
    }

    /** Takes all news and says how many there are. */
    int news() {
      drain();
      int count = 0;
      while (received(mailbox().takeOldest()) != null) {
        count++;
      }
      return count;
    }

    void bury() {
      end(ExitReason.NORMAL);
    }
  }

  /** A receiver goes to sleep, twice, while a sender sends. */
  @JCStressTest
  @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "both came, each sleep ended")
  @Outcome(expect = Expect.FORBIDDEN, desc = "slept through a message")
  @State
  public static class Wake {
    final Tested receiver = new Tested();
    boolean all;

    /** The owner. */
    @org.openjdk.jcstress.annotations.Actor
    public void receive() {
      all = receiver.receive() != null && receiver.receive() != null;
    }

    /** A sender. */
    @org.openjdk.jcstress.annotations.Actor
    public void send() {
      receiver.deliver(new DataMessage(1, new byte[0]));
      receiver.deliver(new DataMessage(2, new byte[0]));
    }

    /** Tells. */
    @Arbiter
    public void tell(Z_Result result) {
      result.r1 = all;
      receiver.bury();
    }
  }

  /** One links itself to another that ends. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the death, or that nobody is there")
  @Outcome(expect = Expect.FORBIDDEN, desc = "not told, or twice")
  @State
  public static class LinkAndEnd {
    final Tested asking = new Tested();
    final Tested ending = new Tested();

    /** Links. */
    @org.openjdk.jcstress.annotations.Actor
    public void link() {
      asking.partners().linkTo(7, ending.id(), SYSTEM);
    }

    /** Ends. */
    @org.openjdk.jcstress.annotations.Actor
    public void end() {
      ending.end(new ExitReason.Killed(0));
    }

    /** Counts. */
    @Arbiter
    public void count(I_Result result) {
      result.r1 = asking.news();
      asking.bury();
    }
  }

  /** One monitors another that ends. */
  @JCStressTest
  @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "the accepted watch was answered")
  @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "it was refused: nobody is there")
  @Outcome(expect = Expect.FORBIDDEN, desc = "accepted and not told, or told twice")
  @State
  public static class MonitorAndEnd {
    final Tested asking = new Tested();
    final Tested ending = new Tested();
    boolean accepted;

    /** Monitors. */
    @org.openjdk.jcstress.annotations.Actor
    public void monitor() {
      accepted = ending.signal(new Signal.Monitor(asking.id()));
    }

    /** Ends. */
    @org.openjdk.jcstress.annotations.Actor
    public void end() {
      ending.end(new ExitReason.Killed(0));
    }

    /** Counts. */
    @Arbiter
    public void count(ZI_Result result) {
      result.r1 = accepted;
      result.r2 = asking.news();
      asking.bury();
    }
  }

  /** A receiver goes to sleep while it is killed. */
  @JCStressTest
  @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "it saw the signal")
  @Outcome(expect = Expect.FORBIDDEN, desc = "slept through the kill")
  @State
  public static class Kill {
    final Tested receiver = new Tested();
    boolean died;

    /** The owner. */
    @org.openjdk.jcstress.annotations.Actor
    public void receive() {
      receiver.setOwner(Thread.currentThread());
      while (!died && !receiver.overslept) {
        died = receiver.drain() instanceof ExitReason.Killed;
        if (!died) {
          receiver.park(() -> false);
        }
      }
    }

    /** The killer. */
    @org.openjdk.jcstress.annotations.Actor
    public void kill() {
      receiver.signal(new Signal.Kill(0));
    }

    /** Tells. */
    @Arbiter
    public void tell(Z_Result result) {
      result.r1 = died;
      receiver.bury();
    }
  }

  /** A sender's messages are filed before the news of its death. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "nothing has come yet")
  @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the message")
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both")
  @Outcome(id = "0, 1", expect = Expect.FORBIDDEN, desc = "the death without the message")
  @Outcome(expect = Expect.FORBIDDEN, desc = "something else")
  @State
  public static class MessageBeforeDeath {
    final Tested receiver = new Tested();
    final Tested sender = new Tested();

    /** They are linked. */
    public MessageBeforeDeath() {
      sender.partners().linkedBy(receiver.id(), 1);
      receiver.partners().linkedBy(sender.id(), 1);
    }

    /** Sends and ends. */
    @org.openjdk.jcstress.annotations.Actor
    public void sendAndEnd() {
      receiver.deliver(new DataMessage(5, new byte[0]));
      sender.end(new ExitReason.Killed(0));
    }

    /** Looks once. */
    @org.openjdk.jcstress.annotations.Actor
    public void look(II_Result result) {
      receiver.drain();
      for (Message message = receiver.mailbox().takeOldest();
          message != null;
          message = receiver.mailbox().takeOldest()) {
        if (message instanceof DataMessage) {
          result.r1++;
        } else {
          result.r2++;
        }
      }
    }

    /** Clears up. */
    @Arbiter
    public void clear(II_Result result) {
      receiver.bury();
    }
  }

  /** What a blocking call made is given to its process or to who clears up, never to neither. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "never ran")
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "ran, and was cleared up once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "left open, or closed twice")
  @State
  public static class AbandonedCall {
    final Tested process = new Tested();
    int opened;
    int closed;
    final BlockingCall<Integer> call =
        new BlockingCall<>(process, () -> opened = 1, result -> closed++);

    /** The pool. */
    @org.openjdk.jcstress.annotations.Actor
    public void work() {
      call.run();
    }

    /** The process, killed. */
    @org.openjdk.jcstress.annotations.Actor
    public void abandon() {
      call.abandon();
    }

    /** Counts. */
    @Arbiter
    public void count(II_Result result) {
      result.r1 = opened;
      result.r2 = closed;
      process.bury();
    }
  }
}
