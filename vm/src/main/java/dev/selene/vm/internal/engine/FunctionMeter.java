package dev.selene.vm.internal.engine;

import dev.selene.host.ModuleRejected;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one function body, finds out what it costs, and writes it again with markers. It decodes
 * every instruction of the supported proposals and refuses the others by name; types are left to
 * the validator, which runs on the result.
 *
 * <p>Code after an unconditional branch gets no markers and costs nothing: the compiler leaves it
 * out and the interpreter never reaches it.
 */
final class FunctionMeter {
  private static final int MAX_DEPTH = 10_000;

  /** Edit: the tail call of an import becomes a call and a return. */
  private static final int CALL_AND_RETURN = -1;

  /** Where tail calls go that the interpreter cannot make directly. */
  interface TailCalls {
    /** A function that only makes this tail call; -1 to leave the call as it is. */
    int direct(int function);

    /** A function with the parameters of the type and an index, that makes this tail call. */
    int indirect(int type, int table);
  }

  /** A change of the body: bytes from..to are replaced by a marker, or by a tail call. */
  private record Edit(int from, int to, int kind, int cost, int tailCall) {}

  private final BinaryReader in;
  private final int importedFunctions;
  private final BitSet leaves;
  private final int[] leafCosts;
  private final @Nullable TailCalls tailCalls;
  private final Set<Integer> constantPrefixes;
  private final List<Edit> edits = new ArrayList<>();
  private int[] openers = new int[64];
  private int depth;
  private int deadDepth = -1;
  private long cost;
  private long total;
  private int segmentStart;
  private int segmentKind;
  private boolean segmentOpen;
  private boolean usesMemory;
  private boolean branches;

  /** Whether the entry segment is open and has neither branched nor called. */
  private boolean straight = true;

  FunctionMeter(
      BinaryReader in,
      int importedFunctions,
      BitSet leaves,
      int[] leafCosts,
      @Nullable TailCalls tailCalls,
      Set<Integer> constantPrefixes) {
    this.in = in;
    this.importedFunctions = importedFunctions;
    this.leaves = leaves;
    this.leafCosts = leafCosts;
    this.tailCalls = tailCalls;
    this.constantPrefixes = constantPrefixes;
  }

  boolean usesMemory() {
    return usesMemory;
  }

  /** Whether the function has neither loops nor calls nor bulk operations and is short. */
  boolean isLeaf() {
    return !branches && total <= CostModel.LEAF_LIMIT;
  }

  int totalCost() {
    return (int) Math.min(total, Marker.MAX_VALUE);
  }

  /** Decodes the instructions up to the end of the body. */
  void decode() {
    push(0x02);
    open(Marker.CHARGE_AND_POLL);
    while (depth > 0) {
      instruction();
    }
    if (!in.atEnd()) {
      throw new ModuleRejected("malformed function body at byte " + in.position);
    }
  }

  /** Writes the instructions with their markers; the locals were written by the caller. */
  void write(BinaryWriter out, int start, int prefix, int frameBytes, boolean leaf) {
    int position = start;
    if (!leaf) {
      out.marker(Marker.of(prefix, Marker.ENTRY, frameBytes));
    }
    for (Edit edit : edits) {
      out.bytes(in.bytes, position, edit.from);
      position = edit.to;
      if (edit.kind == CALL_AND_RETURN) {
        out.u8(0x10);
        out.u32(edit.tailCall);
        out.u8(0x0F);
      } else if (edit.tailCall >= 0) {
        out.u8(0x12);
        out.u32(edit.tailCall);
      } else if (!leaf && (edit.kind == Marker.CHARGE_AND_POLL || edit.cost > 0)) {
        out.marker(Marker.of(prefix, edit.kind, edit.cost));
      }
    }
    out.bytes(in.bytes, position, in.end);
  }

  private void push(int opener) {
    if (depth == MAX_DEPTH) {
      throw new ModuleRejected("blocks are nested deeper than " + MAX_DEPTH);
    }
    if (depth == openers.length) {
      openers = java.util.Arrays.copyOf(openers, depth * 2);
    }
    openers[depth++] = opener;
  }

  private boolean dead() {
    return deadDepth >= 0;
  }

  private void open(int kind) {
    segmentStart = in.position;
    segmentKind = kind;
    segmentOpen = true;
    cost = 0;
  }

  /** Ends the open segment. Edits stay in order of position, as tail calls end their segment. */
  private void close() {
    if (segmentOpen) {
      if (cost > Marker.MAX_VALUE) {
        throw new ModuleRejected("a function has too many instructions");
      }
      edits.add(new Edit(segmentStart, segmentStart, segmentKind, (int) cost, -1));
      total += cost;
      segmentOpen = false;
    }
  }

  private void charge(int amount) {
    if (!dead()) {
      cost += amount;
    }
  }

  /** After an instruction that never falls through. */
  private void unreachableFromHere() {
    straight = false;
    if (!dead()) {
      close();
      deadDepth = depth;
    }
  }

  private void instruction() {
    int start = in.position;
    int opcode = in.u8();
    switch (opcode) {
      case 0x00 -> {
        charge(1);
        unreachableFromHere();
      }
      case 0x01 -> {}
      case 0x02, 0x03, 0x04 -> openBlock(opcode);
      case 0x05 -> {
        if (openers[depth - 1] != 0x04) {
          throw new ModuleRejected("else without if at byte " + start);
        }
        openers[depth - 1] = 0x02;
        resume();
      }
      case 0x0B -> {
        depth--;
        if (depth == 0) {
          close();
        } else {
          endBlock();
        }
      }
      case 0x0C -> {
        in.u32();
        charge(1);
        unreachableFromHere();
      }
      case 0x0D -> {
        straight = false;
        in.u32();
        charge(1);
      }
      case 0x0E -> {
        int targets = in.count("branch targets");
        for (int i = 0; i <= targets; i++) {
          in.u32();
        }
        charge(1);
        unreachableFromHere();
      }
      case 0x0F -> {
        charge(1);
        unreachableFromHere();
      }
      case 0x10, 0x11, 0x12, 0x13 -> call(opcode, start);
      default -> plain(opcode, start);
    }
  }

  private void openBlock(int opcode) {
    blockType();
    push(opcode);
    if (dead()) {
      return;
    }
    if (opcode == 0x03) {
      branches = true;
      if (straight) {
        // nothing but this loop can be next, and it polls
        segmentKind = Marker.CHARGE;
        straight = false;
      }
      close();
      open(Marker.CHARGE_AND_POLL);
    } else if (opcode == 0x04) {
      straight = false;
      charge(1);
      close();
      open(Marker.CHARGE);
    }
  }

  /** A new segment where branches come together; ends what was dead inside. */
  private void resume() {
    if (dead()) {
      if (deadDepth < depth) {
        return;
      }
      deadDepth = -1;
    }
    close();
    open(Marker.CHARGE);
  }

  private void endBlock() {
    if (dead() && deadDepth <= depth) {
      return;
    }
    deadDepth = -1;
    straight = false;
    close();
    open(Marker.CHARGE);
  }

  private void call(int opcode, int start) {
    int index = in.u32();
    boolean indirect = opcode == 0x11 || opcode == 0x13;
    int table = indirect ? in.u32() : 0;
    if (dead()) {
      return;
    }
    branches = true;
    straight = false;
    if (indirect) {
      charge(CostModel.INDIRECT_CALL);
    } else {
      int own = index - importedFunctions;
      charge(own >= 0 && leaves.get(own) ? 1 + leafCosts[own] : 1);
    }
    if (opcode == 0x12 || opcode == 0x13) {
      unreachableFromHere();
      if (opcode == 0x12 && index >= 0 && index < importedFunctions) {
        edits.add(new Edit(start, in.position, CALL_AND_RETURN, 0, index));
      } else if (tailCalls != null) {
        int thunk = indirect ? tailCalls.indirect(index, table) : tailCalls.direct(index);
        if (thunk >= 0) {
          edits.add(new Edit(start, in.position, 0, 0, thunk));
        }
      }
    }
  }

  private void plain(int opcode, int start) {
    charge(1);
    if (opcode >= 0x28 && opcode <= 0x3E) {
      usesMemory = true;
      if (Integer.compareUnsigned(in.u32(), 32) >= 0) {
        throw unsupported("more than one memory");
      }
      in.u32();
      return;
    }
    if (opcode >= 0x45 && opcode <= 0xC4) {
      return;
    }
    switch (opcode) {
      case 0x1A, 0x1B, 0xD1 -> {}
      case 0x1C -> {
        int types = in.count("types");
        for (int i = 0; i < types; i++) {
          valueType(in.u8());
        }
      }
      case 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0xD2 -> in.u32();
      case 0x3F, 0x40 -> {
        usesMemory = true;
        branches |= opcode == 0x40;
        memoryIndex();
      }
      case 0x41 -> in.signed(32);
      case 0x42 -> constantPrefixes.add((int) (in.signed(64) >>> 32));
      case 0x43 -> in.skip(4);
      case 0x44 -> in.skip(8);
      case 0xD0 -> valueType(in.u8());
      case 0xFC -> bulk(start);
      case 0x06, 0x07, 0x08, 0x09, 0x0A, 0x18, 0x19, 0x1F -> throw unsupported("Wasm exceptions");
      case 0x14, 0x15, 0xD4, 0xD5, 0xD6 -> throw unsupported("typed function references");
      case 0xD3, 0xFB -> throw unsupported("garbage-collected types");
      case 0xFD -> throw unsupported("SIMD");
      case 0xFE -> throw unsupported("atomics and shared memory");
      default ->
          throw new ModuleRejected(
              "unknown instruction 0x%02x at byte %d".formatted(opcode, start));
    }
  }

  private void bulk(int start) {
    int operation = in.u32();
    if (operation >= 0 && operation <= 7) {
      return;
    }
    branches = true;
    switch (operation) {
      case 8 -> {
        usesMemory = true;
        in.u32();
        memoryIndex();
      }
      case 9, 13, 15, 16, 17 -> in.u32();
      case 10 -> {
        usesMemory = true;
        memoryIndex();
        memoryIndex();
      }
      case 11 -> {
        usesMemory = true;
        memoryIndex();
      }
      case 12, 14 -> {
        in.u32();
        in.u32();
      }
      default ->
          throw new ModuleRejected(
              "unknown instruction 0xfc %s at byte %d"
                  .formatted(Integer.toUnsignedString(operation), start));
    }
  }

  private void memoryIndex() {
    if (in.u32() != 0) {
      throw unsupported("more than one memory");
    }
  }

  private void blockType() {
    int first = in.u8();
    if (first == 0x40 || (first & 0xC0) == 0x40 && isValueType(first)) {
      return;
    }
    in.position--;
    if (in.signed(33) < 0) {
      valueType(first);
      throw new ModuleRejected("malformed block type at byte " + in.position);
    }
  }

  private static boolean isValueType(int type) {
    return type >= 0x7C && type <= 0x7F || type == 0x70 || type == 0x6F;
  }

  static void valueType(int type) {
    if (isValueType(type)) {
      return;
    }
    switch (type) {
      case 0x7B -> throw unsupported("SIMD");
      case 0x69, 0x74 -> throw unsupported("Wasm exceptions");
      case 0x63, 0x64 -> throw unsupported("typed function references");
      case 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x71, 0x72, 0x73 ->
          throw unsupported("garbage-collected types");
      default -> throw new ModuleRejected("unknown type 0x%02x".formatted(type));
    }
  }

  static ModuleRejected unsupported(String feature) {
    return new ModuleRejected(
        "the module uses " + feature + ", which Selene does not run; compile it without");
  }
}
