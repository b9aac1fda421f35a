package dev.selene.vm.internal.engine;

import java.util.Arrays;

/** What one function body means for the call graph, collected while it is decoded. */
final class FunctionFacts {
  /** Numbers in the order of the code, as many as there are places; so bounded by the body. */
  static final class Numbers {
    private int[] values = new int[0];
    private int count;

    void add(int value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, Math.max(4, count * 2));
      }
      values[count++] = value;
    }

    int[] toArray() {
      return Arrays.copyOf(values, count);
    }
  }

  /** Cost of all its segments; the prices of leaves are part of it only when they are known. */
  long cost;

  /** Whether it has no loops, calls only own functions directly, and has no bulk operations. */
  boolean simple = true;

  /** Own functions it calls, without the imports; not checked to be there. */
  final Numbers calls = new Numbers();

  /** Types of its indirect calls; not checked to be there. */
  final Numbers indirectTypes = new Numbers();

  /** Own functions in {@code ref.func}; not checked to be there. */
  final Numbers references = new Numbers();
}
