package dev.selene.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of a module's exports, read straight from its export section: enough to tell tests from
 * programs before a virtual machine is started. Source: WebAssembly core specification 2.0, 5.5.10.
 */
final class ExportNames {
  private static final int HEADER_BYTES = 8;
  private static final int EXPORT_SECTION = 7;

  private final byte[] bytes;
  private int position = HEADER_BYTES;

  private ExportNames(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The names; none when the file is no module, which the engine then says in its own words. */
  static List<String> of(Path file) {
    try {
      return of(Files.readAllBytes(file));
    } catch (IOException e) {
      return List.of();
    }
  }

  static List<String> of(byte[] bytes) {
    try {
      return new ExportNames(bytes).read();
    } catch (IndexOutOfBoundsException e) {
      return List.of();
    }
  }

  private List<String> read() {
    while (position < bytes.length) {
      int section = bytes[position++];
      int size = length();
      if (section != EXPORT_SECTION) {
        position = Math.addExact(position, size);
        continue;
      }
      int count = length();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int characters = length();
        names.add(new String(bytes, position, characters, StandardCharsets.UTF_8));
        position += characters + 1;
        length();
      }
      return names;
    }
    return List.of();
  }

  /** An unsigned LEB128 number that is no larger than what is left of the file. */
  private int length() {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = bytes[position++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        if (value > bytes.length) {
          throw new IndexOutOfBoundsException("length " + value + " in " + bytes.length + " bytes");
        }
        return (int) value;
      }
    }
    throw new IndexOutOfBoundsException("number of more than 5 bytes");
  }
}
