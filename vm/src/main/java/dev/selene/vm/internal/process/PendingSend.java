package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import dev.selene.host.Message;
import dev.selene.scheduler.Scheduler.Timeout;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A message that is sent later. Fires, is cancelled by its creator, or goes with its target:
 * whichever comes first takes the message, by one compare-and-set.
 *
 * <p>With a period it fires again and again, sends copies, and keeps the message until it is
 * cancelled. Firings are due at whole periods from the first; those that were missed, because the
 * machine was asleep or busy, are left out.
 */
final class PendingSend implements Runnable {
  static final int OVERHEAD = 160;

  private final GuestProcess target;

  /** Taken together with {@link #taken}, and not kept: the creator's table may keep this object. */
  private volatile @Nullable Message message;

  private final Account account;
  private final long charge;
  private final Set<PendingSend> siblings;
  private final long periodNanos;
  private volatile long dueNanoTime;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile @Nullable Timeout timeout;

  private PendingSend(
      GuestProcess target, Message message, Account account, long delayNanos, long periodNanos) {
    this.target = target;
    this.message = message;
    this.account = account;
    this.charge = message.footprint() + OVERHEAD;
    this.siblings = target.belongings().timers();
    this.periodNanos = periodNanos;
    this.dueNanoTime = System.nanoTime() + delayNanos;
  }

  /**
   * Starts one.
   *
   * @param periodNanos 0 to send once; else the message is data without resources
   * @return null when the account cannot pay for it; the message is still the caller's
   */
  static @Nullable PendingSend start(
      GuestProcess target, Message message, Account account, long delayNanos, long periodNanos) {
    PendingSend pending = new PendingSend(target, message, account, delayNanos, periodNanos);
    if (!account.tryCharge(pending.charge)) {
      return null;
    }
    pending.siblings.add(pending);
    pending.started(target.system().schedule(pending, delayNanos));
    if (target.belongings().isOver()) {
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
    if (periodNanos != 0) {
      sendCopy();
      return;
    }
    Message due = take();
    if (due != null) {
      target.deliver(due);
    }
  }

  private void sendCopy() {
    // read once: a cancellation may take it meanwhile
    if (!(message instanceof DataMessage original)) {
      return;
    }
    if (target.hasRoomFor(original.footprint())) {
      target.deliver(original.copy());
    } else {
      // nobody pays for copying here, so what would be dropped is not copied
      target.messageDropped();
    }
    long now = System.nanoTime();
    long missed = Math.max(0, (now - dueNanoTime) / periodNanos);
    dueNanoTime += (missed + 1) * periodNanos;
    started(target.system().schedule(this, Math.max(0, dueNanoTime - now)));
  }

  /** Nanoseconds until it fires; 0 when that is due. */
  long nanosLeft() {
    return Math.max(0, dueNanoTime - System.nanoTime());
  }

  boolean isPeriodic() {
    return periodNanos != 0;
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
