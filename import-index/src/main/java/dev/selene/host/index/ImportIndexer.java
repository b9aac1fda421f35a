package dev.selene.host.index;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Writes a class {@code <name>Index} beside each public class that has methods with {@code
 * dev.selene.host.Import}: their names and types as constants. {@code HostFunction.of} takes them
 * from there, and looks for annotations where there is no such class. To look takes 25 ms of a
 * start: the JVM makes classes for the annotations that it meets.
 *
 * <p>A class with a method that cannot be an import gets no index: {@code HostFunction.of} says
 * what is wrong with it.
 *
 * <p>Thread-safety: as all processors, used by one thread.
 */
public final class ImportIndexer extends AbstractProcessor {
  private static final String IMPORT = "dev.selene.host.Import";
  private static final String CONTEXT = "dev.selene.host.ProcessContext";

  /** Called by the compiler. */
  public ImportIndexer() {
    // nothing to set up
  }

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(IMPORT);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Set<TypeElement> types = new LinkedHashSet<>();
    for (TypeElement annotation : annotations) {
      for (Element method : round.getElementsAnnotatedWith(annotation)) {
        if (method.getEnclosingElement() instanceof TypeElement type && canHaveIndex(type)) {
          types.add(type);
        }
      }
    }
    types.forEach(this::index);
    return false;
  }

  private static boolean canHaveIndex(TypeElement type) {
    return type.getKind() == ElementKind.CLASS
        && type.getNestingKind() == NestingKind.TOP_LEVEL
        && type.getModifiers().contains(Modifier.PUBLIC);
  }

  private void index(TypeElement type) {
    List<String> entries = new ArrayList<>();
    for (ExecutableElement method :
        ElementFilter.methodsIn(processingEnv.getElementUtils().getAllMembers(type))) {
      String name = importName(method);
      if (name == null || !method.getModifiers().contains(Modifier.PUBLIC)) {
        continue;
      }
      String descriptor = descriptor(method);
      if (descriptor == null) {
        return;
      }
      entries.add(
          literal(name)
              + ", "
              + literal(method.getSimpleName().toString())
              + ", "
              + literal(descriptor));
    }
    try {
      write(type, entries);
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(Diagnostic.Kind.ERROR, "no index of imports: " + e.getMessage(), type);
    }
  }

  private @Nullable String importName(ExecutableElement method) {
    for (AnnotationMirror annotation : method.getAnnotationMirrors()) {
      if (((TypeElement) annotation.getAnnotationType().asElement())
          .getQualifiedName()
          .contentEquals(IMPORT)) {
        return processingEnv
            .getElementUtils()
            .getElementValuesWithDefaults(annotation)
            .entrySet()
            .stream()
            .filter(entry -> entry.getKey().getSimpleName().contentEquals("value"))
            .map(entry -> String.valueOf(entry.getValue().getValue()))
            .findFirst()
            .orElse(null);
      }
    }
    return null;
  }

  /** The JVM's descriptor without the context; null for what cannot be an import. */
  private static @Nullable String descriptor(ExecutableElement method) {
    List<? extends VariableElement> parameters = method.getParameters();
    if (method.getModifiers().contains(Modifier.STATIC)
        || parameters.isEmpty()
        || !parameters.getFirst().asType().toString().equals(CONTEXT)) {
      return null;
    }
    StringBuilder text = new StringBuilder("(");
    for (VariableElement parameter : parameters.subList(1, parameters.size())) {
      String code = code(parameter.asType());
      if (code == null) {
        return null;
      }
      text.append(code);
    }
    TypeMirror result = method.getReturnType();
    String code = result.getKind() == TypeKind.VOID ? "V" : code(result);
    return code == null ? null : text.append(')').append(code).toString();
  }

  private static @Nullable String code(TypeMirror type) {
    return switch (type.getKind()) {
      case INT -> "I";
      case LONG -> "J";
      case FLOAT -> "F";
      case DOUBLE -> "D";
      default -> null;
    };
  }

  private String literal(String text) {
    return processingEnv.getElementUtils().getConstantExpression(text);
  }

  private void write(TypeElement type, List<String> entries) throws IOException {
    String name = type.getSimpleName() + "Index";
    String packageName =
        processingEnv.getElementUtils().getPackageOf(type).getQualifiedName().toString();
    try (Writer out =
        processingEnv.getFiler().createSourceFile(packageName + "." + name, type).openWriter()) {
      out.write(
          """
          package %s;

          /** The imports of {@link %s}, found when it was compiled. Thread-safety: immutable. */
          public final class %s implements dev.selene.host.ImportIndex {
            /** Called by {@code HostFunction}. */
            public %s() {}

            @Override
            public String[] entries() {
              return new String[] {
                %s
              };
            }
          }
          """
              .formatted(
                  packageName,
                  type.getSimpleName(),
                  name,
                  name,
                  entries.stream().collect(Collectors.joining(",\n      "))));
    }
  }
}
