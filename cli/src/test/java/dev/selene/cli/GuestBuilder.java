package dev.selene.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes small WebAssembly modules, byte by byte. Every function has type {@code () -> ()}. The
 * module has one page of memory, {@code fd_write} as function 0 and {@code proc_exit} as function
 * 1; further imports follow, then its own functions.
 */
final class GuestBuilder {
  static final int UNREACHABLE = 0x00;
  private static final int TEXT_SPACING = 1024;
  private static final int TEXT_OFFSET = 64;

  private record Import(String module, String name, int type) {}

  private record Function(String export, byte[] body) {}

  private final List<Import> imports = new ArrayList<>();
  private final List<Function> functions = new ArrayList<>();
  private final List<byte[]> texts = new ArrayList<>();

  GuestBuilder() {
    imports.add(new Import("wasi_snapshot_preview1", "fd_write", 2));
    imports.add(new Import("wasi_snapshot_preview1", "proc_exit", 1));
  }

  /** Imports one more function of type {@code (i32) -> ()}. */
  GuestBuilder importing(String module, String name) {
    imports.add(new Import(module, name, 1));
    return this;
  }

  /** Exports a function made of these pieces of code. */
  GuestBuilder function(String export, byte[]... code) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(0);
    for (byte[] piece : code) {
      body.writeBytes(piece);
    }
    body.write(0x0b);
    functions.add(new Function(export, body.toByteArray()));
    return this;
  }

  static byte[] trap() {
    return new byte[] {UNREACHABLE};
  }

  /** {@code loop br 0 end}. */
  static byte[] loopForEver() {
    return new byte[] {0x03, 0x40, 0x0c, 0x00, 0x0b};
  }

  static byte[] exit(int code) {
    return call(1, code);
  }

  /** Calls a function that takes one number. */
  static byte[] call(int function, int argument) {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    constant(code, argument);
    code.write(0x10);
    unsigned(code, function);
    return code.toByteArray();
  }

  /** Writes a text to a descriptor. */
  byte[] print(int descriptor, String text) {
    int base = texts.size() * TEXT_SPACING;
    texts.add(text.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    constant(code, descriptor);
    constant(code, base);
    constant(code, 1);
    constant(code, base + 8);
    code.writeBytes(new byte[] {0x10, 0x00, 0x1a});
    return code.toByteArray();
  }

  byte[] build() {
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    section(
        module,
        1,
        new byte[] {3, 0x60, 0, 0, 0x60, 1, 0x7f, 0, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f});
    ByteArrayOutputStream section = new ByteArrayOutputStream();
    unsigned(section, imports.size());
    for (Import one : imports) {
      name(section, one.module());
      name(section, one.name());
      section.write(0);
      section.write(one.type());
    }
    section(module, 2, section.toByteArray());
    section.reset();
    unsigned(section, functions.size());
    functions.forEach(function -> section.write(0));
    section(module, 3, section.toByteArray());
    section(module, 5, new byte[] {1, 0, 1});
    section.reset();
    unsigned(section, functions.size() + 1);
    name(section, "memory");
    section.writeBytes(new byte[] {2, 0});
    for (int i = 0; i < functions.size(); i++) {
      name(section, functions.get(i).export());
      section.write(0);
      unsigned(section, imports.size() + i);
    }
    section(module, 7, section.toByteArray());
    section.reset();
    unsigned(section, functions.size());
    for (Function function : functions) {
      unsigned(section, function.body().length);
      section.writeBytes(function.body());
    }
    section(module, 10, section.toByteArray());
    section(module, 11, data());
    return module.toByteArray();
  }

  /** For each text an iovec (address, length), and the text itself behind it. */
  private byte[] data() {
    ByteArrayOutputStream section = new ByteArrayOutputStream();
    unsigned(section, texts.size());
    for (int i = 0; i < texts.size(); i++) {
      int base = i * TEXT_SPACING;
      byte[] text = texts.get(i);
      byte[] content = new byte[TEXT_OFFSET + text.length];
      little(content, 0, base + TEXT_OFFSET);
      little(content, 4, text.length);
      System.arraycopy(text, 0, content, TEXT_OFFSET, text.length);
      section.write(0);
      constant(section, base);
      section.write(0x0b);
      unsigned(section, content.length);
      section.writeBytes(content);
    }
    return section.toByteArray();
  }

  private static void little(byte[] target, int at, int value) {
    for (int i = 0; i < 4; i++) {
      target[at + i] = (byte) (value >>> (8 * i));
    }
  }

  private static void section(ByteArrayOutputStream module, int id, byte[] content) {
    module.write(id);
    unsigned(module, content.length);
    module.writeBytes(content);
  }

  private static void name(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    unsigned(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void constant(ByteArrayOutputStream out, int value) {
    out.write(0x41);
    int rest = value;
    while (rest < -64 || rest > 63) {
      out.write((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    out.write(rest & 0x7f);
  }

  private static void unsigned(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 127) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
