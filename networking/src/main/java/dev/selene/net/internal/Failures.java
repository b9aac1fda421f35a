package dev.selene.net.internal;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Locale;

/** What went wrong, in the words that users know. */
public final class Failures {
  private Failures() {}

  /**
   * One line about a failed operation.
   *
   * @param what what was tried, for example {@code cannot connect to 127.0.0.1:80}
   * @param failure the reason
   * @return for example {@code cannot connect to 127.0.0.1:80: Connection refused}
   */
  public static String text(String what, Exception failure) {
    return what + ": " + reason(failure);
  }

  private static String reason(Exception failure) {
    return switch (failure) {
      case ClosedChannelException e -> "the socket is closed";
      case NotYetConnectedException e -> "the socket is not connected";
      case AlreadyConnectedException e -> "the socket is connected to another address";
      case UnsupportedAddressTypeException e ->
          "the socket's address family does not fit the address";
      case UnsupportedOperationException e -> "this system does not support the address family";
      case UnknownHostException e -> "unknown host";
      case PortUnreachableException e -> "Connection refused";
      default -> {
        String message = failure.getMessage();
        yield message == null ? failure.getClass().getSimpleName() : message;
      }
    };
  }

  /** Whether the system has no descriptor or memory left for another socket. */
  static boolean isExhaustion(IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("too many open files")
        || message.contains("no buffer space")
        || message.contains("cannot allocate memory");
  }
}
