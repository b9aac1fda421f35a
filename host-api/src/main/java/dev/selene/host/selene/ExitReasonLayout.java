package dev.selene.host.selene;

import dev.selene.host.ExitReason;
import dev.selene.host.TrapKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Exit reasons as guests read them. Numbers are little-endian; a text is its length in bytes and
 * UTF-8.
 *
 * <pre>
 *   kind (u8)      then
 *   0 Normal       -
 *   1 Exited       code (i32)
 *   2 Trapped      trap kind (u8), message (text), number of frames (u32), frames (text each)
 *   3 OutOfFuel    limit (u64), units of 100,000 instructions
 *   4 OutOfMemory  limit (u64), bytes
 *   5 Killed       by (u64), 0 for the embedder
 *   6 LinkDied     process (u64), cause (an exit reason)
 *   7 NoProcess    -
 *   8 HostFailure  message (text)
 *   text           length (u32), bytes
 * </pre>
 *
 * Trap kinds are numbered in the order of {@link TrapKind}; more may follow at the end.
 *
 * <p>Thread-safety: stateless.
 */
final class ExitReasonLayout {
  static final int NORMAL = 0;
  static final int EXITED = 1;
  static final int TRAPPED = 2;
  static final int OUT_OF_FUEL = 3;
  static final int OUT_OF_MEMORY = 4;
  static final int KILLED = 5;
  static final int LINK_DIED = 6;
  static final int NO_PROCESS = 7;
  static final int HOST_FAILURE = 8;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private ExitReasonLayout() {}

  static byte[] encode(ExitReason reason) {
    ExitReasonLayout layout = new ExitReasonLayout();
    layout.put(reason);
    return layout.bytes.toByteArray();
  }

  private void put(ExitReason reason) {
    switch (reason) {
      case ExitReason.Normal() -> bytes.write(NORMAL);
      case ExitReason.Exited(int code) -> {
        bytes.write(EXITED);
        putNumber(code, Integer.BYTES);
      }
      case ExitReason.Trapped(TrapKind kind, String message, List<String> stack) -> {
        bytes.write(TRAPPED);
        bytes.write(kind.ordinal());
        putText(message);
        putNumber(stack.size(), Integer.BYTES);
        stack.forEach(this::putText);
      }
      case ExitReason.OutOfFuel(long limit) -> {
        bytes.write(OUT_OF_FUEL);
        putNumber(limit, Long.BYTES);
      }
      case ExitReason.OutOfMemory(long limit) -> {
        bytes.write(OUT_OF_MEMORY);
        putNumber(limit, Long.BYTES);
      }
      case ExitReason.Killed(long by) -> {
        bytes.write(KILLED);
        putNumber(by, Long.BYTES);
      }
      case ExitReason.LinkDied(long process, ExitReason cause) -> {
        bytes.write(LINK_DIED);
        putNumber(process, Long.BYTES);
        put(cause);
      }
      case ExitReason.NoProcess() -> bytes.write(NO_PROCESS);
      case ExitReason.HostFailure(String message) -> {
        bytes.write(HOST_FAILURE);
        putText(message);
      }
    }
  }

  private void putNumber(long number, int size) {
    for (int i = 0; i < size; i++) {
      bytes.write((int) (number >>> 8 * i));
    }
  }

  private void putText(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putNumber(utf8.length, Integer.BYTES);
    bytes.writeBytes(utf8);
  }
}
