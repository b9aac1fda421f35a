package dev.selene.vm.internal.engine;

import static dev.selene.vm.internal.engine.WasmBuilder.code;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A valid module with a random call graph: direct, indirect and tail calls, recursion, loops, traps
 * and their catches, calls of the host and back, bulk operations, dead code.
 *
 * <p>It ends: functions that may recurse count down a global first, the others call only others
 * after them, and all loops are short. An endless one does not count, and its loops have no end.
 */
final class RandomModule {
  private static final int FUNCTIONS = 9;

  /** From here on, functions call only such after them. */
  private static final int BOUNDED = 5;

  private static final int CALLS = 60;
  private static final String[] PARAMETERS = {"i", "ii", "i", ""};
  private static final String[] RESULTS = {"i", "i", "ii", ""};

  private final Random random;
  private final boolean endless;
  private final WasmBuilder wasm = new WasmBuilder();
  private final int twice;
  private final int guard;
  private final int[] types = new int[PARAMETERS.length];
  private final int[] shapes = new int[FUNCTIONS];
  private int first;

  private RandomModule(long seed, boolean endless) {
    random = new Random(seed);
    this.endless = endless;
    twice = wasm.importFunction("test", "twice", "i", "i");
    guard = wasm.importFunction("test", "catch", "ii", "i");
  }

  /** Exports {@code run} and, for {@code catch}, {@code guarded}. */
  static byte[] of(long seed, boolean endless) {
    return new RandomModule(seed, endless).build();
  }

  private byte[] build() {
    wasm.memory(1, 3).table(8, 8);
    wasm.global('i', code().i32(endless ? Integer.MAX_VALUE : CALLS));
    for (int i = 0; i < types.length; i++) {
      types[i] = wasm.type(PARAMETERS[i], RESULTS[i]);
    }
    first = wasm.nextFunction();
    for (int i = 0; i < FUNCTIONS; i++) {
      shapes[i] = random.nextInt(types.length);
    }
    shapes[0] = 1;
    for (int i = 0; i < FUNCTIONS; i++) {
      wasm.function(types[shapes[i]], "iiiiii", new Body(i).write());
    }
    wasm.export("run", first);
    wasm.export("guarded", first);
    int[] entries = new int[7];
    for (int i = 0; i < entries.length; i++) {
      // those in front may recurse, so all that is called indirectly counts down
      entries[i] = first + random.nextInt(BOUNDED);
    }
    wasm.element(0, entries);
    return wasm.build();
  }

  /** One function; its locals are a sum, a spare, and four counters of loops. */
  private final class Body {
    private final int index;
    private final int shape;
    private final int sum;
    private final WasmBuilder.Code out = code();

    /** For each open block whether it is a loop, outermost first. */
    private final List<Boolean> labels = new ArrayList<>();

    private int loops;

    Body(int index) {
      this.index = index;
      this.shape = shapes[index];
      this.sum = PARAMETERS[shape].length();
    }

    WasmBuilder.Code write() {
      if (index < BOUNDED && !endless) {
        out.indexed(0x23, 0).i32(1).sub().indexed(0x24, 0);
        out.indexed(0x23, 0).i32(0).op(0x48).ifThen();
        results();
        out.op(0x0F).end();
      }
      if (sum > 0) {
        out.get(0).set(sum);
      }
      statements(index < BOUNDED ? 6 : 3);
      results();
      return out;
    }

    private void results() {
      for (int i = 0; i < RESULTS[shape].length(); i++) {
        out.get(sum + i);
      }
    }

    private void statements(int most) {
      int count = random.nextInt(most + 1);
      for (int i = 0; i < count; i++) {
        statement(most / 2 + 1);
      }
    }

    private void value() {
      switch (random.nextInt(4)) {
        case 0 -> out.i32(random.nextInt(20) - 2);
        case 1 -> out.get(random.nextInt(sum + 2));
        case 2 -> out.get(sum).i32(random.nextInt(1, 9)).op(0x6C);
        default -> out.get(sum).i32(random.nextInt(7)).op(0x6A);
      }
    }

    private void condition() {
      value();
      out.i32(1 << random.nextInt(3)).op(0x71);
    }

    private void statement(int most) {
      boolean nest = labels.size() < 4;
      switch (random.nextInt(nest ? 23 : 13)) {
        case 0, 1, 2 -> {
          value();
          value();
          out.op(new int[] {0x6A, 0x6B, 0x6C, 0x73}[random.nextInt(4)]).set(sum);
        }
        case 3, 4, 5 -> call();
        case 6 -> {
          value();
          out.i32(0xFFF).op(0x71).memory(0x28, random.nextInt(100)).set(sum + 1);
        }
        case 7 -> {
          value();
          out.i32(0xFFF).op(0x71);
          value();
          out.memory(0x36, random.nextInt(100));
        }
        case 8 -> rare();
        case 9 -> {
          value();
          out.call(twice).set(sum);
        }
        case 10 -> branch();
        case 11 -> bulk();
        case 12 -> {
          if (index < BOUNDED) {
            value();
            value();
            out.call(guard).set(sum + 1);
          }
        }
        case 13, 14 -> {
          condition();
          out.ifThen();
          labels.add(false);
          statements(most);
          if (random.nextBoolean()) {
            out.op(0x05);
            statements(most);
          }
          end();
        }
        case 15, 16 -> {
          out.block();
          labels.add(false);
          statements(most);
          end();
        }
        case 17, 18, 19 -> plainLoop();
        default -> loop(most);
      }
    }

    /**
     * A loop without calls or other loops, with a counter: up, down, around the ends of the
     * numbers, for no round or many; with ways out and traps before and after the counter changes.
     */
    private void plainLoop() {
      if (loops == 4) {
        return;
      }
      int counter = sum + 2 + loops;
      int step = new int[] {1, -1, 2, -3, 8, 4096, -4096, 1 << 20}[random.nextInt(8)];
      boolean top = random.nextBoolean();
      int trips = random.nextInt(top ? 0 : 1, random.nextInt(4) == 0 ? 1500 : 30);
      int start =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -trips * step;
            case 2 -> Integer.MAX_VALUE - 5 * step;
            default -> random.nextInt();
          };
      out.i32(start).set(counter).block().loop();
      if (top) {
        out.get(counter).i32(start + trips * step).op(0x46).brIf(1);
      }
      plain();
      out.get(counter).i32(step);
      if (random.nextInt(8) == 0) {
        out.op(0x41, 0).sub();
      }
      out.add().set(counter);
      plain();
      if (random.nextInt(4) == 0) {
        out.get(sum).get(counter).op(0x73).set(sum);
      }
      if (top) {
        out.br(0);
      } else if (endless) {
        out.i32(1).brIf(0);
      } else {
        out.get(counter).i32(start + trips * step).op(0x47).brIf(0);
      }
      out.end().end();
    }

    /** A few statements in a {@link #plainLoop}. */
    private void plain() {
      int count = random.nextInt(4);
      for (int i = 0; i < count; i++) {
        switch (random.nextInt(9)) {
          case 0 -> {
            value();
            value();
            out.op(0x6A).set(sum);
          }
          case 1 -> {
            value();
            out.i32(0x3FFF).op(0x71).memory(0x28, random.nextInt(100)).set(sum + 1);
          }
          case 2 -> {
            value();
            out.i32(0x3FFF).op(0x71);
            value();
            out.memory(0x36, random.nextInt(100));
          }
          case 3 -> {
            value();
            out.i32(63).op(0x71).op(0x45).brIf(1);
          }
          case 4 -> {
            condition();
            out.ifThen();
            value();
            out.set(sum + 1).end();
          }
          case 5 -> {
            out.get(sum).i32(511).op(0x71).op(0x45).ifThen();
            results();
            out.op(0x0F).end();
          }
          case 6 -> {
            // traps when the divisor is 0
            out.i32(1000).get(sum).i32(255).op(0x71).op(0x6E).set(sum + 1);
          }
          case 7 -> {
            // traps when that is out of bounds
            out.get(sum).i32(0x7F_0000).op(0x71).memory(0x2D, 0).set(sum + 1);
          }
          default -> out.get(sum).i32(random.nextInt(1, 50)).add().set(sum);
        }
      }
    }

    private void end() {
      labels.removeLast();
      out.end();
    }

    private void loop(int most) {
      if (loops == 4) {
        return;
      }
      int counter = sum + 2 + loops++;
      out.i32(random.nextInt(1, 4)).set(counter).loop();
      labels.add(true);
      statements(most);
      out.get(counter).i32(1).sub().tee(counter).i32(0).op(endless ? 0x47 : 0x4A).brIf(0);
      end();
      loops--;
    }

    private void branch() {
      int label = random.nextInt(labels.size() + 1);
      if (label < labels.size() && labels.get(labels.size() - 1 - label)) {
        return;
      }
      boolean function = label == labels.size();
      if (random.nextInt(4) > 0) {
        condition();
        out.ifThen();
        if (function) {
          results();
          out.op(0x0F);
        } else {
          out.br(label + 1);
        }
        out.end();
      } else if (!function) {
        out.br(label);
      }
    }

    /** Things that end a function or trap, seldom enough that not all ends there. */
    private void rare() {
      condition();
      out.i32(3).op(0x71).op(0x45).ifThen();
      condition();
      out.ifThen();
      switch (random.nextInt(5)) {
        case 0 -> out.op(0x00);
        case 1 -> {
          out.i32(1);
          value();
          out.op(0x6D).set(sum);
        }
        case 2 -> out.i32(-8).memory(0x28, 0).set(sum);
        case 3 -> tailCall();
        default -> {
          results();
          out.op(0x0F);
        }
      }
      out.end().end();
    }

    private void bulk() {
      switch (random.nextInt(3)) {
        case 0 -> {
          out.i32(random.nextInt(3000)).i32(7).i32(random.nextInt(9000)).op(0xFC, 11, 0);
        }
        case 1 -> {
          out.i32(random.nextInt(3000)).i32(99).i32(random.nextInt(9000)).op(0xFC, 10, 0, 0);
        }
        default -> out.i32(random.nextInt(2)).op(0x40, 0).set(sum + 1);
      }
    }

    private int target() {
      if (index < BOUNDED) {
        return random.nextInt(FUNCTIONS);
      }
      return index + 1 < FUNCTIONS ? random.nextInt(index + 1, FUNCTIONS) : -1;
    }

    private void call() {
      if (index < BOUNDED && random.nextInt(3) == 0) {
        int type = random.nextInt(types.length);
        arguments(type);
        value();
        out.i32(7).op(0x71).callIndirect(types[type]);
        take(type);
        return;
      }
      int target = target();
      if (target >= 0) {
        arguments(shapes[target]);
        out.call(first + target);
        take(shapes[target]);
      }
    }

    private void arguments(int type) {
      for (int i = 0; i < PARAMETERS[type].length(); i++) {
        value();
      }
    }

    private void take(int type) {
      for (int i = 0; i < RESULTS[type].length(); i++) {
        out.get(sum).op(0x6A).set(sum);
      }
    }

    private void tailCall() {
      int target = target();
      if (target >= 0 && RESULTS[shapes[target]].equals(RESULTS[shape])) {
        arguments(shapes[target]);
        out.tailCall(first + target);
      }
    }
  }
}
