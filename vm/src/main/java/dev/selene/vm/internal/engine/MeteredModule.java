package dev.selene.vm.internal.engine;

import java.util.BitSet;

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

  /** Stack bytes that uncounted functions can need together from a function on. */
  int reserve(int function) {
    int own = function - importedFunctions;
    return own >= 0 && own < reserves.length ? reserves[own] : 0;
  }
}
