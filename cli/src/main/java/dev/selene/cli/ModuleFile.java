package dev.selene.cli;

import dev.selene.host.ModuleRejected;
import dev.selene.vm.Module;
import dev.selene.vm.ModuleInspection;
import dev.selene.vm.Vm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Files named on the command line. */
final class ModuleFile {
  private ModuleFile() {}

  static Path path(String text) {
    if (text.isBlank()) {
      throw CommandFailure.usage("the program's name is empty");
    }
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

  /** Fails unless something is there; a file below a closed folder is neither there nor not. */
  static void checkExists(Path file) {
    if (Files.notExists(file)) {
      throw CommandFailure.cannotLoad(file + ": no such file");
    }
    if (!Files.exists(file)) {
      throw CommandFailure.cannotLoad(file + ": no permission for a folder on the way to it");
    }
  }

  private static byte[] read(Path file) {
    checkExists(file);
    if (Files.isDirectory(file)) {
      throw CommandFailure.cannotLoad(file + ": a folder, not a WebAssembly file");
    }
    byte[] bytes;
    // Not all that can be read has a size, or an end: pipes, devices.
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(Vm.MAX_MODULE_BYTES + 1);
    } catch (AccessDeniedException e) {
      throw CommandFailure.cannotLoad(file + ": no permission to read it", e);
    } catch (IOException | OutOfMemoryError e) {
      throw CommandFailure.cannotLoad(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (bytes.length > Vm.MAX_MODULE_BYTES) {
      throw CommandFailure.cannotLoad(
          file + ": larger than any module may be: " + Amounts.format(Vm.MAX_MODULE_BYTES));
    }
    if (bytes.length == 0) {
      throw CommandFailure.cannotLoad(file + ": the file is empty");
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
