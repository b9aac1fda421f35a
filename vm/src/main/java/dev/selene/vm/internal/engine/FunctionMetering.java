package dev.selene.vm.internal.engine;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Writes the metering of one compiled function in place of its markers.
 *
 * <p>A function without loops that counts no depth subtracts from {@link MeteredMemory#left}.
 * Others keep that word in a local variable, so that a round of a loop neither reads nor writes
 * memory: it is written back before every call that could look at it or change it, before a return,
 * and when something is thrown, and read again after the call. What is thrown by such a call itself
 * passes by, as the variable is out of date by then.
 *
 * <p>A function that counts depth takes its frame at the entry and gives it back when it returns;
 * after something was thrown, whoever catches it restores the depth.
 *
 * <p>What happens when a counter is below zero stands at the end of the function. A loop comes back
 * from there to its start, with its cost added once more: so its rounds without it are a loop of
 * their own for the JVM's compiler, with nothing in it that could change the page tables.
 */
final class FunctionMetering {
  private static final String MEMORY = Type.getInternalName(PagedMemory.class);

  /** The signs of both halves of the word. */
  private static final long SIGNS = 0x80000000_80000000L;

  private final MethodNode method;
  private final InsnList instructions;

  /** What the function takes from the stack; 0 when it counts no depth. */
  private int frame;

  /** Whether the word is in a local variable. */
  private final boolean local;

  private final boolean counted;
  private final int memory;
  private final int left;
  private final InsnList slowPaths = new InsnList();
  private final LabelNode writeBack = new LabelNode();
  private final LabelNode firstCovered = new LabelNode();
  private LabelNode covered = firstCovered;
  private int entries;

  /** Whether the next marker polls and stands where the entry does. */
  private boolean entersAndPolls;

  private int polls;

  FunctionMetering(MethodNode method, boolean counted, boolean loops) {
    this.method = method;
    this.instructions = method.instructions;
    this.counted = counted;
    this.local = counted || loops;
    this.memory = method.maxLocals;
    this.left = method.maxLocals + 1;
  }

  void marker(AbstractInsnNode at, long marker) {
    InsnList code = new InsnList();
    int value = Marker.value(marker);
    switch (Marker.kind(marker)) {
      case Marker.ENTRY -> {
        entries++;
        frame = value;
        entersAndPolls = isPoll(at.getNext().getNext(), marker);
        if (!entersAndPolls) {
          enter(code);
        }
      }
      case Marker.CHARGE -> subtract(code, value);
      case Marker.CHARGE_AND_POLL -> {
        polls++;
        if (entersAndPolls) {
          entersAndPolls = false;
          enterAndPoll(code, value);
        } else {
          poll(code, value);
        }
      }
      default -> throw new IllegalStateException("unknown marker in " + method.name);
    }
    instructions.insertBefore(at, code);
  }

  /** Whether a node is a marker that polls: where something jumps to, a label would be in front. */
  private static boolean isPoll(AbstractInsnNode node, long other) {
    return node instanceof LdcInsnNode ldc
        && ldc.cst instanceof Long constant
        && Marker.is(constant, (int) (other >>> 32))
        && Marker.kind(constant) == Marker.CHARGE_AND_POLL;
  }

  /** A call that may look at the word in memory or change it. */
  void call(AbstractInsnNode call) {
    if (!local) {
      return;
    }
    InsnList before = new InsnList();
    write(before);
    cover(before);
    instructions.insertBefore(call, before);
    InsnList after = new InsnList();
    read(after);
    covered = new LabelNode();
    after.add(covered);
    instructions.insert(call, after);
  }

  /** Ends a stretch in which the local variable is what counts. */
  private void cover(InsnList code) {
    LabelNode end = new LabelNode();
    code.add(end);
    method.tryCatchBlocks.add(new TryCatchBlockNode(covered, end, writeBack, null));
  }

  private void read(InsnList code) {
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    code.add(new FieldInsnNode(Opcodes.GETFIELD, MEMORY, "left", "J"));
    code.add(new VarInsnNode(Opcodes.LSTORE, left));
  }

  private void write(InsnList code) {
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    code.add(new VarInsnNode(Opcodes.LLOAD, left));
    code.add(new FieldInsnNode(Opcodes.PUTFIELD, MEMORY, "left", "J"));
  }

  private void subtract(InsnList code, long amount) {
    if (amount == 0) {
      return;
    }
    if (local) {
      code.add(new VarInsnNode(Opcodes.LLOAD, left));
      code.add(new LdcInsnNode(amount));
      code.add(new InsnNode(Opcodes.LSUB));
      code.add(new VarInsnNode(Opcodes.LSTORE, left));
    } else {
      code.add(new VarInsnNode(Opcodes.ALOAD, memory));
      code.add(new InsnNode(Opcodes.DUP));
      code.add(new FieldInsnNode(Opcodes.GETFIELD, MEMORY, "left", "J"));
      code.add(new LdcInsnNode(amount));
      code.add(new InsnNode(Opcodes.LSUB));
      code.add(new FieldInsnNode(Opcodes.PUTFIELD, MEMORY, "left", "J"));
    }
  }

  private void load(InsnList code) {
    if (local) {
      code.add(new VarInsnNode(Opcodes.LLOAD, left));
    } else {
      code.add(new VarInsnNode(Opcodes.ALOAD, memory));
      code.add(new FieldInsnNode(Opcodes.GETFIELD, MEMORY, "left", "J"));
    }
  }

  private void poll(InsnList code, int cost) {
    LabelNode again = new LabelNode();
    LabelNode slow = new LabelNode();
    if (local) {
      code.add(again);
    }
    subtract(code, cost);
    load(code);
    // the budget is the low half
    code.add(new InsnNode(Opcodes.L2I));
    code.add(new JumpInsnNode(Opcodes.IFLT, slow));
    slow("poll", slow);
    if (local) {
      subtract(slowPaths, -cost);
    } else {
      code.add(again);
    }
    slowPaths.add(new JumpInsnNode(Opcodes.GOTO, again));
  }

  private void slow(String helper, LabelNode begin) {
    slowPaths.add(begin);
    if (local) {
      write(slowPaths);
    }
    slowPaths.add(new VarInsnNode(Opcodes.ALOAD, memory));
    slowPaths.add(new MethodInsnNode(Opcodes.INVOKEVIRTUAL, MEMORY, helper, "()V", false));
    if (local) {
      read(slowPaths);
    }
  }

  /**
   * {@link #enter} and {@link #poll} with one subtraction and one test. Where the test fails, the
   * cost is given back first: a function that does not fit on the stack is not paid.
   */
  private void enterAndPoll(InsnList code, int cost) {
    LabelNode entered = new LabelNode();
    LabelNode slow = new LabelNode();
    LabelNode again = new LabelNode();
    subtract(code, ((long) frame << 32) + cost);
    load(code);
    code.add(new LdcInsnNode(SIGNS));
    code.add(new InsnNode(Opcodes.LAND));
    code.add(new InsnNode(Opcodes.LCONST_0));
    code.add(new InsnNode(Opcodes.LCMP));
    code.add(new JumpInsnNode(Opcodes.IFNE, slow));
    code.add(entered);
    slowPaths.add(slow);
    subtract(slowPaths, -cost);
    write(slowPaths);
    slowPaths.add(new VarInsnNode(Opcodes.ALOAD, memory));
    slowPaths.add(new MethodInsnNode(Opcodes.INVOKEVIRTUAL, MEMORY, "checkDepth", "()V", false));
    slowPaths.add(again);
    subtract(slowPaths, cost);
    load(slowPaths);
    slowPaths.add(new InsnNode(Opcodes.L2I));
    slowPaths.add(new JumpInsnNode(Opcodes.IFGE, entered));
    slow("poll", new LabelNode());
    subtract(slowPaths, -cost);
    slowPaths.add(new JumpInsnNode(Opcodes.GOTO, again));
  }

  private void enter(InsnList code) {
    LabelNode fits = new LabelNode();
    LabelNode slow = new LabelNode();
    subtract(code, (long) frame << 32);
    load(code);
    code.add(new InsnNode(Opcodes.LCONST_0));
    code.add(new InsnNode(Opcodes.LCMP));
    code.add(new JumpInsnNode(Opcodes.IFLT, slow));
    code.add(fits);
    slow("checkDepth", slow);
    slowPaths.add(new JumpInsnNode(Opcodes.GOTO, fits));
  }

  /**
   * Called when all markers and calls are done.
   *
   * @param memorySlot where the function has its memory
   */
  void finish(int memorySlot) {
    if (entries != (counted ? 1 : 0) || polls < 1) {
      throw new IllegalStateException("unmetered function " + method.name);
    }
    for (AbstractInsnNode at : instructions.toArray()) {
      int opcode = at.getOpcode();
      if (local && opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
        InsnList code = new InsnList();
        subtract(code, -((long) frame << 32));
        write(code);
        instructions.insertBefore(at, code);
      }
    }
    InsnList start = new InsnList();
    start.add(new VarInsnNode(Opcodes.ALOAD, memorySlot));
    start.add(new TypeInsnNode(Opcodes.CHECKCAST, MEMORY));
    start.add(new VarInsnNode(Opcodes.ASTORE, memory));
    InsnList end = new InsnList();
    if (local) {
      read(start);
      start.add(firstCovered);
      cover(end);
      end.add(writeBack);
      write(end);
      end.add(new InsnNode(Opcodes.ATHROW));
    }
    end.add(slowPaths);
    instructions.insert(start);
    instructions.add(end);
  }
}
