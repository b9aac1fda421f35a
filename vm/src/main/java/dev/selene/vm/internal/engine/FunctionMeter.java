package dev.selene.vm.internal.engine;

import dev.selene.host.ModuleRejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one function body, finds out what it costs, and writes it again with markers. It decodes
 * every instruction of the supported proposals and refuses the others by name; types are left to
 * the validator, which runs on the result.
 *
 * <p>Two passes: without a {@link CallGraph} to collect what the graph is made of, and with it to
 * write.
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
  private record Edit(int from, int to, @Nullable Segment segment, int kind, int tailCall) {}

  /** A stretch of code that is charged as a whole, at its start or by a segment before it. */
  private static final class Segment {
    final int start;
    int kind;
    long cost;

    /** What this segment, when it is charged itself, may still take over from later ones. */
    int room = CostModel.MERGE_LIMIT;

    /** The segment that pays for this one; null while it is open, or when it pays itself. */
    @Nullable Segment payer;

    Segment(int start, int kind) {
      this.start = start;
      this.kind = kind;
    }

    Segment payer() {
      Segment at = this;
      while (at.payer != null) {
        at = at.payer;
      }
      return at;
    }
  }

  private final BinaryReader in;
  private final int importedFunctions;
  private final @Nullable CallGraph graph;
  private final @Nullable TailCalls tailCalls;
  private final Set<Integer> constantPrefixes;
  private final FunctionFacts facts = new FunctionFacts();
  private final List<Edit> edits = new ArrayList<>();
  private int[] openers = new int[64];

  /** For each open block, the segment that was open where it begins. */
  private Segment[] before = new Segment[64];

  /** For each open block, the most that can have been charged without a poll in it so far. */
  private long[] unpolledIn = new long[64];

  /** The most that can have been charged on any way to here since the last poll on it. */
  private long unpolled;

  private int depth;
  private int deadDepth = -1;
  private Segment segment;

  /** The segment that may pay for the open one; null in a loop's or function's first one. */
  private @Nullable Segment dominator;

  private boolean segmentOpen;
  private boolean usesMemory;

  /** Whether the entry segment is open and has neither branched nor called. */
  private boolean straight = true;

  /**
   * Of one body.
   *
   * @param graph null to collect what the graph is made of
   */
  FunctionMeter(
      BinaryReader in,
      int importedFunctions,
      @Nullable CallGraph graph,
      @Nullable TailCalls tailCalls,
      Set<Integer> constantPrefixes) {
    this.in = in;
    this.importedFunctions = importedFunctions;
    this.graph = graph;
    this.tailCalls = tailCalls;
    this.constantPrefixes = constantPrefixes;
    this.segment = new Segment(in.position, Marker.CHARGE_AND_POLL);
  }

  boolean usesMemory() {
    return usesMemory;
  }

  /** What the call graph needs to know; complete after {@link #decode}. */
  FunctionFacts facts() {
    return facts;
  }

  /** Decodes the instructions up to the end of the body. */
  void decode() {
    segmentOpen = true;
    push(0x02);
    while (depth > 0) {
      instruction();
    }
    if (!in.atEnd()) {
      throw new ModuleRejected("malformed function body at byte " + in.position);
    }
  }

  /**
   * Writes the instructions with their markers; the locals were written by the caller.
   *
   * @param frameBytes what an ENTRY marker takes; 0 for none
   * @param markers false for a leaf
   */
  void write(BinaryWriter out, int start, int prefix, int frameBytes, boolean markers) {
    int position = start;
    if (markers && frameBytes > 0) {
      out.marker(Marker.of(prefix, Marker.ENTRY, frameBytes));
    }
    for (Edit edit : edits) {
      out.bytes(in.bytes, position, edit.from);
      position = edit.to;
      Segment charged = edit.segment;
      if (edit.kind == CALL_AND_RETURN) {
        out.u8(0x10);
        out.u32(edit.tailCall);
        out.u8(0x0F);
      } else if (charged == null) {
        out.u8(0x12);
        out.u32(edit.tailCall);
      } else if (markers && (charged.kind == Marker.CHARGE_AND_POLL || charged.cost > 0)) {
        out.marker(Marker.of(prefix, charged.kind, (int) charged.cost));
      }
    }
    out.bytes(in.bytes, position, in.end);
  }

  private void push(int opener) {
    if (depth == MAX_DEPTH) {
      throw new ModuleRejected("blocks are nested deeper than " + MAX_DEPTH);
    }
    if (depth == openers.length) {
      openers = Arrays.copyOf(openers, depth * 2);
    }
    if (depth == before.length) {
      before = Arrays.copyOf(before, depth * 2);
      unpolledIn = Arrays.copyOf(unpolledIn, depth * 2);
    }
    unpolledIn[depth] = unpolled;
    before[depth] = segment;
    openers[depth++] = opener;
  }

  private boolean dead() {
    return deadDepth >= 0;
  }

  /** Begins a segment; the one given always runs before it, in the same round of a loop. */
  private void open(int kind, @Nullable Segment always) {
    segment = new Segment(in.position, kind);
    dominator = always;
    segmentOpen = true;
  }

  /**
   * Ends the open segment. A short one is paid by one that always runs before it, as long as that
   * has room. Edits stay in order of position, as tail calls end their segment.
   */
  private void close() {
    if (!segmentOpen) {
      return;
    }
    segmentOpen = false;
    facts.cost += segment.cost;
    if (facts.cost > Marker.MAX_VALUE) {
      throw new ModuleRejected("a function has too many instructions");
    }
    if (dominator != null) {
      Segment payer = dominator.payer();
      if (segment.cost <= payer.room) {
        payer.room -= (int) segment.cost;
        payer.cost += segment.cost;
        segment.payer = payer;
        return;
      }
    }
    countUnpolled();
    edits.add(new Edit(segment.start, segment.start, segment, segment.kind, -1));
  }

  /**
   * Makes the segment poll when too much may have been charged since the last poll. A poll only
   * counts up to the end of its block, as a branch may have gone around it.
   */
  private void countUnpolled() {
    if (segment.kind == Marker.CHARGE) {
      unpolled += segment.cost + CostModel.MERGE_LIMIT;
      if (unpolled > CostModel.POLL_DISTANCE) {
        segment.kind = Marker.CHARGE_AND_POLL;
      }
    }
    if (segment.kind == Marker.CHARGE_AND_POLL) {
      unpolled = 0;
    }
    unpolledIn[depth - 1] = Math.max(unpolledIn[depth - 1], unpolled);
  }

  private void charge(int amount) {
    if (!dead()) {
      segment.cost += amount;
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
        if (depth == 1) {
          close();
          depth--;
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
    if (dead()) {
      push(opcode);
      return;
    }
    if (opcode == 0x03) {
      facts.simple = false;
      if (straight) {
        // nothing but this loop can be next, and it polls
        segment.kind = Marker.CHARGE;
        straight = false;
      }
      close();
      push(opcode);
      unpolledIn[depth - 1] = 0;
      open(Marker.CHARGE_AND_POLL, null);
    } else if (opcode == 0x04) {
      straight = false;
      charge(1);
      close();
      push(opcode);
      open(Marker.CHARGE, before[depth - 1]);
    } else {
      push(opcode);
    }
  }

  /** At an {@code else}: a new segment; ends what was dead before. */
  private void resume() {
    if (dead()) {
      if (deadDepth < depth) {
        return;
      }
      deadDepth = -1;
    }
    close();
    unpolled = unpolledIn[depth - 1];
    open(Marker.CHARGE, before[depth - 1]);
  }

  /** A new segment where branches come together; ends what was dead inside. */
  private void endBlock() {
    if (dead() && deadDepth < depth) {
      depth--;
      return;
    }
    deadDepth = -1;
    straight = false;
    close();
    depth--;
    // any of the ways through the block may have led here
    unpolled = unpolledIn[depth];
    unpolledIn[depth - 1] = Math.max(unpolledIn[depth - 1], unpolled);
    open(Marker.CHARGE, before[depth]);
  }

  private void call(int opcode, int start) {
    int index = in.u32();
    boolean indirect = opcode == 0x11 || opcode == 0x13;
    int table = indirect ? in.u32() : 0;
    if (dead()) {
      return;
    }
    straight = false;
    int own = index - importedFunctions;
    if (indirect) {
      charge(CostModel.INDIRECT_CALL);
      facts.simple = false;
      facts.indirectTypes.add(index);
    } else {
      charge(1);
      if (own >= 0) {
        charge(graph == null ? 0 : graph.price(own));
        facts.calls.add(own);
      } else {
        facts.simple = false;
      }
    }
    if (opcode == 0x12 || opcode == 0x13) {
      facts.simple = false;
      unreachableFromHere();
      if (opcode == 0x12 && index >= 0 && index < importedFunctions) {
        edits.add(new Edit(start, in.position, null, CALL_AND_RETURN, index));
      } else if (tailCalls != null) {
        int thunk = indirect ? tailCalls.indirect(index, table) : tailCalls.direct(index);
        if (thunk >= 0) {
          edits.add(new Edit(start, in.position, null, 0, thunk));
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
      case 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26 -> in.u32();
      case 0xD2 -> facts.references.add(in.u32() - importedFunctions);
      case 0x3F, 0x40 -> {
        usesMemory = true;
        facts.simple &= opcode != 0x40;
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
    facts.simple = false;
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
