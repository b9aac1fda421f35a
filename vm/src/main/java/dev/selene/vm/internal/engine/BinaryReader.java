package dev.selene.vm.internal.engine;

import dev.selene.host.ModuleRejected;
import java.nio.charset.StandardCharsets;

/** A cursor over a part of a Wasm binary; every read is checked against its end. */
final class BinaryReader {
  final byte[] bytes;
  final int end;
  int position;

  BinaryReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  boolean atEnd() {
    return position >= end;
  }

  int u8() {
    if (position >= end) {
      throw new ModuleRejected("the module is truncated at byte " + position);
    }
    return bytes[position++] & 0xFF;
  }

  void skip(int count) {
    if (count < 0 || count > end - position) {
      throw new ModuleRejected("the module is truncated at byte " + end);
    }
    position += count;
  }

  /** An unsigned 32-bit number. */
  int u32() {
    long value = leb(5);
    if ((value & ~0xFFFFFFFFL) != 0) {
      throw new ModuleRejected("malformed number at byte " + position);
    }
    return (int) value;
  }

  /** A count of things that take at least one byte each: can not be more than there are bytes. */
  int count(String what) {
    int value = u32();
    if (value < 0 || value > end - position) {
      throw new ModuleRejected(
          "absurd number of " + what + " (" + Integer.toUnsignedString(value) + ")");
    }
    return value;
  }

  private long leb(int maxBytes) {
    long value = 0;
    for (int i = 0; i < maxBytes; i++) {
      int next = u8();
      value |= (long) (next & 0x7F) << (7 * i);
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw new ModuleRejected("malformed number at byte " + position);
  }

  /** A signed number of at most the given bits. */
  long signed(int bits) {
    int maxBytes = (bits + 6) / 7;
    long value = 0;
    int shift = 0;
    for (int i = 0; i < maxBytes; i++) {
      int next = u8();
      value |= (long) (next & 0x7F) << shift;
      shift += 7;
      if ((next & 0x80) == 0) {
        if (shift < 64 && (next & 0x40) != 0) {
          value |= -1L << shift;
        }
        return value;
      }
    }
    throw new ModuleRejected("malformed number at byte " + position);
  }

  String name() {
    int length = count("bytes of a name");
    int start = position;
    skip(length);
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }
}
