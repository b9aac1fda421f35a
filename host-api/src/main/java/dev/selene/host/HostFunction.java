package dev.selene.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One import, ready to be linked.
 *
 * @param module import module name
 * @param name import name
 * @param descriptor the method's descriptor without its {@link ProcessContext}, for example {@code
 *     (IJ)I}
 * @param target the annotated method and its module; null where every call traps
 */
public record HostFunction(String module, String name, String descriptor, @Nullable Target target) {
  private static final MethodHandle ABSENT;

  static {
    try {
      ABSENT =
          MethodHandles.lookup()
              .findStatic(
                  HostFunction.class,
                  "absent",
                  MethodType.methodType(HostTrap.class, String.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Where a call goes.
   *
   * @param method name of the annotated method
   * @param receiver the module it belongs to
   */
  public record Target(String method, HostModule receiver) {}

  /**
   * All imports of a module: those of its {@link ImportIndex} where it was compiled with one, else
   * those whose annotations are found now.
   *
   * @param module the host module
   * @return one entry a method with {@link Import}
   * @throws IllegalArgumentException when a method cannot be an import
   */
  public static List<HostFunction> of(HostModule module) {
    ImportIndex index = indexOf(module.getClass());
    return index == null ? annotated(module) : indexed(module, index.entries());
  }

  /** Null where there is none, or none that can be reached from here. */
  static @Nullable ImportIndex indexOf(Class<? extends HostModule> module) {
    try {
      return Class.forName(module.getName() + "Index", true, module.getClassLoader())
          .asSubclass(ImportIndex.class)
          .getConstructor()
          .newInstance();
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException
        | ClassCastException e) {
      return null;
    }
  }

  private static List<HostFunction> indexed(HostModule module, String[] entries) {
    String name = module.name();
    List<HostFunction> functions = new ArrayList<>(entries.length / 3);
    for (int i = 0; i < entries.length; i += 3) {
      functions.add(
          new HostFunction(name, entries[i], entries[i + 2], new Target(entries[i + 1], module)));
    }
    return functions;
  }

  /** The same without an index. */
  static List<HostFunction> annotated(HostModule module) {
    List<HostFunction> functions = new ArrayList<>();
    for (Method method : module.getClass().getMethods()) {
      Import annotation = method.getAnnotation(Import.class);
      if (annotation != null) {
        checkSignature(method);
        functions.add(
            new HostFunction(
                module.name(),
                annotation.value(),
                MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                    .dropParameterTypes(0, 1)
                    .toMethodDescriptorString(),
                new Target(method.getName(), module)));
      }
    }
    return functions;
  }

  private static void checkSignature(Method method) {
    Class<?>[] parameters = method.getParameterTypes();
    boolean usable =
        parameters.length > 0
            && parameters[0] == ProcessContext.class
            && (method.getReturnType() == void.class || isNumber(method.getReturnType()))
            && !Modifier.isStatic(method.getModifiers());
    for (int i = 1; usable && i < parameters.length; i++) {
      usable = isNumber(parameters[i]);
    }
    if (!usable) {
      throw new IllegalArgumentException(
          method
              + " cannot be an import: it must be an instance method that takes a ProcessContext,"
              + " then int, long, float or double, and returns one of these or void");
    }
  }

  private static boolean isNumber(Class<?> type) {
    return type == int.class || type == long.class || type == float.class || type == double.class;
  }

  /**
   * A function of an import module that this virtual machine was built without: modules that import
   * it can be linked, and trap when they call it.
   *
   * @param module import module name
   * @param name import name
   * @param signature what the importing module wants
   * @return the function
   */
  public static HostFunction absent(String module, String name, MethodType signature) {
    return new HostFunction(module, name, signature.toMethodDescriptorString(), null);
  }

  private static HostTrap absent(String name) {
    return new HostTrap(name + " is not part of this virtual machine");
  }

  /**
   * The Java type without the {@link ProcessContext}.
   *
   * @return for example {@code (int,long)int}
   */
  public MethodType signature() {
    return MethodType.fromMethodDescriptorString(descriptor, null);
  }

  private MethodType fullSignature() {
    return signature().insertParameterTypes(0, ProcessContext.class);
  }

  /**
   * The annotated method, for documentation and generated tests.
   *
   * @return the method
   * @throws IllegalStateException when there is none
   */
  public Method method() {
    if (target == null) {
      throw new IllegalStateException(module + "::" + name + " is absent");
    }
    try {
      return target
          .receiver()
          .getClass()
          .getMethod(target.method(), fullSignature().parameterArray());
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(target + " is not what was compiled", e);
    }
  }

  /**
   * The method bound to its module: a {@link ProcessContext}, then the numbers.
   *
   * @return a direct handle, or one that always throws a {@link HostTrap}
   */
  public MethodHandle handle() {
    if (target == null) {
      MethodHandle thrower =
          MethodHandles.foldArguments(
              MethodHandles.throwException(signature().returnType(), HostTrap.class),
              ABSENT.bindTo(module + "::" + name));
      return MethodHandles.dropArguments(thrower, 0, fullSignature().parameterList());
    }
    try {
      return MethodHandles.publicLookup().unreflect(method()).bindTo(target.receiver());
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(
          method() + " cannot be an import: its class must be public", e);
    }
  }
}
