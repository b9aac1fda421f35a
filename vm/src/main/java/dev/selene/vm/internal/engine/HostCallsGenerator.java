package dev.selene.vm.internal.engine;

import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.GeneratorAdapter;
import org.objectweb.asm.commons.Method;

/**
 * Makes the class through which a module's guests call the host: plain calls of the annotated
 * methods, so that nothing has to be bound, spun or unboxed when a guest calls an import for the
 * first time. Method handles did that before, and cost some ten milliseconds for each new signature
 * in a cold machine.
 *
 * <p>The receivers are static final fields, hence constants to the JVM's compiler. A host module
 * whose class this loader cannot see (an embedder's plug-in) is called through a method handle.
 */
final class HostCallsGenerator {
  static final String CLASS_NAME = "dev.selene.vm.internal.engine.generated.HostCalls";
  static final String INTERNAL_NAME = CLASS_NAME.replace('.', '/');

  private static final Type CONTEXT = Type.getObjectType("dev/selene/host/ProcessContext");
  private static final Type LOADER = Type.getType(HostCallsLoader.class);
  private static final Type HANDLE = Type.getType(MethodHandle.class);
  private static final Type FAILURE = Type.getType(HostCallFailure.class);
  private static final Type THROWABLE = Type.getType(Throwable.class);
  private static final Type LONGS = Type.getType(long[].class);

  private static final String CONTEXT_PARAMETER = "(" + CONTEXT.getDescriptor();

  private final List<HostFunction> functions;

  /** The class of each function's module; null for those called through a handle. */
  private final List<@Nullable Class<?>> receivers = new ArrayList<>();

  /** For these functions; import N is the N-th. */
  HostCallsGenerator(List<HostFunction> functions) {
    this.functions = functions;
    Map<HostModule, Boolean> visible = new IdentityHashMap<>();
    for (HostFunction function : functions) {
      HostFunction.Target target = function.target();
      receivers.add(
          target != null
                  && visible.computeIfAbsent(target.receiver(), HostCallsGenerator::isVisible)
              ? target.receiver().getClass()
              : null);
    }
  }

  /**
   * The class.
   *
   * @param kept one that was generated before; taken when it calls the same methods
   */
  HostCallsClass generate(@Nullable HostCallsClass kept) {
    String targets = targets();
    return kept != null && kept.targets().equals(targets)
        ? kept
        : new HostCallsClass(targets, new Writing().bytes());
  }

  private String targets() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < functions.size(); i++) {
      HostFunction function = functions.get(i);
      Class<?> receiver = receivers.get(i);
      if (receiver != null && function.target() != null) {
        text.append(receiver.getName()).append('.').append(function.target().method());
      }
      text.append(function.descriptor()).append(';');
    }
    return text.toString();
  }

  /** An object of a class that {@link #generate} returned. */
  HostCalls load(HostCallsClass generated) {
    List<Object> targets = new ArrayList<>();
    for (int i = 0; i < functions.size(); i++) {
      HostFunction.Target target = functions.get(i).target();
      targets.add(
          receivers.get(i) != null && target != null
              ? target.receiver()
              : functions.get(i).handle());
    }
    HostCallsLoader loader = new HostCallsLoader(generated.bytes(), targets);
    try {
      return (HostCalls)
          Class.forName(CLASS_NAME, true, loader).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated class cannot be made", e);
    }
  }

  static boolean isVisible(HostModule module) {
    try {
      return Class.forName(
              module.getClass().getName(), false, HostCallsGenerator.class.getClassLoader())
          == module.getClass();
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static String methodName(int index) {
    return "call_" + index;
  }

  private static Method directMethod(HostFunction function, int index) {
    return new Method(methodName(index), CONTEXT_PARAMETER + function.descriptor().substring(1));
  }

  /** The work of the library that writes classes, which a start does without where it can. */
  private final class Writing {
    private final ClassWriter writer =
        new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
          @Override
          protected String getCommonSuperClass(String first, String second) {
            return first.equals(second) ? first : "java/lang/Object";
          }
        };

    private Type targetType(int index) {
      Class<?> receiver = receivers.get(index);
      return receiver == null ? HANDLE : Type.getType(receiver);
    }

    private byte[] bytes() {
      writer.visit(
          Opcodes.V21,
          Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
          INTERNAL_NAME,
          null,
          "java/lang/Object",
          new String[] {Type.getInternalName(HostCalls.class)});
      constructor();
      GeneratorAdapter initializer = adapter("<clinit>", "()V", Opcodes.ACC_STATIC);
      for (int i = 0; i < functions.size(); i++) {
        field(initializer, i);
        direct(i);
      }
      initializer.returnValue();
      initializer.endMethod();
      interpreted();
      writer.visitEnd();
      return writer.toByteArray();
    }

    private GeneratorAdapter adapter(String name, String descriptor, int access) {
      MethodVisitor visitor = writer.visitMethod(access, name, descriptor, null, null);
      GeneratorAdapter adapter = new GeneratorAdapter(visitor, access, name, descriptor);
      adapter.visitCode();
      return adapter;
    }

    private void constructor() {
      GeneratorAdapter code = adapter("<init>", "()V", Opcodes.ACC_PUBLIC);
      code.loadThis();
      code.invokeConstructor(Type.getType(Object.class), Method.getMethod("void <init> ()"));
      code.returnValue();
      code.endMethod();
    }

    private void field(GeneratorAdapter initializer, int index) {
      Type type = targetType(index);
      writer.visitField(
          Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL,
          "target_" + index,
          type.getDescriptor(),
          null,
          null);
      initializer.push(Type.getObjectType(INTERNAL_NAME));
      initializer.push(index);
      initializer.invokeStatic(LOADER, Method.getMethod("Object target (Class, int)"));
      initializer.checkCast(type);
      initializer.putStatic(Type.getObjectType(INTERNAL_NAME), "target_" + index, type);
    }

    private void direct(int index) {
      HostFunction function = functions.get(index);
      Method method = directMethod(function, index);
      GeneratorAdapter code =
          adapter(
              method.getName(), method.getDescriptor(), Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC);
      Label start = code.mark();
      Type target = targetType(index);
      code.getStatic(Type.getObjectType(INTERNAL_NAME), "target_" + index, target);
      code.loadArgs();
      if (target.equals(HANDLE) || function.target() == null) {
        code.invokeVirtual(HANDLE, new Method("invokeExact", method.getDescriptor()));
      } else {
        code.invokeVirtual(target, new Method(function.target().method(), method.getDescriptor()));
      }
      Label end = code.mark();
      code.returnValue();
      code.catchException(start, end, THROWABLE);
      code.invokeStatic(FAILURE, Method.getMethod("RuntimeException of (Throwable)"));
      code.throwException();
      code.endMethod();
    }

    private void interpreted() {
      GeneratorAdapter code =
          adapter(
              "call",
              Type.getMethodDescriptor(Type.LONG_TYPE, Type.INT_TYPE, CONTEXT, LONGS),
              Opcodes.ACC_PUBLIC);
      Label[] labels = new Label[functions.size()];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = new Label();
      }
      Label unknown = new Label();
      if (labels.length > 0) {
        code.loadArg(0);
        code.visitTableSwitchInsn(0, labels.length - 1, unknown, labels);
      }
      for (int i = 0; i < labels.length; i++) {
        code.mark(labels[i]);
        interpretedCase(code, i);
      }
      code.mark(unknown);
      code.throwException(Type.getType(IllegalArgumentException.class), "unknown import");
      code.endMethod();
    }

    private void interpretedCase(GeneratorAdapter code, int index) {
      Method method = directMethod(functions.get(index), index);
      Type[] parameters = method.getArgumentTypes();
      code.loadArg(1);
      for (int i = 1; i < parameters.length; i++) {
        code.loadArg(2);
        code.push(i - 1);
        code.arrayLoad(Type.LONG_TYPE);
        fromLong(code, parameters[i]);
      }
      code.invokeStatic(Type.getObjectType(INTERNAL_NAME), method);
      toLong(code, method.getReturnType());
      code.returnValue();
    }

    private static void fromLong(GeneratorAdapter code, Type type) {
      switch (type.getSort()) {
        case Type.INT -> code.cast(Type.LONG_TYPE, Type.INT_TYPE);
        case Type.FLOAT -> {
          code.cast(Type.LONG_TYPE, Type.INT_TYPE);
          code.invokeStatic(
              Type.getType(Float.class), Method.getMethod("float intBitsToFloat (int)"));
        }
        case Type.DOUBLE ->
            code.invokeStatic(
                Type.getType(Double.class), Method.getMethod("double longBitsToDouble (long)"));
        default -> {}
      }
    }

    private static void toLong(GeneratorAdapter code, Type type) {
      switch (type.getSort()) {
        case Type.VOID -> code.push(0L);
        case Type.INT -> code.cast(Type.INT_TYPE, Type.LONG_TYPE);
        case Type.FLOAT -> {
          code.invokeStatic(
              Type.getType(Float.class), Method.getMethod("int floatToRawIntBits (float)"));
          code.cast(Type.INT_TYPE, Type.LONG_TYPE);
        }
        case Type.DOUBLE ->
            code.invokeStatic(
                Type.getType(Double.class), Method.getMethod("long doubleToRawLongBits (double)"));
        default -> {}
      }
    }
  }
}
