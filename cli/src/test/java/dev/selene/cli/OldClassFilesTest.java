package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldClassFilesTest {
  @TempDir Path folder;

  /** {@code static int larger(int, int)}, with a branch and so with a stack map, or without. */
  private static byte[] classOf(int version) {
    ClassFile files =
        ClassFile.of(
            version < ClassFile.JAVA_6_VERSION
                ? ClassFile.StackMapsOption.DROP_STACK_MAPS
                : ClassFile.StackMapsOption.GENERATE_STACK_MAPS);
    return files.build(
        ClassDesc.of("test.Larger"),
        type ->
            type.withVersion(version, 0)
                .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_SUPER)
                .withMethodBody(
                    "larger",
                    MethodTypeDesc.of(
                        ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int),
                    ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                    code -> {
                      var second = code.newLabel();
                      code.iload(0).iload(1).if_icmplt(second).iload(0).ireturn();
                      code.labelBinding(second).iload(1).ireturn();
                    }));
  }

  private static int version(byte[] bytes) {
    return ClassFile.of().parse(bytes).majorVersion();
  }

  @Test
  void oldClass_getsStackMapsAndDoesTheSame() throws Exception {
    byte[] rewritten = OldClassFiles.rewrite(classOf(ClassFile.JAVA_5_VERSION));

    assertEquals(ClassFile.JAVA_7_VERSION, version(rewritten));
    Class<?> defined =
        new ClassLoader() {
          Class<?> define() {
            return defineClass("test.Larger", rewritten, 0, rewritten.length);
          }
        }.define();
    var larger = defined.getMethod("larger", int.class, int.class);
    assertEquals(7, larger.invoke(null, 3, 7));
    assertEquals(7, larger.invoke(null, 7, 3));
  }

  @Test
  void jar_isRewrittenOnceAndKeepsAllElse() throws Exception {
    byte[] old = classOf(ClassFile.JAVA_5_VERSION);
    byte[] young = classOf(ClassFile.JAVA_17_VERSION);
    byte[] text = "a text".getBytes(StandardCharsets.UTF_8);
    Path jar = folder.resolve("library.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(out, "META-INF/text", text);
      add(out, "test/Old.class", old);
      add(out, "test/Young.class", young);
    }

    assertTrue(OldClassFiles.rewrite(jar));
    assertArrayEquals(text, entry(jar, "META-INF/text"));
    assertArrayEquals(OldClassFiles.rewrite(old), entry(jar, "test/Old.class"));
    assertArrayEquals(young, entry(jar, "test/Young.class"));
    byte[] once = Files.readAllBytes(jar);
    assertFalse(OldClassFiles.rewrite(jar));
    OldClassFiles.main(new String[] {folder.toString()});
    assertArrayEquals(once, Files.readAllBytes(jar));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  /** The libraries that this is for: the JVM itself verifies what comes out. */
  @Test
  void classesOfPicocli_canBeLoaded() throws Exception {
    Path jar = folder.resolve("picocli.jar");
    Path original =
        Path.of(
            picocli.CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Files.copy(original, jar);

    OldClassFiles.rewrite(jar);

    ClassLoader loader = new JarLoader(jar);
    try (JarFile opened = new JarFile(jar.toFile())) {
      for (String name :
          opened.stream()
              .map(JarEntry::getName)
              .filter(name -> name.startsWith("picocli/") && name.endsWith(".class"))
              .filter(name -> !name.contains("/groovy/"))
              .toList()) {
        assertTrue(version(entry(jar, name)) >= ClassFile.JAVA_7_VERSION, name);
        String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
        assertEquals(loader, Class.forName(type, true, loader).getClassLoader());
      }
    }
  }

  /** Looks into the jar first. */
  private static final class JarLoader extends ClassLoader {
    private final Path jar;

    JarLoader(Path jar) {
      super(OldClassFilesTest.class.getClassLoader());
      this.jar = jar;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        if (!name.startsWith("picocli.")) {
          return super.loadClass(name, resolve);
        }
        try {
          byte[] bytes = entry(jar, name.replace('.', '/') + ".class");
          return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
          throw new ClassNotFoundException(name, e);
        }
      }
    }
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(bytes);
    out.closeEntry();
  }

  private static byte[] entry(Path jar, String name) throws IOException {
    try (JarFile opened = new JarFile(jar.toFile())) {
      JarEntry entry = opened.getJarEntry(name);
      if (entry == null) {
        throw new IOException(name + " is not there");
      }
      try (var in = opened.getInputStream(entry)) {
        return in.readAllBytes();
      }
    }
  }
}
