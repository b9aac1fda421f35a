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

  /** Taken together with {@link #taken}, and not kept: the creator's table may keep this object. */
  private volatile @Nullable Message message;

  private final Account account;
  private final long charge;
  private final Set<PendingSend> siblings;
  private final long dueNanoTime;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile @Nullable Timeout timeout;

  private PendingSend(GuestProcess target, Message message, Account account, long delayNanos) {
    this.target = target;
    this.message = message;
    this.account = account;
    this.charge = message.footprint() + OVERHEAD;
    this.siblings = target.timers();
    this.dueNanoTime = System.nanoTime() + delayNanos;
  }

  /**
   * Starts one.
   *
   * @return null when the account cannot pay for it; the message is still the caller's
   */
  static @Nullable PendingSend start(
      GuestProcess target, Message message, Account account, long delayNanos) {
    PendingSend pending = new PendingSend(target, message, account, delayNanos);
    if (!account.tryCharge(pending.charge)) {
      return null;
    }
    pending.siblings.add(pending);
    pending.started(target.system().schedule(pending, delayNanos));
    if (target.hasEnded()) {
      pending.cancel();
    }
    return pending;
  }

  private void started(Timeout started) {
    timeout = started;
    if (taken.get()) {
      started.cancel();
    }
  }

  /** The message, to the first who asks; null to all others. */
  private @Nullable Message take() {
    if (!taken.compareAndSet(false, true)) {
      return null;
    }
    Message first = message;
    message = null;
    siblings.remove(this);
    account.release(charge);
    return first;
  }

  @Override
  public void run() {
    if (target.environment().holdsBack(dueNanoTime) && !taken.get()) {
      started(target.system().schedule(this, ProcessSystem.RETRY_NANOS));
      return;
    }
    Message due = take();
    if (due != null) {
      target.deliver(due);
    }
  }

  boolean isOver() {
    return taken.get();
  }

  boolean cancel() {
    Message unsent = take();
    if (unsent == null) {
      return false;
    }
    Timeout started = timeout;
    if (started != null) {
      started.cancel();
    }
    Actor.discard(unsent);
    return true;
  }
}
