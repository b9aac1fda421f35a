package dev.selene.vm.internal.process;

import dev.selene.host.Waker;

/**
 * The permit of one process's {@code park}: any thread gives it, the process alone takes it. The
 * flag is set before the actor is woken, and the actor looks at it after it has announced that it
 * parks, so no wake-up is lost.
 */
final class WakeUp implements Waker, Actor.Condition {
  private final Actor actor;
  private volatile boolean given;

  WakeUp(Actor actor) {
    this.actor = actor;
  }

  @Override
  public void wake() {
    given = true;
    actor.wake();
  }

  @Override
  public boolean holds() {
    return given;
  }

  /** Takes the permit. Owner only. */
  boolean take() {
    if (!given) {
      return false;
    }
    given = false;
    return true;
  }
}
