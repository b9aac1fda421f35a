package dev.selene.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The command {@code selene} of the classes under test, for shells and for cargo. */
final class SeleneOnPath {
  private SeleneOnPath() {}

  /** Makes the command; returns the folder it is in. */
  static Path install(Path folder) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path selene = bin.resolve("selene");
    Files.writeString(
        selene,
        """
        #!/bin/sh
        exec '%s' --add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \\
          -XX:-DontCompileHugeMethods -Xmx256m -cp '%s' dev.selene.cli.Main "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(selene, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin;
  }

  /** The environment in which the command of this folder is found. */
  static Map<String, String> environment(Path folder) {
    return Map.of("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
  }
}
