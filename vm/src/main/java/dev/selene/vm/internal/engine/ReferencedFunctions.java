package dev.selene.vm.internal.engine;

import java.util.BitSet;

/**
 * The functions that a module can put into a table: those in its element segments and in {@code
 * ref.func}. What cannot be read counts as a reference to all; the validator decides about it.
 */
final class ReferencedFunctions {
  private final int importedFunctions;
  private final int functions;
  private final BitSet referenced = new BitSet();

  ReferencedFunctions(int importedFunctions, int functions) {
    this.importedFunctions = importedFunctions;
    this.functions = functions;
  }

  /** Own functions, numbered without the imports. */
  BitSet referenced() {
    return referenced;
  }

  /** Adds one; not checked to be there. */
  void add(int function) {
    if (function >= 0 && function < functions) {
      referenced.set(function);
    }
  }

  private void addIndex(int index) {
    add(index - importedFunctions);
  }

  void globals(BinaryReader in) {
    int count = in.count("globals");
    for (int i = 0; i < count; i++) {
      in.u8();
      in.u8();
      if (!constant(in)) {
        return;
      }
    }
  }

  void elements(BinaryReader in) {
    int count = in.count("element segments");
    for (int i = 0; i < count; i++) {
      if (!segment(in)) {
        return;
      }
    }
  }

  private boolean segment(BinaryReader in) {
    int flags = in.u32();
    if (flags < 0 || flags > 7) {
      return all();
    }
    boolean active = (flags & 1) == 0;
    boolean explicit = (flags & 2) != 0;
    boolean expressions = (flags & 4) != 0;
    if (active && explicit) {
      in.u32();
    }
    if (active && !constant(in)) {
      return false;
    }
    if (flags != 0 && flags != 4) {
      in.u8();
    }
    int entries = in.count("table entries");
    for (int i = 0; i < entries; i++) {
      if (!expressions) {
        addIndex(in.u32());
      } else if (!constant(in)) {
        return false;
      }
    }
    return true;
  }

  /** Reads a constant expression; false when all functions count as referenced from here on. */
  private boolean constant(BinaryReader in) {
    while (true) {
      switch (in.u8()) {
        case 0x0B -> {
          return true;
        }
        case 0x23 -> in.u32();
        case 0x41 -> in.signed(32);
        case 0x42 -> in.signed(64);
        case 0x43 -> in.skip(4);
        case 0x44 -> in.skip(8);
        case 0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E -> {}
        case 0xD0 -> in.u8();
        case 0xD2 -> addIndex(in.u32());
        default -> {
          return all();
        }
      }
    }
  }

  /** Counts all as referenced; false, as there is nothing more to find. */
  boolean all() {
    referenced.set(0, functions);
    return false;
  }
}
