package dev.selene.vm.internal.process;

import dev.selene.host.BlockingPool;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessConfig.Preopen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which folders of the host a process gets. The embedder grants any; a guest grants what lies at or
 * below a folder of its own. Paths are resolved at the spawn, links and all, so that what is
 * compared here is what is opened later.
 */
final class PreopenedFolders {
  /** Bytes moved that cost as much fuel as looking up a path. */
  private static final long COST = 8_192;

  private PreopenedFolders() {}

  /** For the embedder: what cannot be resolved stays, and fails when the guest uses it. */
  static ProcessConfig resolved(ProcessConfig config) {
    if (config.preopens().isEmpty()) {
      return config;
    }
    List<Preopen> folders = new ArrayList<>();
    for (Preopen folder : config.preopens()) {
      try {
        folders.add(new Preopen(folder.guestPath(), realPath(folder).toString()));
      } catch (IOException | InvalidPathException e) {
        folders.add(folder);
      }
    }
    return config.withPreopens(folders);
  }

  /**
   * For a guest. Parks it, since the file system may be slow.
   *
   * @throws HostTrap when a folder does not exist or is none of the creator's; the text is the
   *     same, so that nobody learns what is there outside
   */
  static ProcessConfig within(ProcessConfig config, GuestContext creator) {
    if (config.preopens().isEmpty()) {
      return config;
    }
    creator.chargeBytes(COST * config.preopens().size());
    List<Path> granted =
        creator.config().preopens().stream().map(folder -> Path.of(folder.hostPath())).toList();
    try {
      return creator.runBlocking(
          BlockingPool.FILES, () -> config.withPreopens(below(config, granted)), ignored -> {});
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Preopen> below(ProcessConfig config, List<Path> granted) {
    List<Preopen> folders = new ArrayList<>();
    for (Preopen folder : config.preopens()) {
      boolean fine = false;
      try {
        Path real = realPath(folder);
        fine = Files.isDirectory(real) && granted.stream().anyMatch(real::startsWith);
        folders.add(new Preopen(folder.guestPath(), real.toString()));
      } catch (IOException | InvalidPathException e) {
        fine = false;
      }
      if (!fine) {
        throw new HostTrap(
            "folder \""
                + Texts.shortened(folder.guestPath())
                + "\" cannot be opened: there is none with that path at or below a folder of the"
                + " spawning process");
      }
    }
    return folders;
  }

  private static Path realPath(Preopen folder) throws IOException {
    return Path.of(folder.hostPath()).toRealPath();
  }
}
