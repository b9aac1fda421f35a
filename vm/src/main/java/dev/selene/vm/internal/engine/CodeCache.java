package dev.selene.vm.internal.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled code on disk: one file a module, {@code <key>.selene}, that starts with the SHA-256 of
 * the rest.
 *
 * <p>Nothing here is ever an error for the module: a file that cannot be read or is damaged counts
 * as not there, one that cannot be written is a warning. Files appear whole, by an atomic move, so
 * that several virtual machines may share a folder.
 *
 * <p>Thread-safety: any thread.
 */
final class CodeCache {
  private static final Logger LOG = LoggerFactory.getLogger(CodeCache.class);
  private static final String SUFFIX = ".selene";
  private static final int DIGEST = 32;

  private final Path directory;
  private final long maxBytes;

  CodeCache(Path directory, long maxBytes) {
    this.directory = directory;
    this.maxBytes = maxBytes;
  }

  /** What compiled code depends on: the module, the engine, the cost model, the JDK. */
  static String key(byte[] module) {
    MessageDigest digest = sha256();
    digest.update(module);
    String rest =
        "endive 1.0.0, cost "
            + CostModel.VERSION
            + ", code "
            + CODE_VERSION
            + ", jdk "
            + Runtime.version().feature();
    digest.update(rest.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Changes with what {@link CodeRewriter} makes. */
  private static final int CODE_VERSION = 4;

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Path file(String key) {
    return directory.resolve(key + SUFFIX);
  }

  CompiledCode.@Nullable Classes get(String key) {
    Path file = file(key);
    try {
      if (!Files.isRegularFile(file)) {
        return null;
      }
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length < DIGEST) {
        throw new IOException("truncated");
      }
      MessageDigest digest = sha256();
      digest.update(bytes, DIGEST, bytes.length - DIGEST);
      if (!MessageDigest.isEqual(digest.digest(), Arrays.copyOf(bytes, DIGEST))) {
        throw new IOException("damaged");
      }
      CompiledCode.Classes classes = read(bytes);
      Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
      return classes;
    } catch (IOException | RuntimeException e) {
      LOG.warn("compiled code in {} is not used: {}", file, e.getMessage());
      return null;
    }
  }

  private static CompiledCode.Classes read(byte[] bytes) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes, DIGEST, bytes.length - DIGEST))) {
      List<Integer> huge = readNumbers(in);
      List<Integer> interpreted = readNumbers(in);
      Map<String, byte[]> classes = new HashMap<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        byte[] code = new byte[in.readInt()];
        in.readFully(code);
        classes.put(name, code);
      }
      return new CompiledCode.Classes(classes, huge, interpreted);
    }
  }

  private static List<Integer> readNumbers(DataInputStream in) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      numbers.add(in.readInt());
    }
    return numbers;
  }

  /** Whether there is code for a module, as far as can be seen without reading it. */
  boolean has(String key) {
    return Files.isRegularFile(file(key));
  }

  void put(String key, CompiledCode.Classes classes) {
    Path temporary = null;
    try {
      byte[] content = write(classes);
      if (content.length > maxBytes) {
        LOG.warn(
            "compiled code is not kept in {}: {} bytes are more than the cache may hold",
            directory,
            content.length);
        return;
      }
      Files.createDirectories(directory);
      temporary = Files.createTempFile(directory, "new", ".tmp");
      Files.write(temporary, content);
      Files.move(
          temporary,
          file(key),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      removeOldest();
    } catch (IOException | RuntimeException e) {
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      LOG.warn("compiled code is not kept in {}: {}", directory, why);
      remove(temporary);
    }
  }

  private static byte[] write(CompiledCode.Classes classes) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(content)) {
      writeNumbers(out, classes.huge());
      writeNumbers(out, classes.interpreted());
      out.writeInt(classes.classes().size());
      for (Map.Entry<String, byte[]> entry : classes.classes().entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeInt(entry.getValue().length);
        out.write(entry.getValue());
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream(content.size() + DIGEST);
    file.writeBytes(sha256().digest(content.toByteArray()));
    content.writeTo(file);
    return file.toByteArray();
  }

  private static void writeNumbers(DataOutputStream out, List<Integer> numbers) throws IOException {
    out.writeInt(numbers.size());
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  private record Kept(Path path, long size, FileTime used) {}

  private void removeOldest() throws IOException {
    List<Kept> files = new ArrayList<>();
    long total = 0;
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.filter(p -> p.toString().endsWith(SUFFIX)).toList()) {
        try {
          Kept kept = new Kept(path, Files.size(path), Files.getLastModifiedTime(path));
          files.add(kept);
          total += kept.size;
        } catch (IOException e) {
          LOG.debug("{} went away", path);
        }
      }
    }
    files.sort(Comparator.comparing(Kept::used));
    for (Kept oldest : files) {
      if (total <= maxBytes) {
        break;
      }
      remove(oldest.path);
      total -= oldest.size;
    }
  }

  private static void remove(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.debug("{} stays", file);
    }
  }
}
