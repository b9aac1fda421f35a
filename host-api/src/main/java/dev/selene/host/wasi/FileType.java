package dev.selene.host.wasi;

/** Types of files. Source: typenames.witx, "filetype". */
final class FileType {
  static final int UNKNOWN = 0;
  static final int BLOCK_DEVICE = 1;
  static final int CHARACTER_DEVICE = 2;
  static final int FOLDER = 3;
  static final int REGULAR_FILE = 4;
  static final int STREAM_SOCKET = 6;
  static final int SYMBOLIC_LINK = 7;

  private FileType() {}

  /** From the mode of {@code stat}. */
  static int ofMode(int mode) {
    return ofEntry(mode >> 12);
  }

  /** From a folder entry's type, which is the mode's upper 4 bits. */
  static int ofEntry(int type) {
    return switch (type) {
      case 2 -> CHARACTER_DEVICE;
      case 4 -> FOLDER;
      case 6 -> BLOCK_DEVICE;
      case 8 -> REGULAR_FILE;
      case 10 -> SYMBOLIC_LINK;
      case 12 -> STREAM_SOCKET;
      default -> UNKNOWN;
    };
  }
}
