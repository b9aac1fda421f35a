package dev.selene.host;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One kind of thing that processes hold by id. Kinds are constants of the class that owns them.
 *
 * <p>Thread-safety: immutable.
 *
 * @param <T> what the ids stand for
 */
public final class HandleKind<T> {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Texts of errors. */
  public static final HandleKind<String> ERROR = new HandleKind<>("error", text -> {});

  /** Loaded modules. */
  public static final HandleKind<GuestModule> MODULE =
      new HandleKind<>("module", GuestModule::close);

  /** Configurations in the making. */
  public static final HandleKind<ProcessConfig.Builder> CONFIG =
      new HandleKind<>("config", config -> {});

  /** Connected TCP sockets. */
  public static final HandleKind<Resource> TCP_STREAM =
      new HandleKind<>("tcp_stream", Resource::close);

  /** Connections with TLS. */
  public static final HandleKind<Resource> TLS_STREAM =
      new HandleKind<>("tls_stream", Resource::close);

  /** UDP sockets. */
  public static final HandleKind<Resource> UDP_SOCKET =
      new HandleKind<>("udp_socket", Resource::close);

  private final String name;
  private final int index;
  private final Consumer<? super T> release;

  /**
   * A new kind.
   *
   * @param name in errors, for example {@code tcp_stream}
   * @param release called with each thing a process still holds when it ends
   */
  public HandleKind(String name, Consumer<? super T> release) {
    this.name = name;
    this.release = release;
    this.index = COUNT.getAndIncrement();
  }

  /**
   * The name in errors.
   *
   * @return for example {@code module}
   */
  public String name() {
    return name;
  }

  /**
   * A small number, unique in this JVM, for the virtual machine's own tables.
   *
   * @return 0 or more
   */
  public int index() {
    return index;
  }

  /**
   * What happens to a thing when its process ends.
   *
   * @return the release action
   */
  public Consumer<? super T> release() {
    return release;
  }
}
