package dev.selene.host;

/**
 * Text form of process ids. An id is 64 bits, unguessable, never reused, never 0 or -1; holding it
 * is the right to use it. In the API an id is a plain {@code long}.
 */
public final class Pid {
  private Pid() {}

  /**
   * The id as people see it.
   *
   * @param id a process id
   * @return 16 lower-case hexadecimal digits
   */
  public static String format(long id) {
    return String.format("%016x", id);
  }
}
