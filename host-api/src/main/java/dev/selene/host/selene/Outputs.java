package dev.selene.host.selene;

import dev.selene.host.Extensions.Sent;
import dev.selene.host.GuestMemory;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessContext;
import dev.selene.host.lunatic.MessageImports;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** What several imports of this package answer, and how they take texts that people read. */
final class Outputs {
  static final int OK = 0;
  static final int FULL = 1;
  static final int NO_PROCESS = 2;

  /** Longest text that is kept of a failure or a log line, in characters. */
  static final int MAX_CHARACTERS = 2_000;

  /** A character of UTF-8 takes at most so many bytes. */
  private static final int MAX_BYTES = 4 * MAX_CHARACTERS;

  private Outputs() {}

  /** The code of an outcome. */
  static int code(Sent sent) {
    return switch (sent) {
      case SENT -> OK;
      case FULL -> FULL;
      case NO_PROCESS -> NO_PROCESS;
      case TIMED_OUT -> MessageImports.TIMED_OUT;
    };
  }

  /**
   * Writes as much of the bytes as fits. The caller has checked the range.
   *
   * @return how many bytes there are
   */
  static int write(ProcessContext process, int address, int length, byte[] bytes) {
    int count = Integer.compareUnsigned(length, bytes.length) < 0 ? length : bytes.length;
    process.memory().write(address, bytes, 0, count);
    process.chargeBytes(count);
    return bytes.length;
  }

  /**
   * A text for people: what is no UTF-8 becomes replacement characters, what is too long is cut,
   * since a panic hook must get its text through whatever it is.
   */
  static String lenientText(ProcessContext process, int address, int length) {
    GuestMemory memory = process.memory();
    memory.check(address, length);
    int count = Integer.compareUnsigned(length, MAX_BYTES) > 0 ? MAX_BYTES : length;
    process.chargeBytes(count);
    ByteBuffer bytes = ByteBuffer.wrap(memory.read(address, count));
    try {
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE)
              .decode(bytes);
      return text.length() <= MAX_CHARACTERS
          ? text.toString()
          : text.subSequence(0, MAX_CHARACTERS).toString();
    } catch (CharacterCodingException e) {
      throw new HostTrap("text cannot be read: " + e.getMessage());
    }
  }
}
