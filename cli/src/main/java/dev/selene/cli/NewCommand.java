package dev.selene.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code selene new}. */
@Command(
    name = "new",
    description = "Makes a Rust project that builds, runs and tests with cargo, under Selene.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class NewCommand implements Callable<Integer> {
  private static final int LONGEST_NAME = 64;

  /** What cargo accepts and rustc has nothing to say about. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([-_][a-z0-9]+)*");

  /** Rust's keywords, its own crates, what the project depends on, and folders of cargo. */
  private static final Set<String> TAKEN =
      Set.of(
          ("abstract as async await become box break const continue crate do dyn else enum extern"
                  + " false final fn for gen if impl in let loop macro match mod move mut override"
                  + " priv pub ref return self static struct super trait true try type typeof"
                  + " unsafe unsized use virtual where while yield"
                  + " alloc core proc_macro proc-macro std test"
                  + " selene serde"
                  + " build deps examples incremental")
              .split(" "));

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "The project's folder, which is made; its last part is the crate's name.")
  private String name;

  @Option(
      names = "--template",
      paramLabel = "TEMPLATE",
      defaultValue = "server",
      converter = ProjectTemplate.ByName.class,
      description = "server, supervised, or web (default: server).")
  private ProjectTemplate template = ProjectTemplate.SERVER;

  @Option(
      names = "--sdk",
      paramLabel = "PATH",
      description = "The folder of the crate selene (default: guest-sdk-rust of this Selene).")
  private @Nullable String sdk;

  @Override
  public Integer call() {
    Logging.configure("warn", 0);
    Path folder = name.isBlank() ? Path.of("") : ModuleFile.path(name);
    String crate = crateName(folder);
    Path parent = MachineOptions.absolute(folder).getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw CommandFailure.cannotLoad(folder + ": the folder " + parent + " is not there");
    }
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw CommandFailure.cannotLoad(
          folder + " is there already; choose another name, or use selene init in a cargo project");
    }
    Path library = sdk == null ? GuestSdk.ofInstallation() : GuestSdk.named(sdk);
    try {
      write(folder, parent, crate, library);
    } catch (AccessDeniedException e) {
      throw CommandFailure.cannotLoad(folder + ": no permission to write in " + parent, e);
    } catch (IOException e) {
      throw CommandFailure.cannotLoad(folder + ": cannot be made: " + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "made " + folder + " (" + template.label() + "); next: cd " + folder + ", cargo run");
    out.flush();
    return ExitCodes.OK;
  }

  /** Writes the project beside its place, and moves it there when it is whole. */
  private void write(Path folder, Path parent, String crate, Path library) throws IOException {
    Path unfinished = Files.createTempDirectory(parent, ".selene-new-");
    try {
      Path project = Files.createDirectory(unfinished.resolve(crate));
      template.write(project, crate, library);
      Files.move(project, folder);
    } finally {
      delete(unfinished);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  private static String crateName(Path folder) {
    String crate = ModuleFile.baseName(folder);
    if (crate.length() > LONGEST_NAME || !NAME.matcher(crate).matches()) {
      throw CommandFailure.usage(
          "'"
              + crate
              + "' is no name for a crate: lower-case letters and digits, single - or _ between"
              + " them, a letter first, at most "
              + LONGEST_NAME);
    }
    if (TAKEN.contains(crate)) {
      throw CommandFailure.usage(
          "'" + crate + "' means something else to Rust or cargo; choose another name");
    }
    return crate;
  }
}
