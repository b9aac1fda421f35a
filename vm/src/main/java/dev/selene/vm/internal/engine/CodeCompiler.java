package dev.selene.vm.internal.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.internal.ByteClassCollector;
import run.endive.compiler.internal.Compiler;
import run.endive.compiler.internal.CompilerResult;
import run.endive.runtime.Instance;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;

/**
 * Endive's compiler, then our rewriting. A function that is too large for a JVM method, before or
 * after rewriting, is left to the interpreter and everything else is compiled again.
 *
 * <p>Endive's compiler is used without its class loader: its public entry point also defines and
 * verifies the classes as they were before rewriting.
 */
final class CodeCompiler {
  /** Main class of compiled code; the others have it as a prefix. */
  static final String CLASS_NAME = "dev.selene.guest.Machine";

  /**
   * The JVM verifies a class when the first of its functions is called: in one class, 900 functions
   * take 25 ms of the start of a program that calls a few of them. Fewer than this gain nothing.
   */
  private static final int FUNCTIONS_A_CLASS = 32;

  private static final int MAX_ATTEMPTS = 50;
  private static final int MAX_INSTRUCTIONS = 65_535;

  /** So many instructions never make a method of 32 KiB, over which ASM has to widen jumps. */
  private static final int MOST_SURELY_WRITTEN = 2_000;

  /** Compilations in search of what cannot be written: enough for one in thousands. */
  private static final int MOST_SEARCHES = 24;

  /** A {@link java.util.function.Function} from an instance to its machine. */
  static final String FACTORY_NAME = CLASS_NAME + "Factory";

  private CodeCompiler() {}

  static CompiledCode.Classes compile(WasmModule module, MeteredModule metered) {
    Set<Integer> interpreted = surelyTooLarge(module, metered);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        // Endive's own fallback tries again without bound, once for each large function
        return rewrite(compile(module, interpreted), metered, interpreted);
      } catch (TooLarge e) {
        interpreted.addAll(e.functions);
      } catch (MethodTooLargeException e) {
        interpreted.add(function(e));
      } catch (ArrayIndexOutOfBoundsException e) {
        if (!interpreted.addAll(new UnwritableFunctions(module, metered, interpreted).find())) {
          throw e;
        }
      }
    }
    throw new IllegalStateException("more than " + MAX_ATTEMPTS + " functions are too large");
  }

  private static CompilerResult compile(WasmModule module, Set<Integer> interpreted) {
    Compiler compiler =
        Compiler.builder(module)
            .withClassName(CLASS_NAME)
            .withClassCollectorFactory(ByteClassCollector::new)
            .withInterpreterFallback(InterpreterFallback.FAIL)
            .withInterpretedFunctions(interpreted)
            .withMaxFunctionsPerClass(FUNCTIONS_A_CLASS)
            .build();
    try {
      return compiler.compile();
    } catch (WasmEngineException e) {
      if (e.getCause() instanceof MethodTooLargeException large) {
        throw large;
      }
      throw e;
    }
  }

  /**
   * Finds the functions over half of the largest method that ASM cannot write for Endive; see
   * {@code CodeRewriter.widenJumps}. Halves of those that are large enough are compiled, and halves
   * of the halves, until each culprit is known. When that takes too long, what is left is taken for
   * one.
   */
  private static final class UnwritableFunctions {
    private final WasmModule module;
    private final Set<Integer> all = new TreeSet<>();
    private final List<Integer> candidates = new ArrayList<>();
    private final Set<Integer> found = new TreeSet<>();
    private int compilations;

    UnwritableFunctions(WasmModule module, MeteredModule metered, Set<Integer> interpreted) {
      this.module = module;
      for (int i = 0; i < metered.functions(); i++) {
        Integer function = metered.importedFunctions() + i;
        all.add(function);
        if (!interpreted.contains(function)
            && module.codeSection().getFunctionBody(i).instructions().size()
                > MOST_SURELY_WRITTEN) {
          candidates.add(function);
        }
      }
    }

    Set<Integer> find() {
      find(candidates);
      return found;
    }

    private void find(List<Integer> some) {
      if (some.isEmpty() || isWritable(some)) {
        return;
      }
      if (some.size() == 1 || compilations >= MOST_SEARCHES) {
        found.addAll(some);
        return;
      }
      find(some.subList(0, some.size() / 2));
      find(some.subList(some.size() / 2, some.size()));
    }

    private boolean isWritable(List<Integer> some) {
      Set<Integer> others = new TreeSet<>(all);
      others.removeAll(some);
      compilations++;
      try {
        compile(module, others);
        return true;
      } catch (ArrayIndexOutOfBoundsException | MethodTooLargeException e) {
        return false;
      }
    }
  }

  /** No instruction besides block structure takes less than a byte of JVM code. */
  private static Set<Integer> surelyTooLarge(WasmModule module, MeteredModule metered) {
    Set<Integer> large = new TreeSet<>();
    for (int i = 0; i < metered.functions(); i++) {
      if (module.codeSection().getFunctionBody(i).instructions().size() > MAX_INSTRUCTIONS) {
        large.add(metered.importedFunctions() + i);
      }
    }
    return large;
  }

  /** Functions found too large while rewriting. */
  private static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Set<Integer> functions;

    TooLarge(Set<Integer> functions) {
      super(null, null, false, false);
      this.functions = functions;
    }
  }

  private static int function(MethodTooLargeException e) {
    String name = e.getMethodName();
    if (!name.startsWith("func_")) {
      throw e;
    }
    return Integer.parseInt(name, "func_".length(), name.length(), 10);
  }

  private static CompiledCode.Classes rewrite(
      CompilerResult result, MeteredModule metered, Set<Integer> interpreted) throws TooLarge {
    Map<String, byte[]> classes = new HashMap<>();
    Set<Integer> huge = new TreeSet<>();
    Set<Integer> tooLarge = new TreeSet<>();
    for (Map.Entry<String, byte[]> entry : result.classBytes().entrySet()) {
      CodeRewriter rewriter = new CodeRewriter(metered, interpreted);
      byte[] bytes = rewriter.rewrite(entry.getValue());
      huge.addAll(rewriter.huge());
      tooLarge.addAll(rewriter.tooLarge());
      if (bytes != null) {
        classes.put(entry.getKey().replace('/', '.'), bytes);
      }
    }
    if (!tooLarge.isEmpty()) {
      throw new TooLarge(tooLarge);
    }
    classes.put(FACTORY_NAME, factory());
    List<Integer> hugeList = new ArrayList<>(huge);
    return new CompiledCode.Classes(classes, hugeList, new ArrayList<>(interpreted));
  }

  /**
   * The class that makes machines. For a constructor with a parameter, reflection and method
   * handles have the JVM write classes when it is first called, 7 ms of a start.
   */
  private static byte[] factory() {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        Opcodes.V21,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        FACTORY_NAME.replace('.', '/'),
        null,
        "java/lang/Object",
        new String[] {"java/util/function/Function"});
    MethodVisitor constructor = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
    constructor.visitCode();
    constructor.visitVarInsn(Opcodes.ALOAD, 0);
    constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    constructor.visitInsn(Opcodes.RETURN);
    constructor.visitMaxs(0, 0);
    constructor.visitEnd();
    String machine = CLASS_NAME.replace('.', '/');
    String instance = Type.getInternalName(Instance.class);
    MethodVisitor apply =
        writer.visitMethod(
            Opcodes.ACC_PUBLIC, "apply", "(Ljava/lang/Object;)Ljava/lang/Object;", null, null);
    apply.visitCode();
    apply.visitTypeInsn(Opcodes.NEW, machine);
    apply.visitInsn(Opcodes.DUP);
    apply.visitVarInsn(Opcodes.ALOAD, 1);
    apply.visitTypeInsn(Opcodes.CHECKCAST, instance);
    apply.visitMethodInsn(Opcodes.INVOKESPECIAL, machine, "<init>", "(L" + instance + ";)V", false);
    apply.visitInsn(Opcodes.ARETURN);
    apply.visitMaxs(0, 0);
    apply.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  /** Whether a class or method name is one of a compiled function. */
  static @Nullable Integer functionOf(String method) {
    if (!method.startsWith("func_")) {
      return null;
    }
    return Integer.valueOf(method.substring("func_".length()));
  }
}
