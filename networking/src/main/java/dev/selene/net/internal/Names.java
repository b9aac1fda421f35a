package dev.selene.net.internal;

import dev.selene.host.NetworkRule;
import dev.selene.host.ProcessContext;
import dev.selene.host.Waker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Names of hosts: asks the system's resolver, so {@code /etc/hosts} and whatever else the system is
 * configured with counts, on threads of its own.
 *
 * <p>Two processes that ask for one name at a time share the answer. A process that is killed or
 * whose time is over leaves nothing behind but a thread that has begun to ask. The threads are
 * many, since one that waits for a name server cannot be interrupted: names whose servers do not
 * answer keep their threads until the system gives up, and the others find one meanwhile.
 *
 * <p>Thread-safety: any thread; {@code known} is guarded by its own monitor.
 */
public final class Names {
  private static final int MOST_THREADS = 64;
  private static final int MOST_QUEUED = 10_000;
  private static final int MOST_KNOWN = 4096;
  private static final int MOST_NAMES_AN_ADDRESS = 16;
  private static final int MOST_ADDRESSES = 64;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final Map<String, Question> asked = new ConcurrentHashMap<>();

  /** Which names stood for an address when they were last resolved; the oldest go first. */
  private final Map<InetAddress, Set<String>> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Set<String>> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  private final Lookup lookup;

  /** Asks somebody for the addresses of a name; may block. */
  interface Lookup {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  Names() {
    this(InetAddress::getAllByName);
  }

  /** With another way of finding addresses. */
  Names(Lookup lookup) {
    this.lookup = lookup;
    AtomicInteger numbers = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_QUEUED),
            task -> {
              Thread thread =
                  new Thread(null, task, "selene-names-" + numbers.getAndIncrement(), 0, false);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Resolves a name; parks meanwhile.
   *
   * @param process the calling process
   * @param host a name, or the text of an address, which is not asked for
   * @param timeoutNanos how long to park at most; negative for ever
   * @return at least one address
   * @throws UnknownHostException when there is none
   * @throws SocketTimeoutException when the time is over
   * @throws IOException when too many names are being asked for
   */
  public InetAddress[] resolve(ProcessContext process, String host, long timeoutNanos)
      throws IOException {
    InetAddress literal = literal(host);
    if (literal != null) {
      return new InetAddress[] {literal};
    }
    long deadline = Deadline.in(timeoutNanos);
    Waker me = process.waker();
    Question question = ask(host, me);
    try {
      while (!question.answer.isDone()) {
        if (deadline == Deadline.NEVER) {
          process.park(-1);
        } else {
          long left = Deadline.left(deadline);
          if (left == 0) {
            throw new SocketTimeoutException("timed out");
          }
          process.park(left);
        }
      }
    } finally {
      leave(question, me);
    }
    if (question.answer.state() != Future.State.SUCCESS) {
      throw new UnknownHostException(host);
    }
    InetAddress[] addresses = question.answer.resultNow();
    if (!process.config().network().grants().isEmpty()) {
      remember(host, addresses);
    }
    return addresses;
  }

  /**
   * A name that processes wait for. {@code waiting} changes inside {@code asked}'s atomic updates
   * of the name alone; so who joins is there before the question leaves {@code asked}, which comes
   * before its answer.
   */
  private final class Question implements Runnable {
    final String host;
    final Set<Waker> waiting = ConcurrentHashMap.newKeySet();
    final CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();

    Question(String host) {
      this.host = host;
    }

    @Override
    public void run() {
      try {
        InetAddress[] all = lookup.find(host);
        InetAddress[] some =
            all.length <= MOST_ADDRESSES ? all : Arrays.copyOf(all, MOST_ADDRESSES);
        asked.remove(host, this);
        answer.complete(some);
      } catch (Throwable e) {
        asked.remove(host, this);
        answer.completeExceptionally(e);
      }
      waiting.forEach(Waker::wake);
    }
  }

  private Question ask(String host, Waker me) throws IOException {
    Question mine = new Question(host);
    Question question =
        asked.compute(
            host,
            (name, present) -> {
              Question joined = present == null ? mine : present;
              joined.waiting.add(me);
              return joined;
            });
    if (question == mine) {
      try {
        threads.execute(mine);
      } catch (RejectedExecutionException e) {
        asked.remove(host, mine);
        mine.answer.completeExceptionally(e);
        mine.waiting.forEach(Waker::wake);
        throw new IOException("too many names are being resolved: try later", e);
      }
    }
    return question;
  }

  /** Waits no longer. What nobody waits for and nobody has begun is not asked at all. */
  private void leave(Question question, Waker me) {
    if (question.answer.isDone()) {
      return;
    }
    asked.computeIfPresent(
        question.host,
        (name, present) -> {
          if (present != question) {
            return present;
          }
          question.waiting.remove(me);
          return question.waiting.isEmpty() && threads.remove(question) ? null : question;
        });
  }

  /**
   * The address a text stands for, without asking anybody.
   *
   * @param host with or without the brackets of an IPv6 address
   * @return null when it is a name
   */
  public static @Nullable InetAddress literal(String host) {
    String text =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (text.isEmpty()
        || (text.indexOf(':') < 0 && !text.chars().allMatch(c -> c == '.' || isDigit(c)))) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  private void remember(String host, InetAddress[] addresses) {
    synchronized (known) {
      for (InetAddress address : addresses) {
        Set<String> names = known.computeIfAbsent(address, key -> new LinkedHashSet<>(2));
        names.remove(host);
        if (names.size() >= MOST_NAMES_AN_ADDRESS) {
          names.remove(names.iterator().next());
        }
        names.add(host);
      }
    }
  }

  /**
   * Whether a name that a rule covers has been resolved to an address.
   *
   * @param rule speaks of names
   * @param address any
   * @return false also when that was too long ago
   */
  public boolean covers(NetworkRule rule, InetAddress address) {
    synchronized (known) {
      Set<String> names = known.get(address);
      if (names != null) {
        for (String name : names) {
          if (rule.coversName(name)) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /** Processes that wait for an answer, for tests. */
  int waiting() {
    return asked.values().stream().mapToInt(question -> question.waiting.size()).sum();
  }

  /** Names that no thread has taken up, for tests. */
  int queued() {
    return threads.getQueue().size();
  }
}
