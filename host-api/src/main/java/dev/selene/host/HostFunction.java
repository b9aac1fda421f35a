package dev.selene.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * One import, ready to be linked.
 *
 * @param module import module name
 * @param name import name
 * @param method the annotated method, for documentation and generated tests
 * @param receiver the {@link HostModule} it belongs to
 */
public record HostFunction(String module, String name, Method method, HostModule receiver) {

  /**
   * All imports of a module.
   *
   * @param module the host module
   * @return one entry a method with {@link Import}
   * @throws IllegalArgumentException when a method cannot be an import
   */
  public static List<HostFunction> of(HostModule module) {
    List<HostFunction> functions = new ArrayList<>();
    for (Method method : module.getClass().getMethods()) {
      Import annotation = method.getAnnotation(Import.class);
      if (annotation != null) {
        checkSignature(method);
        functions.add(new HostFunction(module.name(), annotation.value(), method, module));
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
   * The Java type without the {@link ProcessContext}.
   *
   * @return for example {@code (int,long)int}
   */
  public MethodType signature() {
    return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
        .dropParameterTypes(0, 1);
  }

  /**
   * The method bound to its module: a {@link ProcessContext}, then the numbers.
   *
   * @return a direct handle
   */
  public MethodHandle handle() {
    try {
      return MethodHandles.publicLookup().unreflect(method).bindTo(receiver);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(
          method + " cannot be an import: its class must be public", e);
    }
  }
}
