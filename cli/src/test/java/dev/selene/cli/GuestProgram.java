package dev.selene.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A guest that runs as a process of the operating system, started as a shell would. With the
 * environment variable {@code SELENE_TEST_PEER} set to {@code lunatic}, the real Lunatic runs it
 * instead: so what tests expect is checked against it.
 */
final class GuestProgram implements AutoCloseable {
  static final boolean PEER = System.getenv("SELENE_TEST_PEER") != null;
  private static final long LIVENESS_SECONDS = 120;
  private static final String LISTENING = "listening on ";

  private final String name;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private int openStreams = 2;

  private GuestProgram(String name, Process process) {
    this.name = name;
    this.process = process;
    read(process.getInputStream());
    read(process.getErrorStream());
  }

  /**
   * Starts a guest of {@code test-modules}.
   *
   * @param folder its working directory, which it sees as {@code .}
   */
  static GuestProgram start(Path folder, String name, String... arguments) throws IOException {
    return start(folder, List.of(), name, arguments);
  }

  /**
   * The same, with flags for {@code selene run}.
   *
   * @param flags those that Lunatic knows, too
   */
  static GuestProgram start(Path folder, List<String> flags, String name, String... arguments)
      throws IOException {
    return start(List.of(), folder, flags, name, TestGuests.program(name), List.of(arguments));
  }

  /** The same, in a network of its own in which nothing can be reached. */
  static GuestProgram startWithoutNetwork(Path folder, String name, String... arguments)
      throws IOException, InterruptedException {
    String[] alone = {"unshare", "--net", "--map-root-user"};
    Tool permitted = Tool.run(folder, "", alone[0], alone[1], alone[2], "true");
    Assumptions.assumeTrue(permitted.exitCode() == 0, permitted.output());
    return start(
        List.of(alone), folder, List.of(), name, TestGuests.program(name), List.of(arguments));
  }

  /** Starts a program of {@code examples/rust}, in a folder that it sees as {@code .}. */
  static GuestProgram startExample(Path folder, String name, String... arguments)
      throws IOException {
    Assumptions.assumeFalse(PEER, "the examples need the imports of Selene");
    return start(
        List.of(), folder, List.of(), name, RustExamples.program(name), List.of(arguments));
  }

  /**
   * A guest that something else starts, cargo for example.
   *
   * @param process it, both of whose output streams nobody reads yet
   */
  static GuestProgram of(String name, Process process) {
    return new GuestProgram(name, process);
  }

  private static GuestProgram start(
      List<String> prefix,
      Path folder,
      List<String> flags,
      String name,
      Path program,
      List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    if (PEER) {
      command.add(System.getenv("SELENE_TEST_PEER"));
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "--add-opens",
              "java.base/java.lang=ALL-UNNAMED",
              "--enable-native-access=ALL-UNNAMED",
              "-XX:-DontCompileHugeMethods",
              "-XX:+UseParallelGC",
              "-Xmx512m",
              "-cp",
              System.getProperty("java.class.path"),
              "dev.selene.cli.Main"));
    }
    command.add("run");
    command.addAll(flags);
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("CARGO"));
    builder.environment().put("SELENE_CACHE_DIR", folder.resolve(".cache").toString());
    return new GuestProgram(name, builder.start());
  }

  private void read(InputStream stream) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  add(line);
                }
              } catch (IOException e) {
                add("(no more output: " + e.getMessage() + ")");
              } finally {
                streamEnded();
              }
            });
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void streamEnded() {
    openStreams--;
    notifyAll();
  }

  /** All lines so far, of both streams. */
  synchronized String output() {
    return String.join("\n", lines);
  }

  /** The first line that contains a text, as soon as it is there. */
  synchronized String awaitLine(String text) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIVENESS_SECONDS);
    int seen = 0;
    while (true) {
      for (; seen < lines.size(); seen++) {
        if (lines.get(seen).contains(text)) {
          return lines.get(seen);
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (openStreams == 0 || left <= 0) {
        throw new AssertionError(name + " did not say \"" + text + "\", but:\n" + output());
      }
      wait(left);
    }
  }

  /** Where it listens, as it says itself. */
  InetSocketAddress address() throws InterruptedException {
    String address = awaitLine(LISTENING).substring(LISTENING.length());
    int colon = address.lastIndexOf(':');
    return new InetSocketAddress(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }

  /** A connection to it. Reads fail when nothing comes for the time in which something must. */
  Socket connect() throws IOException, InterruptedException {
    return connect(address());
  }

  static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIVENESS_SECONDS));
    socket.connect(address);
    return socket;
  }

  /** Waits for its end; its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(LIVENESS_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(name + " is still running:\n" + output());
    }
    synchronized (this) {
      while (openStreams > 0) {
        wait(TimeUnit.SECONDS.toMillis(LIVENESS_SECONDS));
      }
    }
    return process.exitValue();
  }

  /** Ends it as a failing machine would: at once, and whatever it is doing. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    exitCode();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Memory that the operating system holds for it. */
  long residentBytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    Assumptions.assumeTrue(Files.exists(status), "no /proc here");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
