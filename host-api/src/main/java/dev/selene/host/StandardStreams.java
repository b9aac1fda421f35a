package dev.selene.host;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Standard input, output and error of a process. A test runner captures with its own.
 *
 * @param input may block; read on a thread of its own, never on a worker
 * @param output thread-safe
 * @param error thread-safe
 * @param terminal whether output is a terminal; {@code fd_fdstat_get} tells guests so
 */
public record StandardStreams(
    InputStream input, OutputStream output, OutputStream error, boolean terminal) {
  private static final StandardStreams THIS_JVM =
      new StandardStreams(
          new FileInputStream(FileDescriptor.in),
          new FileOutputStream(FileDescriptor.out),
          new FileOutputStream(FileDescriptor.err),
          System.console() != null && System.console().isTerminal());

  /**
   * The JVM's own, unbuffered.
   *
   * @return always the same object
   */
  public static StandardStreams ofThisJvm() {
    return THIS_JVM;
  }
}
