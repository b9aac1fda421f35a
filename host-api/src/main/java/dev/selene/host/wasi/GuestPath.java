package dev.selene.host.wasi;

import dev.selene.host.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads paths out of a guest's memory. */
final class GuestPath {
  /** As Linux's, without the NUL. */
  private static final int LONGEST = 4095;

  private GuestPath() {}

  /**
   * A path that may be walked.
   *
   * @return UTF-8, 1 to 4,095 bytes, relative, without NUL
   * @throws WasiFailure {@link Errno#NOENT} when empty, {@link Errno#PERM} when absolute, {@link
   *     Errno#NAMETOOLONG}, {@link Errno#ILSEQ} when it is not UTF-8, {@link Errno#INVAL} with a
   *     NUL
   */
  static byte[] read(GuestMemory memory, int address, int length) throws WasiFailure {
    memory.check(address, length);
    if (length == 0) {
      throw new WasiFailure(Errno.NOENT);
    }
    if (length < 0 || length > LONGEST) {
      throw new WasiFailure(Errno.NAMETOOLONG);
    }
    byte[] path = memory.read(address, length);
    for (byte b : path) {
      if (b == 0) {
        throw new WasiFailure(Errno.INVAL);
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path));
    } catch (CharacterCodingException e) {
      throw new WasiFailure(Errno.ILSEQ);
    }
    if (path[0] == '/') {
      throw new WasiFailure(Errno.PERM);
    }
    return path;
  }
}
