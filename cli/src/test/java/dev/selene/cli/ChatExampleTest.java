package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code chat}: each test has rooms and nicks of its own. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ChatExampleTest {
  @TempDir static Path folder;
  private static GuestProgram server;
  private static InetSocketAddress address;

  @BeforeAll
  static void start() throws Exception {
    server = GuestProgram.startExample(folder, "chat");
    address = server.address();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** Hears lines up to one. */
  private static void hears(LineClient client, String expected) throws IOException {
    List<String> heard = new ArrayList<>();
    String line = client.hear();
    while (line != null && !line.equals(expected)) {
      heard.add(line);
      line = client.hear();
    }
    assertNotNull(line, () -> "not \"" + expected + "\", but: " + heard);
  }

  /** A client with a nick in a room. */
  private static LineClient enter(String nick, String room) throws IOException {
    LineClient client = LineClient.connect(address);
    String here = client.hear();
    assertNotNull(here);
    assertTrue(here.startsWith("* guest-") && here.endsWith(" is here"), here);
    String guest = here.split(" ")[1];
    client.say("/nick " + nick);
    hears(client, "* " + guest + " is now " + nick);
    client.say("/join " + room);
    hears(client, "* " + nick + " is here");
    return client;
  }

  @Test
  void lines_goToTheRoom_inOneOrder_andNowhereElse() throws Exception {
    try (LineClient ann = enter("ann", "order");
        LineClient bob = enter("bob", "order");
        LineClient eve = enter("eve", "elsewhere")) {
      hears(ann, "* bob is here");
      for (int i = 0; i < 100; i++) {
        ann.say("a" + i);
        bob.say("b" + i);
      }
      List<String> heard = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String line = ann.hear();
        assertNotNull(line);
        heard.add(line);
        assertEquals(line, bob.hear());
      }
      for (String nick : List.of("a", "b")) {
        String said = "<" + (nick.equals("a") ? "ann" : "bob") + "> " + nick;
        List<String> own = heard.stream().filter(line -> line.startsWith(said)).toList();
        assertEquals(100, own.size());
        for (int i = 0; i < 100; i++) {
          assertEquals(said + i, own.get(i));
        }
      }
      assertEquals("* in elsewhere: eve", eve.ask("/who"));
      assertEquals("* in order: ann bob", ann.ask("/who"));
    }
  }

  @Test
  void nick_isOnesOwn_inARoom() throws Exception {
    try (LineClient first = enter("kim", "nicks");
        LineClient other = enter("lee", "nicks")) {
      assertEquals("* kim is taken", other.ask("/nick kim"));
      assertEquals("* a name has 1 to 32 letters, digits and dashes", other.ask("/nick a b"));
      assertEquals("* in nicks: kim lee", other.ask("/who"));
      assertEquals("* lee is here", first.hear());
      try (LineClient third = enter("kim", "other-nicks")) {
        assertEquals("* somebody in nicks has the name kim", third.ask("/join nicks"));
        assertEquals("* in other-nicks: kim", third.ask("/who"));
        third.say("/quit");
        assertNull(third.hear());
      }
      other.close();
      assertEquals("* lee has left", first.hear());
    }
    // Everybody has gone, and so has the room; it can be entered again all the same. The server
    // hears of a closed connection some
    // time after it was closed.
    try (LineClient again = enter("kim", "gone")) {
      String answer = again.ask("/join nicks");
      while ("* somebody in nicks has the name kim".equals(answer)) {
        answer = again.ask("/join nicks");
      }
      assertEquals("* kim is here", answer);
      assertEquals("* in nicks: kim", again.ask("/who"));
    }
  }

  @Test
  void roomThatCrashes_isStartedAgain_andItsGuestsComeBack() throws Exception {
    try (LineClient ann = enter("ann", "fragile");
        LineClient bob = enter("bob", "fragile");
        LineClient eve = enter("eve", "sound")) {
      for (int i = 0; i < 10; i++) {
        ann.say("/crash");
        for (LineClient client : List.of(ann, bob)) {
          hears(client, "* the room crashed; back in a moment");
        }
        // Both come back, in either order.
        String who;
        do {
          ann.say("/who");
          do {
            who = ann.hear();
            assertNotNull(who);
          } while (!who.startsWith("* in "));
        } while (!who.contains("ann") || !who.contains("bob"));
        ann.say("crash " + i);
        hears(bob, "<ann> crash " + i);
      }
      // In the other room nothing was heard of it.
      assertEquals("<eve> quiet here", eve.ask("quiet here"));
    }
  }

  @Test
  void clientThatDoesNotRead_isPutOut_andHoldsUpNobody() throws Exception {
    String text = "x".repeat(4000);
    try (LineClient ann = enter("ann", "slow");
        LineClient slow = enter("slow", "slow")) {
      hears(ann, "* slow is here");
      // What nobody reads fills the kernel's buffers first, and then the mailbox.
      int said = 0;
      boolean left = false;
      while (!left) {
        assertTrue(said < 20_000, "still there after " + said + " lines");
        ann.say(text);
        said++;
        String heard = ann.hear();
        assertNotNull(heard);
        if (heard.equals("* slow has left")) {
          left = true;
        } else {
          assertEquals("<ann> " + text, heard);
        }
      }
      hears(ann, "<ann> " + text);
      assertEquals("* in slow: ann", ann.ask("/who"));
      try {
        for (String line = slow.hear(); line != null; line = slow.hear()) {
          assertTrue(line.length() <= text.length() + 6, line);
        }
      } catch (SocketException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("reset"), e.getMessage());
      }
    }
  }

  @Test
  void lineThatIsTooLong_endsItsConnectionAlone() throws Exception {
    try (LineClient ann = enter("ann", "long");
        LineClient other = enter("other", "long")) {
      hears(ann, "* other is here");
      other.say("y".repeat(5000));
      hears(ann, "* other has left");
      assertEquals("<ann> still here", ann.ask("still here"));
    }
  }
}
