package dev.selene.host.wasi;

/** Error numbers of WASI preview 1, and what Linux's become. Source: typenames.witx, "errno". */
final class Errno {
  static final int SUCCESS = 0;
  static final int BADF = 8;
  static final int BUSY = 10;
  static final int EXIST = 20;
  static final int FBIG = 22;
  static final int ILSEQ = 25;
  static final int INVAL = 28;
  static final int IO = 29;
  static final int ISDIR = 31;
  static final int LOOP = 32;
  static final int MFILE = 33;
  static final int NAMETOOLONG = 37;
  static final int NFILE = 41;
  static final int NOENT = 44;
  static final int NOTDIR = 54;
  static final int NOTSOCK = 57;
  static final int NOTSUP = 58;
  static final int PERM = 63;
  static final int RANGE = 68;
  static final int SPIPE = 70;

  private Errno() {}

  /**
   * Translates an error number of Linux.
   *
   * @param errno as the C library sets it
   * @return the guest's number; {@link #IO} for one that files do not meet
   */
  static int ofLinux(int errno) {
    return switch (errno) {
      case 1 -> PERM;
      case 2 -> NOENT;
      case 4 -> 27; // interrupted
      case 6 -> 60; // no such device or address
      case 7 -> 1; // argument list too long
      case 9 -> BADF;
      case 11 -> 6; // again
      case 12 -> 48; // no memory
      case 13 -> 2; // access denied
      case 16 -> BUSY;
      case 17 -> EXIST;
      case 18 -> 75; // across devices
      case 19 -> 43; // no device
      case 20 -> NOTDIR;
      case 21 -> ISDIR;
      case 22 -> INVAL;
      case 23 -> NFILE;
      case 24 -> MFILE;
      case 25 -> 59; // not a terminal
      case 26 -> 74; // text file busy
      case 27 -> FBIG;
      case 28 -> 51; // no space
      case 29 -> SPIPE;
      case 30 -> 69; // read-only file system
      case 31 -> 34; // too many links
      case 32 -> 64; // broken pipe
      case 36 -> NAMETOOLONG;
      case 37 -> 46; // no locks
      case 38 -> 52; // no such call
      case 39 -> 55; // not empty
      case 40 -> LOOP;
      case 75 -> 61; // overflow
      case 84 -> ILSEQ;
      case 95 -> NOTSUP;
      case 110 -> 73; // timed out
      case 116 -> 72; // stale
      case 122 -> 19; // quota
      default -> IO;
    };
  }
}
