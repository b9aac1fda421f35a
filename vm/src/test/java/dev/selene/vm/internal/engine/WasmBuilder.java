package dev.selene.vm.internal.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds small Wasm binaries for tests. */
final class WasmBuilder {
  private final List<byte[]> types = new ArrayList<>();
  private final List<byte[]> imports = new ArrayList<>();
  private final List<Integer> functions = new ArrayList<>();
  private final List<byte[]> bodies = new ArrayList<>();
  private final List<byte[]> exports = new ArrayList<>();
  private final List<byte[]> globals = new ArrayList<>();
  private final List<byte[]> elements = new ArrayList<>();
  private final List<byte[]> data = new ArrayList<>();
  private byte[] memory = new byte[0];
  private byte[] table = new byte[0];
  private int start = -1;
  private boolean dataCount;

  /** A stretch of code. */
  static final class Code {
    final BinaryWriter out = new BinaryWriter(64);

    Code op(int... bytes) {
      for (int b : bytes) {
        out.u8(b);
      }
      return this;
    }

    Code i32(int value) {
      out.u8(0x41);
      out.i64(value);
      return this;
    }

    Code i64(long value) {
      out.u8(0x42);
      out.i64(value);
      return this;
    }

    Code get(int local) {
      return indexed(0x20, local);
    }

    Code set(int local) {
      return indexed(0x21, local);
    }

    Code tee(int local) {
      return indexed(0x22, local);
    }

    Code call(int function) {
      return indexed(0x10, function);
    }

    Code tailCall(int function) {
      return indexed(0x12, function);
    }

    Code callIndirect(int type) {
      indexed(0x11, type);
      return op(0);
    }

    Code indexed(int opcode, int index) {
      out.u8(opcode);
      out.u32(index);
      return this;
    }

    /** A load or store. */
    Code memory(int opcode, int offset) {
      op(opcode, 0);
      out.u32(offset);
      return this;
    }

    Code block() {
      return op(0x02, 0x40);
    }

    Code loop() {
      return op(0x03, 0x40);
    }

    Code ifThen() {
      return op(0x04, 0x40);
    }

    Code end() {
      return op(0x0B);
    }

    Code br(int label) {
      return indexed(0x0C, label);
    }

    Code brIf(int label) {
      return indexed(0x0D, label);
    }

    Code add() {
      return op(0x6A);
    }

    Code sub() {
      return op(0x6B);
    }
  }

  static Code code() {
    return new Code();
  }

  private static int type(char letter) {
    return switch (letter) {
      case 'i' -> 0x7F;
      case 'l' -> 0x7E;
      case 'f' -> 0x7D;
      case 'd' -> 0x7C;
      case 'F' -> 0x70;
      default -> throw new IllegalArgumentException("type " + letter);
    };
  }

  private static void types(BinaryWriter out, String letters) {
    out.u32(letters.length());
    for (char letter : letters.toCharArray()) {
      out.u8(type(letter));
    }
  }

  private static void name(BinaryWriter out, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    out.u32(bytes.length);
    out.bytes(bytes, 0, bytes.length);
  }

  int type(String parameters, String results) {
    BinaryWriter out = new BinaryWriter(16);
    out.u8(0x60);
    types(out, parameters);
    types(out, results);
    types.add(out.toByteArray());
    return types.size() - 1;
  }

  int importFunction(String module, String name, String parameters, String results) {
    BinaryWriter out = new BinaryWriter(32);
    name(out, module);
    name(out, name);
    out.u8(0);
    out.u32(type(parameters, results));
    imports.add(out.toByteArray());
    return imports.size() - 1;
  }

  /** A raw import entry after module and name. */
  void importRaw(String module, String name, int... description) {
    BinaryWriter out = new BinaryWriter(32);
    name(out, module);
    name(out, name);
    for (int b : description) {
      out.u8(b);
    }
    imports.add(out.toByteArray());
  }

  int nextFunction() {
    return imports.size() + functions.size();
  }

  int function(String parameters, String results, String locals, Code code) {
    return function(type(parameters, results), locals, code);
  }

  int function(int type, String locals, Code code) {
    BinaryWriter out = new BinaryWriter(64);
    out.u32(locals.length());
    for (char letter : locals.toCharArray()) {
      out.u32(1);
      out.u8(type(letter));
    }
    byte[] bytes = code.out.toByteArray();
    out.bytes(bytes, 0, bytes.length);
    out.u8(0x0B);
    functions.add(type);
    bodies.add(out.toByteArray());
    return nextFunction() - 1;
  }

  /** A body of any bytes. */
  int rawFunction(int type, byte[] body) {
    functions.add(type);
    bodies.add(body);
    return nextFunction() - 1;
  }

  int exported(String name, String parameters, String results, String locals, Code code) {
    int index = function(parameters, results, locals, code);
    export(name, index);
    return index;
  }

  void export(String name, int function) {
    BinaryWriter out = new BinaryWriter(16);
    name(out, name);
    out.u8(0);
    out.u32(function);
    exports.add(out.toByteArray());
  }

  WasmBuilder memory(int minimum, int maximum) {
    BinaryWriter out = new BinaryWriter(16);
    out.u8(1);
    out.u8(1);
    out.u32(minimum);
    out.u32(maximum);
    memory = out.toByteArray();
    return this;
  }

  WasmBuilder table(int minimum, int maximum) {
    BinaryWriter out = new BinaryWriter(16);
    out.u8(1);
    out.u8(0x70);
    out.u8(1);
    out.u32(minimum);
    out.u32(maximum);
    table = out.toByteArray();
    return this;
  }

  void global(char type, Code init) {
    BinaryWriter out = new BinaryWriter(16);
    out.u8(type(type));
    out.u8(1);
    byte[] bytes = init.out.toByteArray();
    out.bytes(bytes, 0, bytes.length);
    out.u8(0x0B);
    globals.add(out.toByteArray());
  }

  void element(int offset, int... entries) {
    BinaryWriter out = new BinaryWriter(16);
    out.u8(0);
    out.bytes(new byte[] {0x41}, 0, 1);
    out.i64(offset);
    out.u8(0x0B);
    out.u32(entries.length);
    for (int entry : entries) {
      out.u32(entry);
    }
    elements.add(out.toByteArray());
  }

  void passiveElement(int... entries) {
    BinaryWriter out = new BinaryWriter(16);
    out.u8(1);
    out.u8(0);
    out.u32(entries.length);
    for (int entry : entries) {
      out.u32(entry);
    }
    elements.add(out.toByteArray());
  }

  void data(int offset, byte[] bytes) {
    BinaryWriter out = new BinaryWriter(16);
    out.u8(0);
    out.u8(0x41);
    out.i64(offset);
    out.u8(0x0B);
    out.u32(bytes.length);
    out.bytes(bytes, 0, bytes.length);
    data.add(out.toByteArray());
  }

  void passiveData(byte[] bytes) {
    BinaryWriter out = new BinaryWriter(16);
    out.u8(1);
    out.u32(bytes.length);
    out.bytes(bytes, 0, bytes.length);
    data.add(out.toByteArray());
    dataCount = true;
  }

  void start(int function) {
    start = function;
  }

  byte[] build() {
    BinaryWriter out = new BinaryWriter(256);
    byte[] header = {0, 'a', 's', 'm', 1, 0, 0, 0};
    out.bytes(header, 0, 8);
    vector(out, 1, types);
    vector(out, 2, imports);
    if (!functions.isEmpty()) {
      BinaryWriter section = new BinaryWriter(16);
      section.u32(functions.size());
      functions.forEach(section::u32);
      out.section(3, section.toByteArray());
    }
    if (table.length > 0) {
      out.section(4, table);
    }
    if (memory.length > 0) {
      out.section(5, memory);
    }
    vector(out, 6, globals);
    vector(out, 7, exports);
    if (start >= 0) {
      out.section(8, new byte[] {(byte) start});
    }
    vector(out, 9, elements);
    if (dataCount) {
      out.section(12, new byte[] {(byte) data.size()});
    }
    if (!bodies.isEmpty()) {
      BinaryWriter section = new BinaryWriter(256);
      section.u32(bodies.size());
      for (byte[] body : bodies) {
        section.u32(body.length);
        section.bytes(body, 0, body.length);
      }
      out.section(10, section.toByteArray());
    }
    vector(out, 11, data);
    return out.toByteArray();
  }

  private static void vector(BinaryWriter out, int id, List<byte[]> entries) {
    if (entries.isEmpty()) {
      return;
    }
    BinaryWriter section = new BinaryWriter(64);
    section.u32(entries.size());
    for (byte[] entry : entries) {
      section.bytes(entry, 0, entry.length);
    }
    out.section(id, section.toByteArray());
  }
}
