package dev.selene.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * What a command did.
 *
 * @param exitCode its exit code
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int exitCode, String out, String err) {
  private static final long LIVENESS_SECONDS = 120;

  /** In this JVM. For commands whose guests print nothing: a guest prints past Java's streams. */
  static CommandRun here(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.newCommandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    int exitCode = Main.execute(arguments, commandLine);
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** As a process of the operating system, as a shell would start it. */
  static CommandRun process(Path folder, String... arguments) throws Exception {
    return finish(start(folder, Map.of(), arguments), folder);
  }

  static CommandRun process(Path folder, Map<String, String> environment, String... arguments)
      throws Exception {
    return finish(start(folder, environment, arguments), folder);
  }

  static Process start(Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    return start(folder, environment, command(arguments));
  }

  /** In a shell: {@code "$@"} of the script is the command. */
  static CommandRun shell(
      Path folder, Map<String, String> environment, String script, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(command(arguments));
    return finish(start(folder, environment, command), folder);
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.selene.cli.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  static Process start(Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve(".out").toFile())
            .redirectError(folder.resolve(".err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("CARGO"));
    builder.environment().put("SELENE_CACHE_DIR", folder.resolve(".cache").toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  static CommandRun finish(Process process, Path folder) throws Exception {
    return finish(process, folder, LIVENESS_SECONDS);
  }

  /**
   * The same, for commands that may take longer, because they compile much.
   *
   * @param seconds after which it is taken for stuck
   */
  static CommandRun finish(Process process, Path folder, long seconds) throws Exception {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + read(folder, ".out") + read(folder, ".err"));
    }
    return new CommandRun(process.exitValue(), read(folder, ".out"), read(folder, ".err"));
  }

  private static String read(Path folder, String name) throws IOException {
    return Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
  }
}
