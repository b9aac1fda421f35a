package dev.selene.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The Rust projects of {@code selene new}. Their files are resources: those in {@code
 * templates/common}, in which words in braces are replaced, and those of each template.
 */
enum ProjectTemplate {
  SERVER(
      "A server: a process that keeps a state and handles one message after the other.",
      List.of("src/main.rs", "src/counter.rs")),
  SUPERVISED(
      "A supervisor with a server as its child, which is started again when it fails.",
      List.of("src/main.rs", "src/calculator.rs")),
  WEB(
      "An HTTP server in plain code, with a process for each connection. `cargo run -- ADDRESS`"
          + " says where it listens, at 127.0.0.1:8080 else.",
      List.of("src/main.rs", "src/http.rs", "src/pages.rs"));

  private final String summary;
  private final List<String> files;

  ProjectTemplate(String summary, List<String> files) {
    this.summary = summary;
    this.files = files;
  }

  /** As it is written on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static final class ByName implements ITypeConverter<ProjectTemplate> {
    @Override
    public ProjectTemplate convert(String text) {
      for (ProjectTemplate template : values()) {
        if (template.label().equals(text)) {
          return template;
        }
      }
      throw new TypeConversionException(
          "expected one of "
              + Arrays.stream(values())
                  .map(ProjectTemplate::label)
                  .collect(Collectors.joining(", "))
              + " but was '"
              + text
              + "'");
    }
  }

  /**
   * Writes all files of a project.
   *
   * @param folder the project's folder, which is there and empty
   * @param name the crate's name
   * @param sdk the folder of the crate {@code selene}
   */
  void write(Path folder, String name, Path sdk) throws IOException {
    String manifest = resource("common/Cargo.toml");
    write(
        folder.resolve("Cargo.toml"),
        manifest.replace("{name}", name).replace("{sdk}", quoted(sdk.toString())));
    write(
        folder.resolve("README.md"),
        resource("common/README.md").replace("{name}", name).replace("{summary}", summary));
    write(folder.resolve(".gitignore"), resource("common/gitignore"));
    Path config = folder.resolve(".cargo").resolve("config.toml");
    write(config, CargoConfig.forSelene(config.toString(), ""));
    for (String file : files) {
      write(folder.resolve(file), resource(label() + "/" + file));
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ProjectTemplate.class.getResourceAsStream("templates/" + name)) {
      if (in == null) {
        throw new IOException("this installation lacks the template " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A string of TOML. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (Character.isISOControl(c)) {
                quoted.append(String.format("\\u%04X", c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }
}
