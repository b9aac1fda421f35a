package dev.selene.vm.internal.process;

import dev.selene.host.Message;
import dev.selene.scheduler.Scheduler.Timeout;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A message that is sent later. Fires, is cancelled by its creator, or goes with its target:
 * whichever comes first takes the message, by one compare-and-set.
 */
final class PendingSend implements Runnable {
  static final int OVERHEAD = 160;

  private final GuestProcess target;
  private final Message message;
  private final Account account;
  private final long charge;
  private final Set<PendingSend> siblings;
  private final long due;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile @Nullable Timeout timeout;

  PendingSend(
      GuestProcess target,
      Message message,
      Account account,
      Set<PendingSend> siblings,
      long delayNanos) {
    this.target = target;
    this.message = message;
    this.account = account;
    this.charge = message.footprint() + OVERHEAD;
    this.siblings = siblings;
    this.due = System.nanoTime() + delayNanos;
  }

  long charge() {
    return charge;
  }

  void started(Timeout started) {
    timeout = started;
    if (taken.get()) {
      started.cancel();
    }
  }

  private boolean take() {
    if (!taken.compareAndSet(false, true)) {
      return false;
    }
    siblings.remove(this);
    account.release(charge);
    return true;
  }

  @Override
  public void run() {
    if (target.environment().holdsBack(due) && !taken.get()) {
      started(target.system().schedule(this, ProcessSystem.RETRY_NANOS));
      return;
    }
    if (take()) {
      target.deliver(message);
    }
  }

  boolean isOver() {
    return taken.get();
  }

  boolean cancel() {
    if (!take()) {
      return false;
    }
    Timeout started = timeout;
    if (started != null) {
      started.cancel();
    }
    Actor.discard(message);
    return true;
  }
}
