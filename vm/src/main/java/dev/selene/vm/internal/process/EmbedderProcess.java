package dev.selene.vm.internal.process;

import dev.selene.host.ExitReason;
import dev.selene.host.Message;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A process id that Java code receives for.
 *
 * <p>Ownership: whoever holds the lock is the actor's owner.
 */
public final class EmbedderProcess extends Actor {
  private final ProcessSystem system;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private boolean closed;

  /** Any thread; makes a thread inside {@link #receive} leave. */
  private volatile boolean closing;

  /**
   * A new one, known to the table.
   *
   * @param system where
   * @param environment whose processes it talks to
   */
  public EmbedderProcess(ProcessSystem system, ProcessEnvironment environment) {
    super(system.nextId(), environment, system.rootAccount(), false);
    this.system = system;
    system.add(this);
  }

  /**
   * Its id.
   *
   * @return the id
   */
  public long processId() {
    return id();
  }

  @Override
  long maxMailboxMessages() {
    return 1_000_000;
  }

  @Override
  long maxMailboxBytes() {
    return 256L << 20;
  }

  @Override
  void messageDropped() {}

  /**
   * Takes the oldest message.
   *
   * @param nanos how long to wait
   * @return null after the timeout
   * @throws InterruptedException when interrupted
   */
  public @Nullable Message receive(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    lock.lockInterruptibly();
    try {
      setOwner(Thread.currentThread());
      while (true) {
        if (closed || closing) {
          throw new IllegalStateException("the mailbox is closed");
        }
        ExitReason reason = drain();
        if (reason != null) {
          endWith(reason);
          throw new IllegalStateException("the mailbox was ended: " + reason.describe());
        }
        Message message = received(mailbox().takeOldest());
        if (message != null) {
          return message;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return null;
        }
        parkNanos = left;
        park(() -> closing);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private long parkNanos;

  @Override
  void parkOnce() {
    LockSupport.parkNanos(this, parkNanos);
  }

  /**
   * Sends.
   *
   * @param target process id
   * @param message not used by the caller any more
   * @return false when it was dropped
   */
  public boolean sendTo(long target, Message message) {
    Actor actor = system.find(target);
    return actor != null
        && actor.environment() == environment()
        && isDelivered(actor.deliver(message));
  }

  /**
   * Monitors.
   *
   * @param target process id
   * @return false when there is no such process
   */
  public boolean monitor(long target) {
    Actor actor = system.find(target);
    return actor != null && actor.signal(new Signal.Monitor(id()));
  }

  /**
   * Links.
   *
   * @param tag of the message about the partner's death
   * @param target process id
   */
  public void link(long tag, long target) {
    lock.lock();
    try {
      partners().linkTo(tag, target, system);
    } finally {
      lock.unlock();
    }
  }

  /** Ends it. */
  public void close() {
    closing = true;
    wake();
    lock.lock();
    try {
      if (!closed) {
        endWith(ExitReason.NORMAL);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * While nobody receives, the sender applies the signals itself, so that they do not pile up in a
   * mailbox that is only ever sent from.
   */
  @Override
  boolean signal(Signal signal) {
    if (!super.signal(signal)) {
      return false;
    }
    if (lock.tryLock()) {
      try {
        ExitReason reason = closed ? null : drain();
        if (reason != null) {
          endWith(reason);
        }
      } finally {
        lock.unlock();
      }
    }
    return true;
  }

  private void endWith(ExitReason reason) {
    closed = true;
    system.remove(this);
    finish(reason, system);
  }
}
