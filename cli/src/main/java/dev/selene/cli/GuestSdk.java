package dev.selene.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the Rust crate {@code selene} is. */
final class GuestSdk {
  private static final String WORKSPACE = "guest-sdk-rust";
  private static final String CRATE = "selene";
  private static final Pattern NAME = Pattern.compile("(?m)^name = \"selene\"$");

  private GuestSdk() {}

  /** The crate's folder in the installation that this code belongs to. */
  static Path ofInstallation() {
    Path start = code();
    for (Path at = start; at != null; at = at.getParent()) {
      Path crate = at.resolve(WORKSPACE).resolve(CRATE);
      if (isCrate(crate)) {
        return crate;
      }
    }
    throw CommandFailure.cannotLoad(
        "this installation of Selene has no crate selene beside it; say where that is, with"
            + " --sdk PATH");
  }

  /** The crate's folder, or that of the workspace it is in, as it was named. */
  static Path named(String text) {
    Path named = ModuleFile.path(text);
    ModuleFile.checkExists(named);
    for (Path crate : new Path[] {named, named.resolve(CRATE)}) {
      if (isCrate(crate)) {
        try {
          return crate.toRealPath();
        } catch (IOException e) {
          throw CommandFailure.cannotLoad(crate + ": " + e.getMessage(), e);
        }
      }
    }
    throw CommandFailure.cannotLoad(
        named + ": no crate selene here; --sdk wants the folder guest-sdk-rust of a checkout");
  }

  private static boolean isCrate(Path folder) {
    try {
      return NAME.matcher(Files.readString(folder.resolve("Cargo.toml"))).find();
    } catch (IOException e) {
      return false;
    }
  }

  /** The jar, or the folder of classes, that this class was loaded from. */
  private static @Nullable Path code() {
    CodeSource source = GuestSdk.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? null : Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
