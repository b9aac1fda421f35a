package dev.selene.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Rust crate's folder: builds it with cargo, adding the compilation target when it is missing.
 */
final class CargoProject {
  static final String TARGET = "wasm32-wasip1";

  /** What cargo says of a finished program, in a line of JSON. */
  private static final Pattern EXECUTABLE =
      Pattern.compile("\"executable\":\"((?:[^\"\\\\]|\\\\.)*\\.wasm)\"");

  private final Path folder;
  private final PrintWriter progress;

  CargoProject(Path folder, PrintWriter progress) {
    this.folder = folder;
    this.progress = progress;
  }

  /** Builds the crate's program with optimizations; returns its file. */
  Path buildProgram(@Nullable String binary) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("cargo", "build", "--release"));
    if (binary != null) {
      command.add("--bin");
      command.add(binary);
    }
    List<Path> programs = build(command);
    if (programs.isEmpty()) {
      throw CommandFailure.cannotLoad(folder + ": the crate has no program (src/main.rs)");
    }
    if (programs.size() > 1) {
      throw CommandFailure.usage(
          folder
              + ": has several programs, choose one with --bin: "
              + String.join(", ", programs.stream().map(CargoProject::programName).toList()));
    }
    return programs.getFirst();
  }

  /** Builds the crate's tests; returns their files. */
  List<Path> buildTests() throws InterruptedException {
    return build(List.of("cargo", "test", "--no-run"));
  }

  private List<Path> build(List<String> command) throws InterruptedException {
    if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
      throw CommandFailure.cannotLoad(folder + ": no permission to read this folder");
    }
    if (!Files.isRegularFile(folder.resolve("Cargo.toml"))) {
      throw CommandFailure.cannotLoad(folder + ": a folder without Cargo.toml, so no Rust crate");
    }
    addTargetWhenMissing();
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of("--target", TARGET, "--message-format", "json-render-diagnostics"));
    List<String> lines = new ArrayList<>();
    int exitCode = run(whole, lines);
    if (exitCode != 0) {
      throw CommandFailure.cannotLoad(folder + ": cargo could not build it, see above");
    }
    return lines.stream().flatMap(line -> executables(line).stream()).distinct().toList();
  }

  /** The programs named in one line of cargo's JSON. */
  static List<Path> executables(String line) {
    if (!line.contains("\"reason\":\"compiler-artifact\"")) {
      return List.of();
    }
    Matcher matcher = EXECUTABLE.matcher(line);
    return matcher.find()
        ? List.of(Path.of(matcher.group(1).replaceAll("\\\\(.)", "$1")))
        : List.of();
  }

  private static String programName(Path file) {
    String name = ModuleFile.baseName(file);
    return name.substring(0, name.length() - ".wasm".length());
  }

  private void addTargetWhenMissing() throws InterruptedException {
    List<String> lines = new ArrayList<>();
    int exitCode;
    try {
      exitCode = run(List.of("rustc", "--print", "target-libdir", "--target", TARGET), lines);
    } catch (CommandFailure e) {
      // No rustc of its own: cargo will say what it misses.
      return;
    }
    if (exitCode == 0 && !lines.isEmpty() && Files.isDirectory(Path.of(lines.getFirst()))) {
      return;
    }
    progress.println("selene: adding the Rust target " + TARGET + " ...");
    progress.flush();
    if (run(List.of("rustup", "target", "add", TARGET), new ArrayList<>()) != 0) {
      throw CommandFailure.cannotLoad(
          "the Rust target " + TARGET + " is missing and rustup could not add it, see above");
    }
  }

  /** Runs a tool in the crate's folder; its errors and progress are shown, its output is kept. */
  private int run(List<String> command, List<String> output) throws InterruptedException {
    Process tool;
    try {
      tool =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw CommandFailure.cannotLoad(
          command.getFirst() + " cannot be started: install Rust with rustup, https://rustup.rs",
          e);
    }
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(tool.getInputStream(), StandardCharsets.UTF_8))) {
      reader.lines().forEach(output::add);
      return tool.waitFor();
    } catch (IOException e) {
      throw CommandFailure.cannotLoad(command.getFirst() + ": " + e.getMessage(), e);
    } finally {
      tool.destroy();
    }
  }
}
