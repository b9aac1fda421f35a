package dev.selene.sqlite.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the list of values that {@code bind_value} takes.
 *
 * <pre>
 * bincode 1.3, little-endian: list = count u64, count times key, value
 *   key   = u32: 0 none | 1 number u64, from 1 | 2 name: length u64, UTF-8
 *   value = u32: 0 null | 1 blob: length u64, bytes | 2 text: length u64, UTF-8
 *              | 3 f64 | 4 i32 | 5 i64
 * </pre>
 *
 * <p>Thread-safety: stateless.
 */
public final class Bindings {
  private Bindings() {}

  /**
   * A value and where it goes.
   *
   * @param number of the parameter, unsigned; 1 when there is neither number nor name, as in
   *     Lunatic
   * @param name of the parameter, instead of a number
   * @param value null, byte[], String, Double, Integer or Long
   */
  public record Binding(long number, @Nullable String name, @Nullable Object value) {}

  /**
   * Reads a list; bytes after it are ignored.
   *
   * @param bytes from the guest
   * @return in the guest's order
   * @throws IllegalArgumentException when they are no such list; the text says why
   */
  public static List<Binding> decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      long count = in.getLong();
      // The smallest element has 8 bytes, so a count that is too large ends in an underflow.
      List<Binding> list = new ArrayList<>();
      for (long i = 0; i != count; i++) {
        int key = in.getInt();
        long number = key == 1 ? in.getLong() : 1;
        String name =
            switch (key) {
              case 0, 1 -> null;
              case 2 -> text(in);
              default -> throw new IllegalArgumentException("unknown kind of key " + key);
            };
        list.add(new Binding(number, name, value(in)));
      }
      return list;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it ends too early", e);
    }
  }

  private static @Nullable Object value(ByteBuffer in) {
    int kind = in.getInt();
    return switch (kind) {
      case 0 -> null;
      case 1 -> bytes(in);
      case 2 -> text(in);
      case 3 -> in.getDouble();
      case 4 -> in.getInt();
      case 5 -> in.getLong();
      default -> throw new IllegalArgumentException("unknown kind of value " + kind);
    };
  }

  private static byte[] bytes(ByteBuffer in) {
    long length = in.getLong();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private static String text(ByteBuffer in) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(in))).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a text in it is not UTF-8", e);
    }
  }
}
