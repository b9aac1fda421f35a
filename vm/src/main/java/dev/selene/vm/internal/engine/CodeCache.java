package dev.selene.vm.internal.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled code on disk: one file a module, {@code <key>.selene}, with all that is needed to run
 * it, so that a module that was loaded before is neither validated nor metered nor compiled again.
 * The file holds the module itself, too, and is used only for the very same bytes: to compare 195
 * KB takes 5 ms in a machine that has just started, to hash them safely takes 50. So the name may
 * be a short checksum: whoever makes two modules have the same one has them compiled again.
 *
 * <p>A file starts with the CRC-32C of the rest, against damage. Against forgery stand the folder's
 * permissions alone: who may write there may run any code as its owner.
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
  private static final String TEMPORARY_PREFIX = "selene-new-";
  private static final String TEMPORARY_SUFFIX = ".tmp";

  /** Nobody writes a file for so long: what is older was left by a virtual machine that died. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private static final int CHECKSUM = Integer.BYTES;

  private final Path directory;
  private final long maxBytes;

  CodeCache(Path directory, long maxBytes) {
    this.directory = directory;
    this.maxBytes = maxBytes;
  }

  /** What compiled code depends on: the module, the engine, the cost model, the JDK. */
  static String key(byte[] module) {
    CRC32 checksum = new CRC32();
    checksum.update(module);
    return hex(checksum(module, 0))
        + hex((int) checksum.getValue())
        + hex(module.length)
        + "-endive-1.0.0-cost-"
        + CostModel.VERSION
        + "-code-"
        + CODE_VERSION
        + "-jdk-"
        + Runtime.version().feature();
  }

  private static String hex(int value) {
    return HexFormat.of().toHexDigits(value);
  }

  /**
   * Changes with what {@link CodeRewriter}, {@link CodeCompiler} and {@link HostCallsGenerator}
   * make, with what that calls, and with the form of the files.
   */
  private static final int CODE_VERSION = 8;

  private Path file(String key) {
    return directory.resolve(key + SUFFIX);
  }

  /**
   * A module as it is kept.
   *
   * @param metered without the bodies of compiled functions
   * @param classes its compiled code
   * @param calls how it calls the host
   */
  record Kept(MeteredModule metered, CompiledCode.Classes classes, HostCallsClass calls) {}

  /**
   * What is kept of a module.
   *
   * @param key of the module
   * @param module to compare with
   * @return null when nothing is
   */
  @Nullable Kept get(String key, byte[] module) {
    Path file = file(key);
    try {
      if (!Files.isRegularFile(file)) {
        return null;
      }
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length < CHECKSUM) {
        throw new IOException("truncated");
      }
      ByteBuffer content = ByteBuffer.wrap(bytes);
      if (content.getInt() != checksum(bytes, CHECKSUM)) {
        throw new IOException("damaged");
      }
      int length = content.getInt();
      if (!ByteBuffer.wrap(module).equals(content.slice(content.position(), length))) {
        LOG.debug("compiled code in {} is another module's", file);
        return null;
      }
      Kept kept = read(content.position(content.position() + length));
      Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
      return kept;
    } catch (IOException | RuntimeException e) {
      LOG.warn("compiled code in {} is not used: {}", file, e.getMessage());
      return null;
    }
  }

  private static int checksum(byte[] bytes, int from) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, bytes.length - from);
    return (int) checksum.getValue();
  }

  private static Kept read(ByteBuffer in) {
    MeteredModule metered =
        new MeteredModule(
            readBytes(in),
            in.getInt(),
            in.getInt(),
            in.getInt(),
            BitSet.valueOf(readBytes(in)),
            BitSet.valueOf(readBytes(in)),
            readNumbers(in).stream().mapToInt(Integer::intValue).toArray(),
            false);
    List<Integer> huge = readNumbers(in);
    List<Integer> interpreted = readNumbers(in);
    Map<String, byte[]> classes = new HashMap<>();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      classes.put(new String(readBytes(in), StandardCharsets.UTF_8), readBytes(in));
    }
    HostCallsClass calls =
        new HostCallsClass(new String(readBytes(in), StandardCharsets.UTF_8), readBytes(in));
    return new Kept(metered, new CompiledCode.Classes(classes, huge, interpreted), calls);
  }

  private static byte[] readBytes(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return bytes;
  }

  private static List<Integer> readNumbers(ByteBuffer in) {
    List<Integer> numbers = new ArrayList<>();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      numbers.add(in.getInt());
    }
    return numbers;
  }

  /** Whether there is a file for a module, which may be another's with the same key. */
  boolean has(String key) {
    return Files.isRegularFile(file(key));
  }

  /**
   * Keeps a module.
   *
   * @param source the module
   * @param metered the same with markers; the bodies of compiled functions are left out
   * @return whether it is kept; the log tells why not
   */
  boolean put(
      String key,
      byte[] source,
      MeteredModule metered,
      CompiledCode.Classes classes,
      HostCallsClass calls) {
    Path temporary = null;
    try {
      byte[] content = write(source, metered.withBodiesOf(classes.interpreted()), classes, calls);
      if (content.length > maxBytes) {
        LOG.warn(
            "compiled code is not kept in {}: {} bytes are more than the cache may hold",
            directory,
            content.length);
        return false;
      }
      Files.createDirectories(directory);
      // First, as they may be what fills the disk.
      removeAbandoned();
      temporary = Files.createTempFile(directory, TEMPORARY_PREFIX, TEMPORARY_SUFFIX);
      Files.write(temporary, content);
      Files.move(
          temporary,
          file(key),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      removeOldest();
      return true;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      LOG.warn("compiled code is not kept in {}: {}", directory, why);
      remove(temporary);
      return false;
    }
  }

  private static byte[] write(
      byte[] source, MeteredModule metered, CompiledCode.Classes classes, HostCallsClass calls)
      throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(file)) {
      out.writeInt(0);
      writeBytes(out, source);
      writeBytes(out, metered.bytes());
      out.writeInt(metered.prefix());
      out.writeInt(metered.importedFunctions());
      out.writeInt(metered.functions());
      writeBytes(out, metered.leaves().toByteArray());
      writeBytes(out, metered.counted().toByteArray());
      writeNumbers(out, Arrays.stream(metered.reserves()).boxed().toList());
      writeNumbers(out, classes.huge());
      writeNumbers(out, classes.interpreted());
      out.writeInt(classes.classes().size());
      for (Map.Entry<String, byte[]> entry : classes.classes().entrySet()) {
        writeBytes(out, entry.getKey().getBytes(StandardCharsets.UTF_8));
        writeBytes(out, entry.getValue());
      }
      writeBytes(out, calls.targets().getBytes(StandardCharsets.UTF_8));
      writeBytes(out, calls.bytes());
    }
    byte[] bytes = file.toByteArray();
    ByteBuffer.wrap(bytes).putInt(checksum(bytes, CHECKSUM));
    return bytes;
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void writeNumbers(DataOutputStream out, List<Integer> numbers) throws IOException {
    out.writeInt(numbers.size());
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  private record Aged(Path path, long size, FileTime used) {}

  private void removeOldest() {
    List<Aged> files = new ArrayList<>();
    long total = 0;
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path path : paths) {
        try {
          Aged aged = new Aged(path, Files.size(path), Files.getLastModifiedTime(path));
          files.add(aged);
          total += aged.size;
        } catch (IOException e) {
          LOG.debug("{} went away", path);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("old compiled code in {} stays: {}", directory, e.getMessage());
      return;
    }
    files.sort(Comparator.comparing(Aged::used));
    for (Aged oldest : files) {
      if (total <= maxBytes) {
        break;
      }
      remove(oldest.path);
      total -= oldest.size;
    }
  }

  private void removeAbandoned() {
    Instant before = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, TEMPORARY_PREFIX + "*" + TEMPORARY_SUFFIX)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          remove(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("abandoned files in {} stay: {}", directory, e.getMessage());
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
