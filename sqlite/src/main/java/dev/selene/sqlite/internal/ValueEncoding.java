package dev.selene.sqlite.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what guests read, in bincode.
 *
 * <pre>
 * bincode 1.3, little-endian: row = count u64, values; names = count u64, texts
 *   value = u32: 0 null | 1 blob: length u64, bytes | 2 text: length u64, UTF-8 | 3 f64 | 4 i64
 *   error = u8 1, code u32, u8 1, length u64, UTF-8
 * </pre>
 *
 * <p>Thread-safety: stateless.
 */
public final class ValueEncoding {
  private ValueEncoding() {}

  /** Who pays before something grows. */
  @FunctionalInterface
  public interface Allowance {
    /**
     * Pays, or throws.
     *
     * @param bytes how many more
     */
    void take(long bytes);
  }

  /**
   * A value.
   *
   * @param value null, byte[], String, Double or Long
   * @return encoded
   */
  public static byte[] value(@Nullable Object value) {
    return switch (value) {
      case null -> number(4, 0).array();
      case byte[] bytes -> bytes(1, bytes);
      case String text -> bytes(2, text.getBytes(StandardCharsets.UTF_8));
      case Double real -> number(12, 3).putDouble(real).array();
      case Long integer -> number(12, 4).putLong(integer).array();
      default -> throw new IllegalArgumentException("no SQL value: " + value.getClass());
    };
  }

  private static ByteBuffer number(int size, int kind) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(kind);
  }

  private static byte[] bytes(int kind, byte[] bytes) {
    return number(12 + bytes.length, kind).putLong(bytes.length).put(bytes).array();
  }

  /**
   * The current row.
   *
   * @param statement on a row
   * @param allowance asked before each value is kept
   * @return encoded
   * @throws SqlFailure when SQLite fails
   */
  public static byte[] row(Statement statement, Allowance allowance) throws SqlFailure {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int columns = statement.rowColumns();
    out.writeBytes(count(columns));
    for (int i = 0; i < columns; i++) {
      byte[] value = value(statement.value(i));
      allowance.take(value.length);
      out.writeBytes(value);
    }
    return out.toByteArray();
  }

  /**
   * A list of texts.
   *
   * @param texts the texts
   * @return encoded
   */
  public static byte[] texts(List<String> texts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(count(texts.size()));
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(count(bytes.length));
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] count(long count) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(count).array();
  }

  /**
   * An error.
   *
   * @param failure what went wrong
   * @return encoded
   */
  public static byte[] error(SqlFailure failure) {
    byte[] text = failure.text().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(14 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 1)
        .putInt(failure.code())
        .put((byte) 1)
        .putLong(text.length)
        .put(text)
        .array();
  }
}
