package dev.selene.cli;

import dev.selene.host.ModuleRejected;
import dev.selene.vm.Module;
import dev.selene.vm.ModuleInspection;
import dev.selene.vm.Vm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Files named on the command line. */
final class ModuleFile {
  private ModuleFile() {}

  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw CommandFailure.cannotLoad(Main.oneLine(text) + ": not a path: " + e.getReason());
    }
  }

  /** Loads it, with the file's whole name in every complaint. */
  static Module load(Vm vm, Path file) {
    byte[] bytes = read(file);
    try {
      return vm.load(baseName(file), bytes);
    } catch (ModuleRejected e) {
      throw refused(file, e);
    }
  }

  /** Describes it, also when it cannot run here. */
  static ModuleInspection inspect(Vm vm, Path file) {
    try {
      return vm.inspect(read(file));
    } catch (ModuleRejected e) {
      throw refused(file, e);
    }
  }

  private static CommandFailure refused(Path file, ModuleRejected e) {
    String message = String.valueOf(e.getMessage());
    return CommandFailure.cannotLoad(
        message.startsWith(file.toString()) ? message : file + ": " + message, e);
  }

  static String baseName(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }

  private static byte[] read(Path file) {
    if (!Files.exists(file)) {
      throw CommandFailure.cannotLoad(file + ": no such file");
    }
    if (Files.isDirectory(file)) {
      throw CommandFailure.cannotLoad(file + ": a folder, not a WebAssembly file");
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException | OutOfMemoryError e) {
      throw CommandFailure.cannotLoad(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (looksLikeText(bytes)) {
      throw CommandFailure.cannotLoad(
          file + ": WebAssembly text; make a binary of it first (wat2wasm)");
    }
    return bytes;
  }

  private static boolean looksLikeText(byte[] bytes) {
    String start =
        new String(bytes, 0, Math.min(bytes.length, 256), StandardCharsets.UTF_8).stripLeading();
    return start.startsWith("(module") || start.startsWith(";;");
  }
}
