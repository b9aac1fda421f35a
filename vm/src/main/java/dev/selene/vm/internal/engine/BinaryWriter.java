package dev.selene.vm.internal.engine;

import java.io.ByteArrayOutputStream;

/** A growing Wasm binary. */
final class BinaryWriter {
  private final ByteArrayOutputStream out;

  BinaryWriter(int sizeHint) {
    out = new ByteArrayOutputStream(sizeHint);
  }

  void u8(int value) {
    out.write(value);
  }

  void bytes(byte[] source, int from, int to) {
    out.write(source, from, to - from);
  }

  void u32(int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.write(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  void i64(long value) {
    long rest = value;
    while (true) {
      int low = (int) rest & 0x7F;
      rest >>= 7;
      if (rest == 0 && (low & 0x40) == 0 || rest == -1 && (low & 0x40) != 0) {
        out.write(low);
        return;
      }
      out.write(low | 0x80);
    }
  }

  /** {@code i64.const marker; drop}. */
  void marker(long marker) {
    u8(0x42);
    i64(marker);
    u8(0x1A);
  }

  void section(int id, byte[] content) {
    u8(id);
    u32(content.length);
    bytes(content, 0, content.length);
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
