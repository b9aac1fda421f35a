package dev.selene.vm.internal.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.LimitExceededException;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Rewrites one class that Endive has compiled: markers become metering, import bodies become calls
 * of {@link HostCalls}, memory accesses become calls without an interface, interruption checks go.
 *
 * <p>Fails closed: a class in which a marker is left, a function without its entry, or a jump back
 * to a place that does not poll, is an error, and the module does not run.
 */
final class CodeRewriter {
  private static final String MEMORY = Type.getInternalName(PagedMemory.class);
  private static final String ACCESS = "dev/selene/vm/internal/engine/MemoryAccess";
  private static final String MACHINE = CodeCompiler.CLASS_NAME.replace('.', '/');
  private static final String PROCESS = "dev/selene/host/ProcessContext";
  private static final String INTERPRETER = Type.getInternalName(FallbackInterpreter.class);
  private static final String OLD_INTERPRETER =
      "run/endive/runtime/internal/CompilerInterpreterMachine";
  private static final Set<String> REDIRECTED = redirected();

  /** Calculations, and nothing else: tables and memory are not among them. */
  private static final Pattern NUMERIC = Pattern.compile("[IF](32|64)_[A-Z0-9_]+");

  /** Endive's helpers that run no guest code and count nothing. */
  private static final Set<String> QUIET_HELPERS =
      Set.of(
          "readGlobal",
          "writeGlobal",
          "memoryPages",
          "tableGet",
          "tableSet",
          "tableSize",
          "isRefNull",
          "i32_ge_u",
          "isTailCallPending",
          "throwTrapException",
          "throwOutOfBoundsMemoryAccess",
          "throwIndirectCallTypeMismatch");

  /** HotSpot's HugeMethodLimit. */
  private static final int HUGE = 8000;

  private static final int MAX_METHOD = 65_535;

  /** How far an ordinary jump goes. */
  private static final int MAX_JUMP = 32_767;

  /** {@code goto_w}, which the tree passes on to the writer though the API has no name for it. */
  private static final int GOTO_WIDE = 200;

  /**
   * What the frames of one method may take to compute. The largest functions of debug builds take
   * some 100 million operations, hostile ones as many as they like.
   */
  private static final int FRAME_BYTES = 64 << 20;

  private static final long FRAME_OPERATIONS = 1_000_000_000;

  private final MeteredModule metered;
  private final Set<Integer> interpreted;
  private final Set<Integer> huge = new HashSet<>();
  private final Set<Integer> tooLarge = new HashSet<>();

  CodeRewriter(MeteredModule metered, Set<Integer> interpreted) {
    this.metered = metered;
    this.interpreted = interpreted;
  }

  private static Set<String> redirected() {
    Set<String> names = new HashSet<>();
    for (var method : MemoryAccess.class.getDeclaredMethods()) {
      if (java.lang.reflect.Modifier.isPublic(method.getModifiers())) {
        names.add(method.getName() + Type.getMethodDescriptor(method));
      }
    }
    return names;
  }

  Set<Integer> huge() {
    return huge;
  }

  Set<Integer> tooLarge() {
    return tooLarge;
  }

  /** Returns null when a function is {@link #tooLarge}. */
  byte @Nullable [] rewrite(byte[] source) {
    ClassNode node = new ClassNode();
    new ClassReader(source).accept(node, ClassReader.SKIP_FRAMES);
    for (MethodNode method : node.methods) {
      method(method);
    }
    if (!tooLarge.isEmpty()) {
      return null;
    }
    ClassWriter writer = new ObjectMergingWriter();
    try {
      node.accept(writer);
    } catch (LimitExceededException e) {
      findUnwritable(node);
      if (tooLarge.isEmpty()) {
        throw e;
      }
      return null;
    }
    return writer.toByteArray();
  }

  /** Functions whose frames take too much to compute are for the interpreter, too. */
  private void findUnwritable(ClassNode node) {
    for (MethodNode method : node.methods) {
      Integer function = CodeCompiler.functionOf(method.name);
      if (function == null) {
        continue;
      }
      ClassWriter alone = new ObjectMergingWriter();
      alone.visit(node.version, node.access, node.name, null, node.superName, null);
      try {
        method.accept(alone);
      } catch (LimitExceededException e) {
        tooLarge.add(function);
      }
    }
  }

  /** Never loads a class: different classes only ever meet in locals that are dead there. */
  private static final class ObjectMergingWriter extends ClassWriter {
    ObjectMergingWriter() {
      super(ClassWriter.COMPUTE_FRAMES);
      setComputeLimits(FRAME_BYTES, FRAME_OPERATIONS);
    }

    @Override
    protected String getCommonSuperClass(String first, String second) {
      return first.equals(second) ? first : "java/lang/Object";
    }
  }

  private void method(MethodNode method) {
    Integer function = CodeCompiler.functionOf(method.name);
    if (function != null && function < metered.importedFunctions()) {
      importBody(method, function);
      return;
    }
    boolean compiled = function != null && !interpreted.contains(function) && !metered.unmetered();
    int own = compiled ? Objects.requireNonNull(function) - metered.importedFunctions() : -1;
    boolean leaf = compiled && metered.leaves().get(own);
    boolean loops = compiled && checkJumps(method, leaf);
    FunctionMetering metering =
        compiled && !leaf ? new FunctionMetering(method, metered.counted().get(own), loops) : null;
    for (AbstractInsnNode at = method.instructions.getFirst(); at != null; ) {
      AbstractInsnNode next = at.getNext();
      if (isMarker(at)) {
        AbstractInsnNode pop = next;
        if (pop == null || pop.getOpcode() != Opcodes.POP2 || metering == null) {
          throw new IllegalStateException("misplaced marker in " + method.name);
        }
        next = pop.getNext();
        metering.marker(at, marker(at));
        method.instructions.remove(pop);
        method.instructions.remove(at);
      } else if (at instanceof MethodInsnNode call) {
        if (interruption(call)) {
          method.instructions.remove(call);
        } else {
          redirect(call);
          if (compiled && !isQuiet(call)) {
            if (metering == null) {
              throw new IllegalStateException(
                  "leaf " + method.name + " calls " + call.owner + "." + call.name);
            }
            metering.call(call);
          }
        }
      } else if (at instanceof TypeInsnNode type && type.desc.equals(OLD_INTERPRETER)) {
        if (type.getOpcode() == Opcodes.NEW) {
          type.desc = INTERPRETER;
        }
      }
      at = next;
    }
    if (metering != null) {
      metering.finish(memorySlot(method));
    }
    size(method, function);
  }

  private static boolean interruption(MethodInsnNode call) {
    return isShaded(call) && call.name.equals("checkInterruption");
  }

  private static boolean isShaded(MethodInsnNode call) {
    return call.getOpcode() == Opcodes.INVOKESTATIC && call.owner.endsWith("Shaded");
  }

  /** Whether a call runs no guest code but leaves, and neither reads nor changes the budget. */
  private boolean isQuiet(MethodInsnNode call) {
    Integer function = CodeCompiler.functionOf(call.name);
    if (function != null) {
      int own = function - metered.importedFunctions();
      return own >= 0 && metered.leaves().get(own);
    }
    return switch (call.owner) {
      case ACCESS -> call.name.startsWith("memoryRead") || call.name.startsWith("memoryWrite");
      case "run/endive/runtime/OpcodeImpl" -> NUMERIC.matcher(call.name).matches();
      default ->
          call.owner.startsWith("java/lang/")
              || call.owner.equals(MACHINE) && call.name.startsWith("value_")
              || call.name.equals("<init>")
              || isShaded(call) && QUIET_HELPERS.contains(call.name);
    };
  }

  private void size(MethodNode method, @Nullable Integer function) {
    if (function == null) {
      return;
    }
    CodeSizeEvaluator size = new CodeSizeEvaluator(null);
    method.accept(size);
    if (size.getMinSize() <= HUGE) {
      return;
    }
    huge.add(function);
    if (size.getMaxSize() > MAX_JUMP && widenJumps(method) > MAX_METHOD) {
      // Said before the class is written, since that is only done once.
      tooLarge.add(function);
    }
  }

  /**
   * Makes all jumps back that may be long reach any place. ASM's writer does so by itself for those
   * that it knows to be long; but those that only get long because it widens others it takes for
   * jumps ahead, and fails (9.11.1).
   *
   * @return the most bytes that the method can have
   */
  private static int widenJumps(MethodNode method) {
    Map<AbstractInsnNode, Integer> positions = new HashMap<>();
    CodeSizeEvaluator size = new CodeSizeEvaluator(null);
    for (AbstractInsnNode at : method.instructions) {
      positions.put(at, size.getMaxSize());
      at.accept(size);
    }
    int most = size.getMaxSize();
    for (AbstractInsnNode at : method.instructions.toArray()) {
      if (at instanceof JumpInsnNode jump) {
        int distance =
            Objects.requireNonNull(positions.get(jump.label))
                - Objects.requireNonNull(positions.get(jump));
        if (Math.abs(distance) < MAX_JUMP) {
          most -= jump.getOpcode() == Opcodes.GOTO ? 2 : 5;
        } else if (distance < 0) {
          widen(method, jump);
        }
      }
    }
    return most;
  }

  private static void widen(MethodNode method, JumpInsnNode jump) {
    if (jump.getOpcode() != Opcodes.GOTO) {
      LabelNode over = new LabelNode();
      method.instructions.insertBefore(jump, new JumpInsnNode(opposite(jump.getOpcode()), over));
      method.instructions.insert(jump, over);
    }
    jump.setOpcode(GOTO_WIDE);
  }

  /** The jump with the opposite condition: they come in pairs, from odd numbers on but for two. */
  private static int opposite(int jump) {
    return jump >= Opcodes.IFNULL ? jump ^ 1 : ((jump + 1) ^ 1) - 1;
  }

  private boolean isMarker(AbstractInsnNode node) {
    return node instanceof LdcInsnNode ldc
        && ldc.cst instanceof Long constant
        && Marker.is(constant, metered.prefix());
  }

  private static long marker(AbstractInsnNode node) {
    return (Long) ((LdcInsnNode) node).cst;
  }

  private static void redirect(MethodInsnNode call) {
    if (isShaded(call)) {
      if (REDIRECTED.contains(call.name + call.desc)) {
        call.owner = ACCESS;
      }
    } else if (call.owner.equals(OLD_INTERPRETER) && call.name.equals("<init>")) {
      call.owner = INTERPRETER;
    }
  }

  /** Every jump back must land on a poll; leaves have none. Returns whether there is one. */
  private boolean checkJumps(MethodNode method, boolean leaf) {
    Map<LabelNode, Integer> positions = new HashMap<>();
    int position = 0;
    for (AbstractInsnNode at : method.instructions) {
      if (at instanceof LabelNode label) {
        positions.put(label, position);
      }
      position++;
    }
    position = 0;
    boolean loops = false;
    for (AbstractInsnNode at : method.instructions) {
      for (LabelNode target : targets(at)) {
        if (Objects.requireNonNull(positions.get(target)) <= position) {
          loops = true;
          if (leaf || !polls(target)) {
            throw new IllegalStateException("unmetered loop in " + method.name);
          }
        }
      }
      position++;
    }
    return loops;
  }

  private static List<LabelNode> targets(AbstractInsnNode node) {
    return switch (node) {
      case JumpInsnNode jump -> List.of(jump.label);
      case TableSwitchInsnNode table -> with(table.labels, table.dflt);
      case LookupSwitchInsnNode lookup -> with(lookup.labels, lookup.dflt);
      default -> List.of();
    };
  }

  private static List<LabelNode> with(List<LabelNode> labels, LabelNode other) {
    List<LabelNode> all = new ArrayList<>(labels);
    all.add(other);
    return all;
  }

  private boolean polls(LabelNode target) {
    AbstractInsnNode at = target;
    while (at != null && at.getOpcode() < 0) {
      at = at.getNext();
    }
    return at != null && isMarker(at) && Marker.kind(marker(at)) == Marker.CHARGE_AND_POLL;
  }

  private static int memorySlot(MethodNode method) {
    int slots = 0;
    for (Type type : Type.getArgumentTypes(method.desc)) {
      slots += type.getSize();
    }
    return slots - 2;
  }

  private static void importBody(MethodNode method, int index) {
    int memory = memorySlot(method);
    Type[] parameters = Type.getArgumentTypes(method.desc);
    Type result = Type.getReturnType(method.desc);
    InsnList code = new InsnList();
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    code.add(new TypeInsnNode(Opcodes.CHECKCAST, MEMORY));
    code.add(new FieldInsnNode(Opcodes.GETFIELD, MEMORY, "process", "L" + PROCESS + ";"));
    StringBuilder descriptor = new StringBuilder("(L" + PROCESS + ";");
    int slot = 0;
    for (int i = 0; i < parameters.length - 2; i++) {
      code.add(new VarInsnNode(parameters[i].getOpcode(Opcodes.ILOAD), slot));
      slot += parameters[i].getSize();
      descriptor.append(parameters[i].getDescriptor());
    }
    descriptor.append(')').append(result.getDescriptor());
    code.add(
        new MethodInsnNode(
            Opcodes.INVOKESTATIC,
            HostCallsGenerator.INTERNAL_NAME,
            HostCallsGenerator.methodName(index),
            descriptor.toString(),
            false));
    code.add(new InsnNode(result.getOpcode(Opcodes.IRETURN)));
    method.instructions = code;
    method.tryCatchBlocks.clear();
    method.localVariables = null;
  }
}
