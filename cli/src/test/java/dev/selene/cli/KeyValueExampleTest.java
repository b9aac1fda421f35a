package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code key-value}: what it answered {@code OK} to is there, whatever is killed. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class KeyValueExampleTest {
  private static final int CLIENTS = 4;

  @TempDir Path folder;

  private GuestProgram start() throws IOException {
    return GuestProgram.startExample(folder, "key-value", "127.0.0.1:0", "pairs.db");
  }

  private static void assertAnswers(InetSocketAddress address) throws IOException {
    try (LineClient client = LineClient.connect(address);
        LineClient other = LineClient.connect(address)) {
      assertEquals("NONE", client.ask("GET a"));
      assertEquals("OK", client.ask("SET a it's 1; DROP TABLE pairs; -- ü"));
      // The other client has another reader.
      assertEquals("VALUE it's 1; DROP TABLE pairs; -- ü", other.ask("GET a"));
      assertEquals("OK", other.ask("SET b 2"));
      assertEquals("2", client.ask("COUNT"));
      assertEquals("OK", client.ask("DEL a"));
      assertEquals("NONE", other.ask("GET a"));
      String usage = "ERROR SET KEY VALUE, GET KEY, DEL KEY, COUNT or KILL";
      assertEquals(usage, client.ask("SET a"));
      assertEquals(usage, client.ask("what"));
    }
  }

  /** A client that counts its own key up, and knows what was answered. */
  private static void countUp(
      InetSocketAddress address, int client, int last, AtomicIntegerArray answered)
      throws IOException {
    try (LineClient line = LineClient.connect(address)) {
      for (int value = answered.get(client) + 1; value <= last; value++) {
        String answer = line.ask("SET key-" + client + " " + value);
        if (answer == null) {
          return;
        }
        assertEquals("OK", answer);
        answered.set(client, value);
      }
    }
  }

  private static List<Thread> startClients(
      InetSocketAddress address, int last, AtomicIntegerArray answered, List<Throwable> failures) {
    List<Thread> threads = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      countUp(address, number, last, answered);
                    } catch (IOException e) {
                      // The server was killed, which is what one of the tests is about.
                    } catch (Throwable e) {
                      synchronized (failures) {
                        failures.add(e);
                      }
                    }
                  }));
    }
    return threads;
  }

  private static void assertKept(InetSocketAddress address, AtomicIntegerArray answered)
      throws IOException {
    try (LineClient line = LineClient.connect(address)) {
      for (int client = 0; client < CLIENTS; client++) {
        String value = line.ask("GET key-" + client);
        assertNotNull(value);
        // The next one may be there as well: it was on its way.
        int kept = value.equals("NONE") ? 0 : Integer.parseInt(value.substring("VALUE ".length()));
        int least = answered.get(client);
        assertTrue(kept == least || kept == least + 1, kept + " is kept, answered: " + least);
        answered.set(client, kept);
      }
    }
  }

  @Test
  void whateverIsKilled_nothingThatWasAnsweredIsLost() throws Exception {
    AtomicIntegerArray answered = new AtomicIntegerArray(CLIENTS);
    List<Throwable> failures = new ArrayList<>();
    try (GuestProgram server = start()) {
      assertAnswers(server.address());
      List<Thread> threads = startClients(server.address(), Integer.MAX_VALUE, answered, failures);
      killWriter(server.address());
      // The clients go on all the same; and then the whole machine is killed, in the midst of it.
      int wanted = answered.get(0) + 20;
      try (LineClient client = LineClient.connect(server.address())) {
        while (answered.get(0) < wanted) {
          assertEquals("OK", client.ask("SET other " + answered.get(0)));
        }
      }
      server.kill();
      join(threads);
      assertEquals(List.of(), failures);
    }
    try (GuestProgram server = start()) {
      assertKept(server.address(), answered);
      int last = 50;
      for (int client = 0; client < CLIENTS; client++) {
        last = Math.max(last, answered.get(client) + 50);
      }
      List<Thread> threads = startClients(server.address(), last, answered, failures);
      killWriter(server.address());
      join(threads);
      assertEquals(List.of(), failures);
      for (int client = 0; client < CLIENTS; client++) {
        assertEquals(last, answered.get(client), server::output);
      }
      assertKept(server.address(), answered);
    }
    Tool check =
        Tool.run(
            folder, "", "sqlite3", folder.resolve("pairs.db").toString(), "PRAGMA quick_check;");
    assertEquals(new Tool(0, "ok\n"), check);
  }

  private static void killWriter(InetSocketAddress address) throws IOException {
    try (LineClient killer = LineClient.connect(address)) {
      for (int i = 0; i < 20; i++) {
        assertEquals("OK", killer.ask("KILL"));
        assertEquals("OK", killer.ask("SET killer " + i));
        assertEquals("VALUE " + i, killer.ask("GET killer"));
      }
    }
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
