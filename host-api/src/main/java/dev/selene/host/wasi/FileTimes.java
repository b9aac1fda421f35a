package dev.selene.host.wasi;

/**
 * New times of a file.
 *
 * @param accessed nanoseconds since 1970, unsigned
 * @param modified nanoseconds since 1970, unsigned
 * @param flags which to set, see typenames.witx, "fstflags"
 */
record FileTimes(long accessed, long modified, int flags) {
  private static final int ACCESSED = 1;
  private static final int ACCESSED_NOW = 2;
  private static final int MODIFIED = 4;
  private static final int MODIFIED_NOW = 8;
  private static final long SECOND = 1_000_000_000L;

  /** Refuses flags that contradict each other. */
  static FileTimes of(long accessed, long modified, int flags) throws WasiFailure {
    boolean bad =
        (flags & ~15) != 0
            || (flags & (ACCESSED | ACCESSED_NOW)) == (ACCESSED | ACCESSED_NOW)
            || (flags & (MODIFIED | MODIFIED_NOW)) == (MODIFIED | MODIFIED_NOW);
    if (bad) {
      throw new WasiFailure(Errno.INVAL);
    }
    return new FileTimes(accessed, modified, flags);
  }

  /** Two times as {@code utimensat} takes them: seconds, nanoseconds, twice. */
  long[] toTimespecs() {
    long[] times = new long[4];
    put(times, 0, accessed, (flags & ACCESSED) != 0, (flags & ACCESSED_NOW) != 0);
    put(times, 2, modified, (flags & MODIFIED) != 0, (flags & MODIFIED_NOW) != 0);
    return times;
  }

  private static void put(long[] times, int index, long nanos, boolean set, boolean now) {
    times[index] = set ? Long.divideUnsigned(nanos, SECOND) : 0;
    times[index + 1] =
        set ? Long.remainderUnsigned(nanos, SECOND) : now ? Linux.UTIME_NOW : Linux.UTIME_OMIT;
  }
}
