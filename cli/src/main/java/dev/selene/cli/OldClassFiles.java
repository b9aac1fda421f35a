package dev.selene.cli;

import static java.lang.classfile.ClassFile.JAVA_7_VERSION;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * What the launcher runs after a build, before it makes the start-up archive: rewrites the class
 * files of libraries that are older than Java 6. The JVM verifies those in a slow way of their own,
 * keeps none of them in the archive, and loads them all before {@code main} to check archived
 * classes against them. Rewritten, they have the same code and are one version younger in all that
 * counts: they carry stack maps.
 */
final class OldClassFiles {
  /** The first version with stack maps that every JVM insists on. */
  private static final int NEW_VERSION = JAVA_7_VERSION;

  private static final int MAJOR_AT = 6;

  private OldClassFiles() {}

  /**
   * Rewrites the jars of a folder that have such classes, in place.
   *
   * @param arguments the folder
   * @throws IOException when a jar cannot be read or written; it is as before then
   */
  public static void main(String[] arguments) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (var files = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
      files.forEach(jars::add);
    }
    for (Path jar : jars) {
      rewrite(jar);
    }
  }

  /** Whether the jar had such classes, and is another file now. */
  static boolean rewrite(Path jar) throws IOException {
    Path rewritten = jar.resolveSibling(jar.getFileName() + ".new");
    try (JarFile source = new JarFile(jar.toFile())) {
      if (!hasOldClasses(source)) {
        return false;
      }
      try (OutputStream file = Files.newOutputStream(rewritten);
          JarOutputStream out = new JarOutputStream(file)) {
        for (JarEntry entry : Collections.list(source.entries())) {
          byte[] bytes = read(source, entry);
          JarEntry copy = new JarEntry(entry.getName());
          copy.setTimeLocal(entry.getTimeLocal());
          out.putNextEntry(copy);
          out.write(isOld(entry, bytes) ? rewrite(bytes) : bytes);
          out.closeEntry();
        }
      }
      Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } finally {
      Files.deleteIfExists(rewritten);
    }
  }

  private static boolean hasOldClasses(JarFile jar) throws IOException {
    for (JarEntry entry : Collections.list(jar.entries())) {
      if (isOld(entry, read(jar, entry))) {
        return true;
      }
    }
    return false;
  }

  private static byte[] read(JarFile jar, JarEntry entry) throws IOException {
    try (var in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static boolean isOld(JarEntry entry, byte[] bytes) {
    return entry.getName().endsWith(".class")
        && bytes.length > MAJOR_AT + 1
        && ((bytes[MAJOR_AT] & 0xff) << 8 | bytes[MAJOR_AT + 1] & 0xff) < ClassFile.JAVA_6_VERSION;
  }

  /** The same class with stack maps. */
  static byte[] rewrite(byte[] old) {
    // Where branches meet, the common superclass is looked up; the libraries are on the class path.
    ClassLoader loader = OldClassFiles.class.getClassLoader();
    ClassFile files =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(loader)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(NEW_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    ClassTransform code =
        ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
    return files.transformClass(files.parse(old), code.andThen(version));
  }
}
