package dev.selene.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection whose both sides talk in lines. */
record LineClient(Socket socket, BufferedReader reader) implements AutoCloseable {
  static LineClient connect(InetSocketAddress address) throws IOException {
    Socket socket = GuestProgram.connect(address);
    return new LineClient(
        socket,
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
  }

  void say(String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The next line; null at the end of the connection. */
  @Nullable String hear() throws IOException {
    return reader.readLine();
  }

  /** Says a line, and hears the next one. */
  @Nullable String ask(String line) throws IOException {
    say(line);
    return hear();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
