package dev.selene.vm.internal.process;

import dev.selene.scheduler.Scheduler.Timeout;

/**
 * A deadline of a parked actor. The timer's thread sets the flag and then wakes the actor, which
 * looks at the flag after it has announced that it parks.
 */
final class Alarm implements Runnable, Actor.Condition {
  private final Actor actor;
  private final ProcessSystem system;
  private final long due;
  private volatile Timeout timeout;
  private volatile boolean rung;
  private volatile boolean stopped;

  private Alarm(Actor actor, ProcessSystem system, long nanos) {
    this.actor = actor;
    this.system = system;
    this.due = System.nanoTime() + nanos;
    this.timeout = system.schedule(this, nanos);
  }

  static Alarm start(Actor actor, ProcessSystem system, long nanos) {
    return new Alarm(actor, system, nanos);
  }

  void stop() {
    stopped = true;
    timeout.cancel();
  }

  @Override
  public void run() {
    if (actor.environment().holdsBack(due) && !stopped) {
      timeout = system.schedule(this, ProcessSystem.RETRY_NANOS);
      return;
    }
    rung = true;
    actor.wake();
  }

  @Override
  public boolean holds() {
    return rung;
  }
}
