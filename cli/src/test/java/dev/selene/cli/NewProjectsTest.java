package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The projects that {@code selene new} makes, as their users have them: built, run, tested and
 * checked by cargo, with the commands of their README.
 *
 * <p>All are built into one folder, which is kept, so that what they depend on is built once.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NewProjectsTest {
  /** Long enough for all of a project's crates, on a machine that is busy. */
  private static final long BUILD_SECONDS = 540;

  private static final String RELEASE = "selene run .\n";
  private static final Pattern COMMANDS =
      Pattern.compile("(?m)^```sh\\n(.*?)^```$", Pattern.DOTALL);
  private static final Pattern SHOWN =
      Pattern.compile("(?m)^ *```text\\n(.*?)^ *```$", Pattern.DOTALL);
  private static final Pattern PASSED = Pattern.compile("test result: ok\\. (\\d+) passed");

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  /** What the projects depend on is what the SDK is tested with. It is there after this. */
  @BeforeAll
  static void fetch(@TempDir Path output) throws Exception {
    String manifest = GuestSdk.ofInstallation().resolveSibling("Cargo.toml").toString();
    Tool fetch =
        Tool.run(output, "", "cargo", "fetch", "--locked", "--quiet", "--manifest-path", manifest);
    assertEquals(0, fetch.exitCode(), fetch.output());
  }

  @BeforeEach
  void surroundings() throws IOException {
    SeleneOnPath.install(folder);
    environment.putAll(SeleneOnPath.environment(folder));
    environment.put("CARGO_NET_OFFLINE", "true");
    environment.put("CARGO_TARGET_DIR", Path.of("target/new-projects").toAbsolutePath().toString());
  }

  private Path make(String template) {
    Path project = folder.resolve("my-" + template);
    CommandRun run = CommandRun.here("new", project.toString(), "--template", template);
    assertEquals(0, run.exitCode(), run.err());
    return project;
  }

  private static String commands(Path page) throws IOException {
    Matcher commands = COMMANDS.matcher(Files.readString(page));
    assertTrue(commands.find(), "commands in " + page);
    return commands.group(1);
  }

  /** A README's commands without the one that optimizes, which takes long and is tried once. */
  private static String withoutRelease(Path project) throws IOException {
    String commands = commands(project.resolve("README.md"));
    assertTrue(commands.endsWith(RELEASE), commands);
    return commands.substring(0, commands.length() - RELEASE.length());
  }

  private CommandRun shell(Path where, String script) throws Exception {
    CommandRun run =
        CommandRun.finish(
            CommandRun.start(where, environment, List.of("sh", "-euc", script)),
            where,
            BUILD_SECONDS);
    assertEquals(0, run.exitCode(), script + run.out() + run.err());
    return run;
  }

  private static int passed(CommandRun run) {
    Matcher passed = PASSED.matcher(run.out());
    assertTrue(passed.find(), run.out());
    return Integer.parseInt(passed.group(1));
  }

  @Test
  void server_doesWhatItsReadmeSays() throws Exception {
    Path project = make("server");
    CommandRun run = shell(project, withoutRelease(project));
    assertTrue(run.out().startsWith("the counter is at 42\n"), run.out());
    assertEquals(3, passed(run));
  }

  @Test
  void web_answersARealClient() throws Exception {
    Path project = make("web");
    String commands = withoutRelease(project).replace("cargo run\n", "cargo build\n");
    assertEquals(8, passed(shell(project, commands)));
    ProcessBuilder builder = new ProcessBuilder("cargo", "run", "-q", "--", "127.0.0.1:0");
    builder.directory(project.toFile()).environment().putAll(environment);
    try (GuestProgram server = GuestProgram.of("web", builder.start());
        HttpClient client = HttpClient.newHttpClient()) {
      String line = server.awaitLine("listening on http://");
      URI root = URI.create(line.substring(line.indexOf("http://")));
      assertEquals(200, get(client, root.resolve("/")).statusCode());
      assertEquals("Hello, Ada!\n", get(client, root.resolve("/hello/Ada")).body());
      assertEquals(404, get(client, root.resolve("/nowhere")).statusCode());
      byte[] body = new byte[100_000];
      body[7] = -1;
      HttpRequest echo =
          HttpRequest.newBuilder(root.resolve("/echo"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      assertArrayEquals(body, client.send(echo, HttpResponse.BodyHandlers.ofByteArray()).body());
      assertThrows(IOException.class, () -> get(client, root.resolve("/crash")));
      assertEquals(200, get(client, root.resolve("/")).statusCode());
    }
  }

  /**
   * The book's chapter of ten commands, exactly as printed: begun in a folder with the command
   * {@code selene}, and with all the output that the chapter shows. They end with those of the
   * README of the template {@code supervised}.
   */
  @Test
  void tenCommands_doWhatTheChapterSays() throws Exception {
    Path page =
        GuestSdk.ofInstallation().resolve("../../docs/book/src/ten-commands.md").normalize();
    String commands = commands(page);
    assertEquals(10, commands.lines().count(), commands);
    Path checkout = folder.resolve("bin");
    environment.remove("PATH");
    CommandRun run = shell(checkout, commands);
    String readme = commands(folder.resolve("my-service/README.md"));
    assertTrue(commands.endsWith(readme), readme);
    assertEquals(4, passed(run));
    Matcher shown = SHOWN.matcher(Files.readString(page));
    int lines = 0;
    while (shown.find()) {
      for (String line : shown.group(1).lines().toList()) {
        assertTrue(run.out().contains(line.strip()), line + " is not in " + run.out());
        lines++;
      }
    }
    assertEquals(5, lines);
  }

  private static HttpResponse<String> get(HttpClient client, URI page) throws Exception {
    return client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
  }
}
