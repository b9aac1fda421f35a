package dev.selene.host.wasi;

/** Flags of a descriptor. Source: typenames.witx, "fdflags". */
final class FdFlags {
  static final int APPEND = 1;
  static final int DSYNC = 1 << 1;
  static final int NONBLOCK = 1 << 2;
  static final int RSYNC = 1 << 3;
  static final int SYNC = 1 << 4;
  static final int ALL = 31;

  private FdFlags() {}

  /**
   * These flags as {@code open} takes them.
   *
   * @param flags checked by the caller
   * @return without non-blocking, which regular files ignore
   */
  static int toLinux(int flags) {
    int linux = (flags & APPEND) != 0 ? Linux.O_APPEND : 0;
    if ((flags & (SYNC | RSYNC)) != 0) {
      linux |= Linux.O_SYNC;
    } else if ((flags & DSYNC) != 0) {
      linux |= Linux.O_DSYNC;
    }
    return linux;
  }
}
