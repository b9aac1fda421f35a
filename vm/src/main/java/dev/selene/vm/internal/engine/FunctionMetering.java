package dev.selene.vm.internal.engine;

import java.util.List;
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
 * <p>A function without loops subtracts from {@link PagedMemory#budget}. One with loops keeps the
 * budget in a local variable, so that a round of a loop neither reads nor writes it in memory: it
 * is written back before every call that could look at it or change it, before a return, and when
 * something is thrown, and read again after the call. What is thrown by such a call itself passes
 * by, as the variable is out of date by then.
 *
 * <p>A function that counts depth keeps the depth at its entry in a local variable and restores it
 * before it returns; after something was thrown, whoever catches it restores the depth.
 */
final class FunctionMetering {
  private static final String MEMORY = Type.getInternalName(PagedMemory.class);
  private static final boolean AGAIN = Boolean.getBoolean("again");

  private final MethodNode method;
  private final InsnList instructions;
  private final boolean counted;

  /** Whether the budget is in a local variable. */
  private final boolean loops;

  private final int memory;
  private final int depth;
  private final int budget;
  private final InsnList slowPaths = new InsnList();
  private final LabelNode writeBack = new LabelNode();
  private LabelNode covered = new LabelNode();
  private int entries;
  private int polls;

  FunctionMetering(MethodNode method, boolean counted, boolean loops) {
    this.method = method;
    this.instructions = method.instructions;
    this.counted = counted;
    this.loops = loops;
    this.memory = method.maxLocals;
    this.depth = method.maxLocals + 1;
    this.budget = method.maxLocals + 2;
  }

  void marker(AbstractInsnNode at, long marker) {
    InsnList code = new InsnList();
    int value = Marker.value(marker);
    switch (Marker.kind(marker)) {
      case Marker.ENTRY -> {
        entries++;
        enter(code, value);
      }
      case Marker.CHARGE -> charge(code, value);
      case Marker.CHARGE_AND_POLL -> {
        polls++;
        if (loops) {
          LabelNode again = new LabelNode();
          if (AGAIN) {
            code.add(again);
          }
          charge(code, value);
          poll(code, again, value);
        } else {
          charge(code, value);
          poll(code);
        }
      }
      default -> throw new IllegalStateException("unknown marker in " + method.name);
    }
    instructions.insertBefore(at, code);
  }

  /** A call that may look at the budget in memory or change it. */
  void call(AbstractInsnNode call) {
    if (!loops) {
      return;
    }
    InsnList before = new InsnList();
    writeBudget(before);
    cover(before, new LabelNode());
    instructions.insertBefore(call, before);
    InsnList after = new InsnList();
    readBudget(after);
    covered = new LabelNode();
    after.add(covered);
    instructions.insert(call, after);
  }

  private void cover(InsnList code, LabelNode end) {
    code.add(end);
    method.tryCatchBlocks.add(new TryCatchBlockNode(covered, end, writeBack, null));
  }

  private void field(InsnList code, int opcode, String name, String type) {
    code.add(new FieldInsnNode(opcode, MEMORY, name, type));
  }

  private void readBudget(InsnList code) {
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    field(code, Opcodes.GETFIELD, "budget", "J");
    code.add(new VarInsnNode(Opcodes.LSTORE, budget));
  }

  private void writeBudget(InsnList code) {
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    code.add(new VarInsnNode(Opcodes.LLOAD, budget));
    field(code, Opcodes.PUTFIELD, "budget", "J");
  }

  private void charge(InsnList code, int cost) {
    if (cost == 0) {
      return;
    }
    if (loops) {
      code.add(new VarInsnNode(Opcodes.LLOAD, budget));
    } else {
      code.add(new VarInsnNode(Opcodes.ALOAD, memory));
      code.add(new InsnNode(Opcodes.DUP));
      field(code, Opcodes.GETFIELD, "budget", "J");
    }
    code.add(new LdcInsnNode((long) cost));
    code.add(new InsnNode(Opcodes.LSUB));
    if (loops) {
      code.add(new VarInsnNode(Opcodes.LSTORE, budget));
    } else {
      field(code, Opcodes.PUTFIELD, "budget", "J");
    }
  }

  private void poll(InsnList code) {
    LabelNode enough = new LabelNode();
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    field(code, Opcodes.GETFIELD, "budget", "J");
    code.add(new InsnNode(Opcodes.LCONST_0));
    code.add(new InsnNode(Opcodes.LCMP));
    code.add(new JumpInsnNode(Opcodes.IFGE, enough));
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    code.add(new MethodInsnNode(Opcodes.INVOKEVIRTUAL, MEMORY, "poll", "()V", false));
    code.add(enough);
  }

  private void poll(InsnList code, LabelNode again, int cost) {
    LabelNode slow = new LabelNode();
    code.add(new VarInsnNode(Opcodes.LLOAD, budget));
    code.add(new InsnNode(Opcodes.LCONST_0));
    code.add(new InsnNode(Opcodes.LCMP));
    code.add(new JumpInsnNode(Opcodes.IFLT, slow));
    slowPaths.add(slow);
    writeBudget(slowPaths);
    slowPaths.add(new VarInsnNode(Opcodes.ALOAD, memory));
    slowPaths.add(new MethodInsnNode(Opcodes.INVOKEVIRTUAL, MEMORY, "poll", "()V", false));
    readBudget(slowPaths);
    if (AGAIN) {
      slowPaths.add(new VarInsnNode(Opcodes.LLOAD, budget));
      slowPaths.add(new LdcInsnNode((long) cost));
      slowPaths.add(new InsnNode(Opcodes.LADD));
      slowPaths.add(new VarInsnNode(Opcodes.LSTORE, budget));
    } else {
      code.add(again);
    }
    slowPaths.add(new JumpInsnNode(Opcodes.GOTO, again));
  }

  private void enter(InsnList code, int bytes) {
    LabelNode fits = new LabelNode();
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    code.add(new VarInsnNode(Opcodes.ILOAD, depth));
    code.add(new LdcInsnNode(bytes));
    code.add(new InsnNode(Opcodes.IADD));
    code.add(new InsnNode(Opcodes.DUP_X1));
    field(code, Opcodes.PUTFIELD, "depth", "I");
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    field(code, Opcodes.GETFIELD, "depthLimit", "I");
    code.add(new JumpInsnNode(Opcodes.IF_ICMPLE, fits));
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    code.add(new MethodInsnNode(Opcodes.INVOKEVIRTUAL, MEMORY, "stackOverflow", "()V", false));
    code.add(fits);
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
      if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
        InsnList code = new InsnList();
        leave(code);
        instructions.insertBefore(at, code);
      }
    }
    instructions.insert(start(memorySlot));
    if (loops) {
      InsnList end = new InsnList();
      cover(end, new LabelNode());
      end.add(writeBack);
      writeBudget(end);
      end.add(new InsnNode(Opcodes.ATHROW));
      end.add(slowPaths);
      instructions.add(end);
    }
  }

  private InsnList start(int memorySlot) {
    InsnList start = new InsnList();
    start.add(new VarInsnNode(Opcodes.ALOAD, memorySlot));
    start.add(new TypeInsnNode(Opcodes.CHECKCAST, MEMORY));
    start.add(new VarInsnNode(Opcodes.ASTORE, memory));
    if (counted) {
      start.add(new VarInsnNode(Opcodes.ALOAD, memory));
      field(start, Opcodes.GETFIELD, "depth", "I");
      start.add(new VarInsnNode(Opcodes.ISTORE, depth));
    }
    if (loops) {
      readBudget(start);
      start.add(firstCovered());
    }
    return start;
  }

  private LabelNode firstCovered() {
    List<TryCatchBlockNode> blocks = method.tryCatchBlocks;
    return blocks.isEmpty() ? covered : blocks.getFirst().start;
  }

  private void leave(InsnList code) {
    if (loops) {
      writeBudget(code);
    }
    if (counted) {
      code.add(new VarInsnNode(Opcodes.ALOAD, memory));
      code.add(new VarInsnNode(Opcodes.ILOAD, depth));
      field(code, Opcodes.PUTFIELD, "depth", "I");
    }
  }
}
