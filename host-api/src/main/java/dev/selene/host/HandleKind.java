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
  private final boolean waits;

  /**
   * A new kind.
   *
   * @param name in errors, for example {@code tcp_stream}
   * @param release called with each thing a process still holds when it ends; waits for nothing
   */
  public HandleKind(String name, Consumer<? super T> release) {
    this(name, release, false);
  }

  private HandleKind(String name, Consumer<? super T> release, boolean waits) {
    this.name = name;
    this.release = release;
    this.waits = waits;
    this.index = COUNT.getAndIncrement();
  }

  /**
   * A new kind whose release may wait, for example for a disk: the process leaves its worker
   * meanwhile.
   *
   * @param <T> what the ids stand for
   * @param name in errors
   * @param release called with each thing a process still holds when it ends; by a thread without
   *     monitors in hand
   * @return the kind
   */
  public static <T> HandleKind<T> waiting(String name, Consumer<? super T> release) {
    return new HandleKind<>(name, release, true);
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
   * Whether the release may wait.
   *
   * @return true for kinds made by {@link #waiting}
   */
  public boolean waits() {
    return waits;
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
