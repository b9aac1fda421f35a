package dev.selene.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A client of the guest {@code switchboard} that behaves well and badly, by chance. */
final class SoakClient {
  private static final int MOST_SLOW = 4;

  private final InetSocketAddress server;
  private final SplittableRandom random;
  private final String name;
  private final List<Socket> slow = new ArrayList<>();

  SoakClient(InetSocketAddress server, long seed) {
    this.server = server;
    this.random = new SplittableRandom(seed);
    this.name = "soak-" + seed;
  }

  /** Goes on until then; how many connections it made. All are closed afterwards. */
  long run(long endNanos) throws IOException {
    long done = 0;
    try {
      while (System.nanoTime() < endNanos) {
        connection(done);
        done++;
      }
      return done;
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private void connection(long number) throws IOException {
    switch (random.nextInt(8)) {
      case 0 -> echo();
      case 1 -> halfClose();
      case 2 -> reset();
      case 3 -> kill(name + "-" + number);
      case 4 -> slowReader();
      case 5 -> panic();
      case 6 -> move();
      default -> timeout();
    }
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  private static void expect(String expected, String heard) {
    if (!expected.equals(heard)) {
      throw new AssertionError("expected " + expected + ", heard " + heard);
    }
  }

  private void echo() throws IOException {
    try (Socket socket = GuestProgram.connect(server)) {
      BufferedReader reader = reader(socket);
      say(socket, "echo");
      for (int i = 0; i < 20; i++) {
        String line = "line " + i + " " + random.nextLong();
        say(socket, line);
        expect(line, reader.readLine());
      }
    }
  }

  private void halfClose() throws IOException {
    try (Socket socket = GuestProgram.connect(server)) {
      byte[] bytes = new byte[random.nextInt(200_000)];
      say(socket, "count");
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      String answer = reader(socket).readLine();
      expect(Integer.toString(bytes.length), answer.substring(0, answer.indexOf(' ')));
    }
  }

  private void reset() throws IOException {
    try (Socket socket = GuestProgram.connect(server)) {
      say(socket, random.nextBoolean() ? "send 100000000" : "echo");
      if (random.nextBoolean()) {
        socket.getOutputStream().write(new byte[10_000]);
      }
      socket.setSoLinger(true, 0);
    }
  }

  private void kill(String victim) throws IOException {
    try (Socket socket = GuestProgram.connect(server);
        Socket other = GuestProgram.connect(server)) {
      say(socket, "name " + victim);
      expect("named", reader(socket).readLine());
      if (random.nextBoolean()) {
        say(socket, random.nextBoolean() ? "send 1000000000" : "stall");
      }
      say(other, "kill " + victim);
      expect("killed", reader(other).readLine());
      readToItsEnd(socket.getInputStream());
    }
  }

  private static void readToItsEnd(InputStream input) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try {
      while (input.read(buffer) >= 0) {
        // What was on its way when the process was killed.
      }
    } catch (SocketException e) {
      if (!String.valueOf(e.getMessage()).contains("reset")) {
        throw e;
      }
    }
  }

  /** Some stay and read nothing, until the round is over or others take their place. */
  private void slowReader() throws IOException {
    Socket socket = GuestProgram.connect(server);
    slow.add(socket);
    say(socket, "send 50000000");
    if (slow.size() > MOST_SLOW) {
      slow.removeFirst().close();
    }
  }

  private void panic() throws IOException {
    try (Socket socket = GuestProgram.connect(server)) {
      say(socket, "panic");
      readToItsEnd(socket.getInputStream());
    }
  }

  private void move() throws IOException {
    try (Socket socket = GuestProgram.connect(server)) {
      BufferedReader reader = reader(socket);
      say(socket, "move 5");
      expect("moving", reader.readLine());
      say(socket, "moved");
      expect("moved", reader.readLine());
    }
  }

  private void timeout() throws IOException {
    try (Socket socket = GuestProgram.connect(server)) {
      BufferedReader reader = reader(socket);
      say(socket, "timeout 1");
      expect("timed out", reader.readLine());
    }
  }
}
