package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code selene}, in a small source tree whose build is a script that counts how often
 * it ran and puts a jar in place that leads to the classes under test.
 */
class LauncherTest {
  @TempDir Path folder;
  private Path tree;

  @BeforeEach
  void tree() throws IOException {
    tree = Files.createDirectories(folder.resolve("a tree"));
    Path script = Path.of("").toAbsolutePath().resolve("../selene").normalize();
    if (!Files.exists(script)) {
      script = Path.of("selene").toAbsolutePath();
    }
    Files.copy(script, tree.resolve("selene"));
    Files.createDirectories(tree.resolve("cli/src/main"));
    write("pom.xml", "<project/>");
    write("cli/src/main/A.java", "class A {}");
    writeJar(tree.resolve("ready.jar"));
    script(
        "mvnw",
        """
        echo built >>builds
        echo "no such symbol" ; [ ! -f broken ] || exit 1
        mkdir -p cli/target/launcher
        cp ready.jar cli/target/launcher/selene.jar
        """);
    age();
  }

  /** Sources are older than what a build makes, whatever the file system's clock resolves. */
  private void age() throws IOException {
    FileTime old = FileTime.from(Instant.now().minusSeconds(3600));
    try (var files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, old);
      }
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(tree.resolve(name), text);
  }

  private void script(String name, String text) throws IOException {
    write(name, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(tree.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void writeJar(Path file) throws IOException {
    List<String> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":")) {
      urls.add(Path.of(entry).toUri().toString());
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "dev.selene.cli.Main");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", urls));
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.finish();
    }
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("SELENE_JAVA_HOME", System.getProperty("java.home"));
    environment.put("SELENE_NO_ARCHIVE", "yes");
    return environment;
  }

  private CommandRun launch(Map<String, String> environment, String... arguments) throws Exception {
    return CommandRun.finish(start(folder, environment, arguments), folder);
  }

  private Process start(Path output, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(tree.resolve("selene").toString());
    command.addAll(List.of(arguments));
    return CommandRun.start(output, environment, command);
  }

  private long builds() throws IOException {
    Path builds = tree.resolve("builds");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }

  @Test
  void firstUse_builds_secondDoesNot() throws Exception {
    CommandRun first = launch(environment(), "--version");
    assertEquals(0, first.exitCode(), first.err());
    assertTrue(first.out().startsWith("selene "), first.out());
    assertTrue(first.err().contains("building Selene"), first.err());
    CommandRun second = launch(environment(), "--version");
    assertEquals("", second.err());
    assertEquals(1, builds());
  }

  @Test
  void changedSource_buildsAgain() throws Exception {
    launch(environment(), "--version");
    FileTime later = FileTime.from(Instant.now().plusSeconds(5));
    Files.setLastModifiedTime(tree.resolve("cli/src/main/A.java"), later);
    launch(environment(), "--version");
    assertEquals(2, builds());
  }

  @Test
  void deletedSource_buildsAgain() throws Exception {
    launch(environment(), "--version");
    Files.setLastModifiedTime(
        tree.resolve("target/launcher/built"), FileTime.from(Instant.now().minusSeconds(60)));
    Files.delete(tree.resolve("cli/src/main/A.java"));
    launch(environment(), "--version");
    assertEquals(2, builds());
  }

  @Test
  void failingBuild_showsItsLog_andIsTriedAgain() throws Exception {
    write("broken", "");
    CommandRun run = launch(environment(), "--version");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("no such symbol"), run.err());
    assertTrue(run.err().contains("selene: the build failed"), run.err());
    Files.delete(tree.resolve("broken"));
    assertEquals(0, launch(environment(), "--version").exitCode());
  }

  @Test
  void startsAtOnce_buildOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    List<Path> outputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Path output = Files.createDirectory(folder.resolve("out" + i));
      outputs.add(output);
      processes.add(start(output, environment(), "--version"));
    }
    for (int i = 0; i < 4; i++) {
      CommandRun run = CommandRun.finish(processes.get(i), outputs.get(i));
      assertEquals(0, run.exitCode(), run.err());
    }
    assertEquals(1, builds());
    assertFalse(Files.exists(tree.resolve("target/launcher/lock")));
  }

  @Test
  void lockOfADeadBuild_isTakenOver() throws Exception {
    Path lock = Files.createDirectories(tree.resolve("target/launcher/lock"));
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.writeString(lock.resolve("owner"), Long.toString(gone.pid()));
    CommandRun run = launch(environment(), "--version");
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(1, builds());
  }

  @Test
  void link_andOtherFolder_work() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), tree.resolve("selene"));
    Process process =
        CommandRun.start(folder, environment(), List.of(link.toString(), "--version"));
    assertEquals(0, CommandRun.finish(process, folder).exitCode());
  }

  @Test
  void exitCode_isJavas() throws Exception {
    CommandRun run = launch(environment(), "run", "missing.wasm");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().endsWith("selene: missing.wasm: no such file\n"), run.err());
    assertEquals(2, launch(environment(), "run", "--frob").exitCode());
  }

  @Test
  void jdk_thatIsTooOld_isOneLine() throws Exception {
    Path old = Files.createDirectories(folder.resolve("jdk17/bin")).getParent();
    for (String tool : List.of("java", "javac")) {
      Files.copy(tree.resolve("mvnw"), old.resolve("bin").resolve(tool));
    }
    Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n");
    Map<String, String> environment = environment();
    environment.put("SELENE_JAVA_HOME", old.toString());
    CommandRun run = launch(environment, "--version");
    assertEquals(1, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("JDK 25") && run.err().contains("17.0.15"), run.err());
  }

  @Test
  void closedStreams_areNotTakenOverByFiles() throws Exception {
    assertEquals(0, launch(environment(), "--version").exitCode());
    String selene = tree.resolve("selene").toString();
    for (String closed : List.of("<&-", ">&-", "2>&-", "<&- >&- 2>&-")) {
      Process process =
          CommandRun.start(
              folder,
              environment(),
              List.of("sh", "-c", "\"$1\" run missing.wasm " + closed, "sh", selene));
      CommandRun run = CommandRun.finish(process, folder);
      assertEquals(1, run.exitCode(), closed + ": " + run.err());
      assertEquals(
          closed.contains("2>&-") ? "" : "selene: missing.wasm: no such file\n", run.err());
    }
  }

  @Test
  void folder_thatIsGone_isOneLine() throws Exception {
    assertEquals(0, launch(environment(), "--version").exitCode());
    String selene = tree.resolve("selene").toString();
    Process process =
        CommandRun.start(
            folder,
            environment(),
            List.of(
                "sh", "-c", "mkdir gone && cd gone && rmdir ../gone && \"$1\" info", "sh", selene));
    CommandRun run = CommandRun.finish(process, folder);
    assertEquals(1, run.exitCode(), run.err());
    // the shell itself may have complained before
    assertTrue(
        run.err().lines().toList().getLast().startsWith("selene: the current folder is gone"),
        run.err());
  }
}
