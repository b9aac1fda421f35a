package dev.selene.host;

/**
 * Wakes one process out of {@link ProcessContext#park}. A process has one for its whole life, so
 * publishing it as the waiter of some event allocates nothing.
 *
 * <p>Thread-safety: any thread, any number of times, also after the process has ended.
 */
@FunctionalInterface
public interface Waker {
  /**
   * Makes the current {@link ProcessContext#park} return, or else the next one. Never blocks and
   * never parks.
   */
  void wake();
}
