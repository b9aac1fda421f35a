package dev.selene.vm.internal.process;

/**
 * A deadline of a parked actor. The timer's thread sets the flag and then wakes the actor, which looks
 * at the flag after it has announced that it parks.
 */
final class Alarm implements Runnable, Actor.Condition {
  private final Actor actor;
  private volatile boolean rung;

  Alarm(Actor actor) {
    this.actor = actor;
  }

  @Override
  public void run() {
    rung = true;
    actor.wake();
  }

  @Override
  public boolean holds() {
    return rung;
  }
}
