package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guest {@code chat}, talked to by sockets. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ChatTest {
  @TempDir Path folder;
  private GuestProgram server;
  private InetSocketAddress address;

  @BeforeEach
  void start() throws Exception {
    server = GuestProgram.start(folder, "chat");
    address = server.address();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private record Client(Socket socket, BufferedReader reader) implements AutoCloseable {
    void say(String text) throws IOException {
      socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    String hear() throws IOException {
      return reader.readLine();
    }

    void hears(String expected) throws IOException {
      assertEquals(expected, hear());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Client connect() throws IOException {
    Socket socket = GuestProgram.connect(address);
    Client client =
        new Client(
            socket,
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
    client.hears("* your name?");
    return client;
  }

  private Client enter(String name) throws IOException {
    Client client = connect();
    client.say(name);
    client.hears("* " + name + " joined");
    return client;
  }

  @Test
  void lines_goToAll_inTheSameOrder() throws Exception {
    try (Client ann = enter("ann");
        Client bob = enter("bob")) {
      ann.hears("* bob joined");
      ann.say("hello");
      ann.hears("<ann> hello");
      bob.hears("<ann> hello");
      for (int i = 0; i < 100; i++) {
        ann.say("a" + i);
        bob.say("b" + i);
      }
      List<String> heard = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        heard.add(ann.hear());
        assertEquals(heard.getLast(), bob.hear());
      }
      for (int i = 0; i < 100; i++) {
        assertTrue(heard.contains("<ann> a" + i) && heard.contains("<bob> b" + i), "line " + i);
      }
      ann.say("/who");
      ann.hears("* here: ann bob");
    }
  }

  @Test
  void name_isOnesOwn_untilOneLeaves() throws Exception {
    try (Client ann = enter("ann")) {
      try (Client other = connect()) {
        other.say("ann");
        other.hears("* ann is taken");
        other.hears("* your name?");
        other.say("not a name");
        other.hears("* a name has 1 to 32 letters and digits");
        other.hears("* your name?");
        other.say("äöü");
        other.hears("* äöü joined");
        ann.hears("* äöü joined");
        other.say("/quit");
        assertNull(other.hear());
      }
      ann.hears("* äöü left");
      try (Client again = enter("äöü")) {
        ann.hears("* äöü joined");
        again.socket().setSoLinger(true, 0);
      }
      ann.hears("* äöü left");
    }
  }

  @Test
  void fiftyClients_comeAndGo() throws Exception {
    List<Client> clients = new ArrayList<>();
    try (Client ann = enter("ann")) {
      for (int i = 0; i < 50; i++) {
        clients.add(enter("c" + i));
        ann.hears("* c" + i + " joined");
      }
      ann.say("all there?");
      for (Client client : clients) {
        String line = client.hear();
        while (!line.startsWith("<")) {
          line = client.hear();
        }
        assertEquals("<ann> all there?", line);
      }
      ann.hears("<ann> all there?");
      for (Client client : clients) {
        client.close();
      }
      for (int i = 0; i < 50; i++) {
        assertTrue(ann.hear().endsWith(" left"));
      }
      ann.say("/who");
      ann.hears("* here: ann");
    }
  }

  @Test
  void clientThatDoesNotRead_stopsNobody_andIsPutOut() throws Exception {
    String text = "x".repeat(4000);
    try (Client ann = enter("ann");
        Client slow = enter("slow")) {
      ann.hears("* slow joined");
      // What nobody reads fills the kernel's buffers first, and then what the room allows.
      int said = 0;
      String heard = "";
      while (!heard.equals("* slow left")) {
        assertTrue(said < 20_000, "still there after " + said + " lines");
        ann.say(text);
        said++;
        heard = ann.hear();
        assertNotNull(heard);
        assertTrue(heard.equals("<ann> " + text) || heard.equals("* slow left"), heard);
      }
      ann.hears("<ann> " + text);
      ann.say("/who");
      ann.hears("* here: ann");
      try {
        for (String line = slow.hear(); line != null; line = slow.hear()) {
          assertTrue(line.length() <= text.length() + 6, line);
        }
      } catch (SocketException e) {
        assertTrue(e.getMessage().contains("reset"), e.getMessage());
      }
    }
  }

  @Test
  void lineThatIsTooLong_endsItsConnectionAlone() throws Exception {
    try (Client ann = enter("ann");
        Client other = enter("other")) {
      ann.hears("* other joined");
      other.say("y".repeat(5000));
      ann.hears("* other left");
    }
  }
}
