package dev.selene.vm.internal.engine;

import java.util.BitSet;

/**
 * Who calls whom in a module, and what follows for metering: which functions are leaves, whose
 * calls their callers pay, and which count the depth of the call stack themselves.
 *
 * <p>Nodes are the module's own functions and its signatures: a function that calls indirectly has
 * an edge to the signature, and the signature has edges to the functions that a table can hold.
 * Imports have no node: what they call comes in through {@link GuestInstance#call}, which counts
 * itself.
 *
 * <p>A function that lies on no cycle is on the stack at most once for each entry from the host. So
 * it need not count its depth; what such functions can need together is taken at the entry.
 */
final class CallGraph {
  private final int functions;
  private final int[] prices;
  private final BitSet leaves = new BitSet();
  private final BitSet counted = new BitSet();
  private final int[] reserves;

  /**
   * The graph of a module.
   *
   * @param facts of each function
   * @param frames modelled frame bytes of each function
   * @param functionSignatures number of each function's signature
   * @param typeSignatures number of each type's signature; equal ones have the same
   * @param signatures how many there are
   * @param referenced functions that can be in a table
   */
  CallGraph(
      FunctionFacts[] facts,
      int[] frames,
      int[] functionSignatures,
      int[] typeSignatures,
      int signatures,
      BitSet referenced) {
    functions = facts.length;
    prices = new int[functions];
    reserves = new int[functions + signatures];
    int[][] edges = new int[functions + signatures][];
    for (int i = 0; i < functions; i++) {
      edges[i] = edges(facts[i], typeSignatures);
    }
    FunctionFacts.Numbers[] targets = new FunctionFacts.Numbers[signatures];
    for (int i = 0; i < signatures; i++) {
      targets[i] = new FunctionFacts.Numbers();
    }
    for (int f = referenced.nextSetBit(0);
        f >= 0 && f < functions;
        f = referenced.nextSetBit(f + 1)) {
      targets[functionSignatures[f]].add(f);
    }
    for (int i = 0; i < signatures; i++) {
      edges[functions + i] = targets[i].toArray();
    }
    new Components(edges, (members, cyclic) -> add(members, cyclic, edges, facts, frames)).run();
  }

  /** What is not there is left out; the validator refuses the module later. */
  private int[] edges(FunctionFacts facts, int[] typeSignatures) {
    FunctionFacts.Numbers nodes = new FunctionFacts.Numbers();
    for (int function : facts.calls.toArray()) {
      if (function < functions) {
        nodes.add(function);
      }
    }
    for (int type : facts.indirectTypes.toArray()) {
      if (type >= 0 && type < typeSignatures.length) {
        nodes.add(functions + typeSignatures[type]);
      }
    }
    return nodes.toArray();
  }

  /** Called for each component after those it leads to. */
  private void add(
      int[] members, boolean cyclic, int[][] edges, FunctionFacts[] facts, int[] frames) {
    int below = 0;
    for (int member : members) {
      for (int target : edges[member]) {
        // a member of the same component still has none
        below = Math.max(below, reserves[target]);
      }
    }
    for (int member : members) {
      if (member >= functions) {
        reserves[member] = below;
      } else if (cyclic || below + frames[member] > CostModel.RESERVE_LIMIT) {
        reserves[member] = below;
        counted.set(member);
      } else {
        reserves[member] = below + frames[member];
        decideLeaf(member, facts[member], edges[member]);
      }
    }
  }

  private void decideLeaf(int function, FunctionFacts facts, int[] callees) {
    long cost = facts.cost;
    boolean leaf = facts.simple;
    for (int callee : callees) {
      leaf = leaf && leaves.get(callee);
      cost += leaf ? prices[callee] : 0;
    }
    if (leaf && cost <= CostModel.LEAF_LIMIT) {
      leaves.set(function);
      prices[function] = (int) cost;
    }
  }

  /** What a call costs besides 1: nothing, unless the function is a leaf. */
  int price(int function) {
    return function >= 0 && function < functions ? prices[function] : 0;
  }

  /** Functions without any metering. */
  BitSet leaves() {
    return leaves;
  }

  /** Functions that count depth. */
  BitSet counted() {
    return counted;
  }

  /** Bytes that uncounted functions can need together from this one on. */
  int reserve(int function) {
    return reserves[function];
  }
}
