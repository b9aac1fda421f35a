package dev.selene.vm.internal.process;

/**
 * What one process has charged to its account. The account is charged a little ahead, so that most
 * charges touch no counter that processes share; how much depends on what the process has already,
 * since a million small ones would fill the account with what nobody uses.
 *
 * <p>Ownership: the process's own thread; the spawning thread before the start. {@link #used} may
 * be read by any thread, and may be a little old then.
 */
final class Ledger {
  private static final long STEP = 8 * 1024;

  /** Charged ahead is at most this part of what is charged, as a power of two. */
  private static final int AHEAD_SHIFT = 4;

  private final Account account;
  private long reserved;
  private long used;

  Ledger(Account account) {
    this.account = account;
  }

  boolean tryCharge(long bytes) {
    return tryCharge(bytes, Math.min(used + bytes >> AHEAD_SHIFT, STEP));
  }

  /**
   * Charges, and reserves what is expected to follow, where the account has it.
   *
   * @param more bytes
   */
  boolean tryCharge(long bytes, long more) {
    long wanted = used + bytes;
    if (wanted > reserved) {
      long missing = wanted - reserved;
      if (missing < 0) {
        return false;
      }
      // a sum too large for a long is negative
      long ahead = missing + more;
      if (ahead > 0 && account.tryCharge(ahead)) {
        reserved += ahead;
      } else if (account.tryCharge(missing)) {
        reserved += missing;
      } else {
        return false;
      }
    }
    used = wanted;
    return true;
  }

  /**
   * Gives back what was charged.
   *
   * @throws IllegalStateException when it never was: a host function's mistake, which would make
   *     the shared account forget what other processes use
   */
  void release(long bytes) {
    if (bytes > used) {
      throw new IllegalStateException(
          "a host function gives back %d bytes of %d charged: messages to send come from takeScratch"
              .formatted(bytes, used));
    }
    used -= bytes;
    long idle = reserved - used;
    if (idle > 8 * STEP) {
      long back = idle - STEP;
      reserved -= back;
      account.release(back);
    }
  }

  /** Gives everything back, whatever was not released one by one. */
  void close() {
    long left = reserved;
    reserved = 0;
    used = 0;
    account.release(left);
  }

  /** Bytes charged and not released. */
  long used() {
    return used;
  }
}
