package dev.selene.host.wasi;

import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Unpredictable bytes. From the kernel where it offers a file for that, since setting up {@link
 * SecureRandom} takes longer than a whole hello program.
 *
 * <p>Thread-safety: all threads; reads of the kernel's file are atomic.
 */
public final class RandomBytes {
  private static final @Nullable FileInputStream KERNEL = open();

  private RandomBytes() {}

  /** The JDK's generator, made when it is needed. */
  private static final class Fallback {
    static final SecureRandom GENERATOR = new SecureRandom();
  }

  private static @Nullable FileInputStream open() {
    try {
      return new FileInputStream("/dev/urandom");
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Fills an array with bytes that nobody can guess.
   *
   * @param bytes overwritten, all of it
   */
  public static void fill(byte[] bytes) {
    if (KERNEL == null || !fillFrom(KERNEL, bytes)) {
      Fallback.GENERATOR.nextBytes(bytes);
    }
  }

  private static boolean fillFrom(FileInputStream file, byte[] bytes) {
    try {
      return file.readNBytes(bytes, 0, bytes.length) == bytes.length;
    } catch (IOException e) {
      return false;
    }
  }
}
