package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code plugin-host}, with good plugins and bad ones in two languages. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class PluginHostExampleTest {
  @TempDir static Path folder;
  private static GuestProgram server;
  private static InetSocketAddress address;

  @BeforeAll
  static void start() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Files.copy(RustExamples.program("plugins"), plugins.resolve("rust.wasm"));
    Files.copy(TestGuests.wat("plugin"), plugins.resolve("wat.wasm"));
    Files.writeString(plugins.resolve("broken.wasm"), "this is no module");
    Files.writeString(folder.resolve("secret"), "of the host");
    server = GuestProgram.startExample(folder, "plugin-host", "127.0.0.1:0", "plugins");
    address = server.address();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static void expect(LineClient client, String answer, String question) throws IOException {
    assertEquals(answer, client.ask(question), question);
  }

  /** Good plugins answer. */
  private static void assertWell(LineClient client) throws IOException {
    expect(client, "= HELLO ÜNÏCÖDE", "rust upper hello ünïcöde");
    expect(client, "= olleh", "rust reverse hello");
    expect(client, "= 5", "wat length hello");
    expect(client, "= 12345", "wat length " + "x".repeat(12345));
  }

  private static void assertFails(LineClient client, String reason, String question)
      throws IOException {
    String answer = client.ask(question);
    assertNotNull(answer, question);
    assertTrue(answer.startsWith("! ") && answer.contains(reason), question + ": " + answer);
  }

  @Test
  void badPlugins_areContained_andTheReasonIsTold() throws Exception {
    try (LineClient client = LineClient.connect(address)) {
      assertWell(client);
      for (int i = 0; i < 3; i++) {
        assertFails(client, "out of fuel (limit 100 units)", "rust spin");
        assertFails(client, "(the memory limit of 8 MiB was reached)", "rust bomb");
        assertFails(client, "stack", "rust recurse");
        assertFails(client, "cannot cope with \"this\"", "rust crash this");
        assertFails(client, "out of bounds", "wat wild");
        assertFails(client, "trap", "rust fork");
        assertWell(client);
      }
      assertFails(client, "no answer", "rust wait");
      assertFails(client, "no-such-function", "rust no-such-function");
      assertFails(client, "the plugin missing: ", "missing upper x");
      assertFails(client, "the plugin broken: ", "broken upper x");
      assertFails(client, "a name has letters, digits and dashes", "../secret upper x");
      assertFails(client, "PLUGIN FUNCTION TEXT", "rust");
      assertWell(client);
    }
  }

  @Test
  void plugins_seeNothingOfTheHost() throws Exception {
    try (LineClient client = LineClient.connect(address);
        ServerSocket listener = new ServerSocket(0)) {
      String answer = client.ask("rust connect 127.0.0.1:" + listener.getLocalPort());
      assertTrue(String.valueOf(answer).contains("may not connect"), answer);
      for (String file : List.of("secret", "./secret", "plugins/broken.wasm")) {
        String read = client.ask("rust read " + file);
        assertTrue(!String.valueOf(read).contains("of the host"), read);
        assertTrue(String.valueOf(read).startsWith("= "), read);
      }
    }
  }

  @Test
  void badPlugins_doNotHoldUpGoodOnes() throws Exception {
    List<LineClient> busy = new ArrayList<>();
    try (LineClient client = LineClient.connect(address)) {
      for (String question : List.of("rust spin", "rust bomb", "rust wait", "rust crash x")) {
        for (int i = 0; i < 5; i++) {
          LineClient other = LineClient.connect(address);
          busy.add(other);
          other.say(question);
        }
      }
      assertWell(client);
      for (LineClient other : busy) {
        assertTrue(String.valueOf(other.hear()).startsWith("! "));
        expect(other, "= X", "rust upper x");
      }
    } finally {
      for (LineClient other : busy) {
        other.close();
      }
    }
  }
}
