package dev.selene.host.wasi;

import dev.selene.host.ProcessConfig.Preopen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A file below a preopened folder, for a library that opens files by name. Symbolic links on the
 * way are followed by the rules of WASI, so never outside. As long as this is open no guest can
 * move, replace or remove the folders above the file; the file itself may come, go and be replaced
 * by a link, so the library must not follow a link in the last place.
 *
 * <p>Thread-safety: immutable; {@link #find} and {@link #close} may block, and run on a blocking
 * thread. {@link #close} may be called more than once.
 */
public final class NamedFile implements AutoCloseable {
  private static final byte[] ITSELF = {};

  private final String hostPath;
  private final List<PinnedFolders.Key> pins;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NamedFile(String hostPath, List<PinnedFolders.Key> pins) {
    this.hostPath = hostPath;
    this.pins = pins;
  }

  /**
   * Finds a file.
   *
   * @param preopens the folders of a process
   * @param guestPath relative to a preopened folder's name, the longest that fits; or absolute and
   *     below the host's name of one
   * @return the caller closes it; the file need not exist
   * @throws IOException when the path leads outside, through a missing folder, or to anything but a
   *     regular file; the text says which
   */
  public static NamedFile find(List<Preopen> preopens, String guestPath) throws IOException {
    Preopen best = null;
    String rest = null;
    for (Preopen preopen : preopens) {
      String below = below(preopen, guestPath);
      if (below != null && (rest == null || below.length() < rest.length())) {
        best = preopen;
        rest = below;
      }
    }
    if (best == null || rest == null) {
      throw new IOException("it is not below a preopened folder");
    }
    if (rest.isEmpty() || rest.indexOf('\0') >= 0) {
      throw new IOException("it does not name a file");
    }
    String host = best.hostPath();
    byte[] path = rest.getBytes(StandardCharsets.UTF_8);
    try {
      HostFile root = HostFile.open(() -> Linux.openPreopen(host));
      try {
        return root.use(number -> find(number, path));
      } finally {
        root.close();
      }
    } catch (WasiFailure failure) {
      throw new IOException(reason(failure.errno()));
    }
  }

  private static @Nullable String below(Preopen preopen, String path) {
    String rest = below(plain(preopen.guestPath()), plain(path));
    return rest == null && path.startsWith("/") && preopen.hostPath().startsWith("/")
        ? below(plain(preopen.hostPath()), path)
        : rest;
  }

  private static @Nullable String below(String folder, String path) {
    if (folder.isEmpty()) {
      return path.startsWith("/") ? null : path;
    }
    if (path.equals(folder)) {
      return "";
    }
    String prefix = folder.endsWith("/") ? folder : folder + "/";
    if (!path.startsWith(prefix)) {
      return null;
    }
    int start = prefix.length();
    while (start < path.length() && path.charAt(start) == '/') {
      start++;
    }
    return path.substring(start);
  }

  /** Without {@code .} in front and slashes behind. */
  private static String plain(String path) {
    String plain = path;
    while (plain.startsWith("./")) {
      plain = plain.substring(2);
    }
    while (plain.length() > 1 && plain.endsWith("/")) {
      plain = plain.substring(0, plain.length() - 1);
    }
    return plain.equals(".") ? "" : plain;
  }

  private static NamedFile find(int root, byte[] path) throws WasiFailure {
    try (PathWalk walk = PathWalk.from(root, path, true)) {
      byte[] name = walk.name();
      if (walk.folderWanted() || Arrays.equals(name, new byte[] {'.'})) {
        throw new WasiFailure(Errno.ISDIR);
      }
      checkType(walk.parent(), name);
      String[] folder = new String[1];
      List<PinnedFolders.Key> pins =
          PinnedFolders.pin(
              () -> {
                byte[] text = Linux.readLink(Linux.AT_FDCWD, descriptorPath(walk.parent()));
                folder[0] = new String(text, StandardCharsets.UTF_8);
                return keys(folder[0], Linux.status(walk.parent(), ITSELF));
              });
      String slash = folder[0].endsWith("/") ? "" : "/";
      return new NamedFile(folder[0] + slash + new String(name, StandardCharsets.UTF_8), pins);
    }
  }

  private static void checkType(int parent, byte[] name) throws WasiFailure {
    try {
      switch (Linux.status(parent, name).type()) {
        case FileType.REGULAR_FILE -> {}
        case FileType.FOLDER -> throw new WasiFailure(Errno.ISDIR);
        case FileType.SYMBOLIC_LINK -> throw new WasiFailure(Errno.LOOP);
        default -> throw new WasiFailure(Errno.NOTSUP);
      }
    } catch (WasiFailure failure) {
      if (failure.errno() != Errno.NOENT) {
        throw failure;
      }
    }
  }

  private static byte[] descriptorPath(int number) {
    return ("/proc/self/fd/" + number).getBytes(StandardCharsets.US_ASCII);
  }

  /** The folders from the root to this one, which must be the expected one and have no links. */
  private static List<PinnedFolders.Key> keys(String folder, FileStatus expected)
      throws WasiFailure {
    List<PinnedFolders.Key> keys = new ArrayList<>();
    int at = Linux.open(Linux.AT_FDCWD, new byte[] {'/'}, Linux.O_PATH | Linux.O_DIRECTORY, 0);
    try {
      keys.add(PinnedFolders.Key.of(Linux.status(at, ITSELF)));
      for (String name : folder.split("/+")) {
        if (!name.isEmpty()) {
          int above = at;
          byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
          at = Linux.open(above, bytes, Linux.O_PATH | Linux.O_DIRECTORY | Linux.O_NOFOLLOW, 0);
          Linux.close(above);
          keys.add(PinnedFolders.Key.of(Linux.status(at, ITSELF)));
        }
      }
    } finally {
      Linux.close(at);
    }
    if (!keys.getLast().equals(PinnedFolders.Key.of(expected))) {
      throw new WasiFailure(Errno.NOENT);
    }
    return keys;
  }

  private static String reason(int errno) {
    return switch (errno) {
      case Errno.PERM -> "it leads out of its preopened folder";
      case Errno.NOENT -> "there is no such folder";
      case Errno.NOTDIR -> "a part of it is not a folder";
      case Errno.ISDIR -> "it is a folder";
      case Errno.LOOP -> "it has too many symbolic links";
      case Errno.NOTSUP -> "it is not a regular file, or this system is not Linux";
      case Errno.NAMETOOLONG -> "it is too long";
      case Errno.NFILE, Errno.MFILE -> "too many files are open";
      case 2 -> "access is denied";
      default -> "WASI error " + errno;
    };
  }

  /**
   * Where the file is, without links but maybe for the last place.
   *
   * @return an absolute path
   */
  public String hostPath() {
    return hostPath;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      PinnedFolders.unpin(pins);
    }
  }
}
