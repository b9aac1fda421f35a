package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code job-queue}: every job comes to its end, whatever is killed. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class JobQueueExampleTest {
  @TempDir Path folder;

  private GuestProgram start() throws IOException {
    return GuestProgram.startExample(folder, "job-queue", "127.0.0.1:0", "jobs.db", "2");
  }

  /** Puts a job; its number. */
  private static String put(LineClient client, String work) throws IOException {
    String answer = client.ask("PUT " + work);
    assertNotNull(answer);
    assertTrue(answer.startsWith("JOB "), answer);
    return answer.substring("JOB ".length());
  }

  private static String await(LineClient client, String job) throws IOException {
    String answer = client.ask("WAIT " + job);
    assertNotNull(answer);
    return answer;
  }

  @Test
  void jobs_areTriedAgain_andGivenUp() throws Exception {
    try (GuestProgram server = start();
        LineClient client = LineClient.connect(server.address())) {
      String crash = put(client, "crash");
      String spin = put(client, "spin");
      String fail = put(client, "fail");
      String twice = put(client, "flaky 2");
      String often = put(client, "flaky 3");
      String never = put(client, "flaky 4");
      assertEquals("DONE 49", await(client, put(client, "square -7")));
      assertEquals("DONE at attempt 2", await(client, twice));
      assertEquals("DONE at attempt 3", await(client, often));
      assertEquals("DEAD not before attempt 4", await(client, never));
      assertEquals("DEAD it always fails", await(client, fail));
      String crashed = await(client, crash);
      assertTrue(crashed.startsWith("DEAD trap: "), crashed);
      assertTrue(crashed.contains("it always crashes"), crashed);
      assertEquals("DEAD it took too long", await(client, spin));
      String list = client.ask("DEAD");
      assertNotNull(list);
      assertTrue(list.contains(crash + " crash (3 attempts: trap: "), list);
      assertTrue(list.contains(fail + " fail (3 attempts: it always fails)"), list);
      assertTrue(list.contains(spin + " spin (3 attempts: it took too long)"), list);
      assertEquals("COUNT waiting 0, running 0, done 3, dead 4", client.ask("COUNT"));
      assertEquals("ERROR there is no such job", client.ask("WAIT 999"));
      assertEquals(
          "ERROR square N, flaky N, fail, crash, spin or sleep MILLISECONDS",
          client.ask("PUT nonsense"));
    }
  }

  @Test
  void whateverIsKilled_noJobIsLost() throws Exception {
    Map<String, Integer> squares = new LinkedHashMap<>();
    String slow;
    try (GuestProgram server = start();
        LineClient client = LineClient.connect(server.address());
        LineClient waiting = LineClient.connect(server.address())) {
      // Asked of a queue that ends before it answers; the next one does.
      waiting.say("WAIT " + put(client, "sleep 100"));
      for (int i = 0; i < 100; i++) {
        squares.put(put(client, "square " + i), i);
        if (i % 40 == 0) {
          assertEquals("OK", client.ask("KILL"));
        }
      }
      String late = waiting.hear();
      assertTrue(String.valueOf(late).startsWith("D"), late);
      // One is at work when the machine ends, and others wait.
      slow = put(client, "sleep 1000");
      for (int i = 0; i < 50; i++) {
        put(client, "sleep 20");
        squares.put(put(client, "square " + i), i);
      }
      server.kill();
    }
    try (GuestProgram server = start();
        LineClient client = LineClient.connect(server.address())) {
      for (Map.Entry<String, Integer> square : squares.entrySet()) {
        int number = square.getValue();
        assertEquals("DONE " + number * number, await(client, square.getKey()));
      }
      assertEquals("DONE well rested", await(client, slow));
    }
  }
}
