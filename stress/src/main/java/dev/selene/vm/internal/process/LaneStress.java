package dev.selene.vm.internal.process;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What is pushed into a {@link Lane} comes out once and in order, or was refused. */
public class LaneStress {
  /** Counts the values 0 to 3, of which 0 and 1 are of one sender, 2 and 3 of another. */
  static final class Seen {
    private final int[] counts = new int[4];
    private int last = -1;
    private int lastOfOther = -1;
    private boolean ordered = true;

    void add(Lane.@Nullable Node<Integer> first) {
      for (Lane.Node<Integer> node = first; node != null; node = node.next) {
        int value = node.value();
        counts[value]++;
        if (value < 2) {
          ordered &= value > last;
          last = value;
        } else {
          ordered &= value > lastOfOther;
          lastOfOther = value;
        }
      }
    }

    boolean orderedAnd(boolean... expected) {
      for (int i = 0; i < counts.length; i++) {
        ordered &= counts[i] == (expected[i] ? 1 : 0);
      }
      return ordered;
    }
  }

  /** Two senders at once. */
  @JCStressTest
  @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "all came, once, in each one's order")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled or out of order")
  @State
  public static class TwoSenders {
    final Lane<Integer> lane = new Lane<>();
    final Seen seen = new Seen();

    /** A sender. */
    @Actor
    public void sender() {
      lane.push(0);
      lane.push(1);
    }

    /** Another. */
    @Actor
    public void otherSender() {
      lane.push(2);
      lane.push(3);
    }

    /** The owner takes all. */
    @Arbiter
    public void owner(Z_Result result) {
      seen.add(lane.take());
      result.r1 = seen.orderedAnd(true, true, true, true);
    }
  }

  /** A sender, while the owner takes. */
  @JCStressTest
  @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "all came, once, in order")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled or out of order")
  @State
  public static class Taking {
    final Lane<Integer> lane = new Lane<>();
    final Seen seen = new Seen();

    /** A sender. */
    @Actor
    public void sender() {
      lane.push(0);
      lane.push(1);
    }

    /** The owner. */
    @Actor
    public void owner() {
      seen.add(lane.take());
      seen.add(lane.take());
    }

    /** Takes the rest. */
    @Arbiter
    public void rest(Z_Result result) {
      seen.add(lane.take());
      result.r1 = seen.orderedAnd(true, true, false, false);
    }
  }

  /** A sender, while the owner closes the lane. */
  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "accepted is received")
  @Outcome(expect = Expect.FORBIDDEN, desc = "accepted and lost, or refused and received")
  @State
  public static class Closing {
    final Lane<Integer> lane = new Lane<>();
    final Seen seen = new Seen();
    final boolean[] accepted = new boolean[4];

    /** A sender. */
    @Actor
    public void sender() {
      accepted[0] = lane.push(0);
      accepted[1] = lane.push(1);
    }

    /** The owner. */
    @Actor
    public void owner() {
      seen.add(lane.take());
      seen.add(lane.close());
    }

    /** Compares. */
    @Arbiter
    public void compare(ZZ_Result result) {
      result.r1 = seen.orderedAnd(accepted);
      result.r2 = !lane.push(0) && lane.take() == null;
    }
  }
}
