package dev.selene.vm.internal.engine;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * A module with its markers.
 *
 * @param bytes the new binary
 * @param prefix high half of all markers
 * @param importedFunctions number of imported functions
 * @param functions number of own functions, those added for tail calls included
 * @param leaves own functions without markers, by index without the imports
 * @param counted own functions that count depth
 * @param reserves of each own function that the module has: stack bytes that uncounted functions
 *     can need together from it on
 * @param unmetered whether there are no markers at all, which only benchmarks want
 */
record MeteredModule(
    byte[] bytes,
    int prefix,
    int importedFunctions,
    int functions,
    BitSet leaves,
    BitSet counted,
    int[] reserves,
    boolean unmetered) {
  private static final int CODE_SECTION = 10;

  /** A body without locals that traps, which is valid for every type. */
  private static final byte[] UNREACHABLE = {0x00, 0x00, 0x0B};

  /** Stack bytes that uncounted functions can need together from a function on. */
  int reserve(int function) {
    int own = function - importedFunctions;
    return own >= 0 && own < reserves.length ? reserves[own] : 0;
  }

  /**
   * The same with other bodies: those of compiled functions, which nothing interprets any more, are
   * one {@code unreachable} each.
   *
   * @param interpreted functions that keep theirs
   */
  MeteredModule withBodiesOf(Collection<Integer> interpreted) {
    Set<Integer> kept = new HashSet<>(interpreted);
    BinaryReader in = new BinaryReader(bytes, 8, bytes.length);
    BinaryWriter out = new BinaryWriter(bytes.length);
    out.bytes(bytes, 0, 8);
    while (!in.atEnd()) {
      int start = in.position;
      int id = in.u8();
      int length = in.u32();
      int content = in.position;
      in.skip(length);
      if (id == CODE_SECTION) {
        out.section(id, codeSection(new BinaryReader(bytes, content, in.position), kept));
      } else {
        out.bytes(bytes, start, in.position);
      }
    }
    return new MeteredModule(
        out.toByteArray(),
        prefix,
        importedFunctions,
        functions,
        leaves,
        counted,
        reserves,
        unmetered);
  }

  private byte[] codeSection(BinaryReader in, Set<Integer> kept) {
    BinaryWriter out = new BinaryWriter(in.end - in.position);
    int count = in.u32();
    out.u32(count);
    for (int i = 0; i < count; i++) {
      int size = in.u32();
      int start = in.position;
      in.skip(size);
      if (kept.contains(importedFunctions + i)) {
        out.u32(size);
        out.bytes(bytes, start, in.position);
      } else {
        out.u32(UNREACHABLE.length);
        out.bytes(UNREACHABLE, 0, UNREACHABLE.length);
      }
    }
    return out.toByteArray();
  }
}
