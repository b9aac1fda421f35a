package dev.selene.vm.internal.engine;

import java.util.Arrays;

/**
 * Strongly connected components of a graph, by Tarjan's algorithm with a stack of its own: the
 * depth of a hostile call graph is not the depth of ours.
 */
final class Components {
  /** Called for each component, after all those that can be reached from it. */
  interface Visitor {
    /**
     * One component.
     *
     * @param members its nodes
     * @param cyclic whether a way leads from a member back to it
     */
    void component(int[] members, boolean cyclic);
  }

  private final int[][] edges;
  private final Visitor visitor;

  /** Order of discovery from 1; 0 for nodes not seen. */
  private final int[] order;

  private final int[] lowest;
  private final boolean[] onStack;
  private final int[] stack;
  private int stacked;
  private int seen;

  Components(int[][] edges, Visitor visitor) {
    this.edges = edges;
    this.visitor = visitor;
    order = new int[edges.length];
    lowest = new int[edges.length];
    onStack = new boolean[edges.length];
    stack = new int[edges.length];
  }

  void run() {
    int[] path = new int[edges.length];
    int[] next = new int[edges.length];
    for (int root = 0; root < edges.length; root++) {
      if (order[root] != 0) {
        continue;
      }
      int depth = 0;
      path[depth++] = enter(root);
      while (depth > 0) {
        int node = path[depth - 1];
        if (next[node] < edges[node].length) {
          int target = edges[node][next[node]++];
          if (order[target] == 0) {
            path[depth++] = enter(target);
          } else if (onStack[target]) {
            lowest[node] = Math.min(lowest[node], order[target]);
          }
        } else {
          depth--;
          if (depth > 0) {
            int parent = path[depth - 1];
            lowest[parent] = Math.min(lowest[parent], lowest[node]);
          }
          if (lowest[node] == order[node]) {
            leave(node);
          }
        }
      }
    }
  }

  private int enter(int node) {
    order[node] = ++seen;
    lowest[node] = seen;
    stack[stacked++] = node;
    onStack[node] = true;
    return node;
  }

  private void leave(int node) {
    int end = stacked;
    do {
      onStack[stack[--stacked]] = false;
    } while (stack[stacked] != node);
    int[] members = Arrays.copyOfRange(stack, stacked, end);
    visitor.component(members, members.length > 1 || callsItself(node));
  }

  private boolean callsItself(int node) {
    for (int target : edges[node]) {
      if (target == node) {
        return true;
      }
    }
    return false;
  }
}
