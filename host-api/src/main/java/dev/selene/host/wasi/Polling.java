package dev.selene.host.wasi;

import dev.selene.host.GuestMemory;
import dev.selene.host.ProcessContext;

/**
 * {@code poll_oneoff}: waits for clocks and standard input; files and outputs are always ready.
 *
 * <pre>
 * WASI "subscription", little-endian, 48 bytes:
 *   0           8     16                  24        32          40      48
 *   | user data | tag | clock, descriptor | timeout | precision | flags |
 * WASI "event", 32 bytes:
 *   0           8       10     16      24      32
 *   | user data | errno | type | bytes | flags |
 * </pre>
 *
 * <p>Thread-safety: none; lives inside one call.
 */
final class Polling {
  static final int SUBSCRIPTION_BYTES = 48;
  static final int EVENT_BYTES = 32;
  private static final int MOST = 1024;

  private static final int CLOCK = 0;
  private static final int FD_READ = 1;
  private static final int FD_WRITE = 2;
  private static final int ABSOLUTE = 1;
  private static final long HANGUP = 1;
  private static final long FOR_EVER = Long.MAX_VALUE;

  /** How long standard input is left alone between two looks while a clock runs too. */
  private static final long SHORTEST_LOOK = 200_000;

  private static final long LONGEST_LOOK = 10_000_000;

  private final ProcessContext process;
  private final GuestMemory memory;
  private final int count;
  private final int events;
  private final byte[] copy;
  private int stored;

  /** Monotonic time of the first clock to ring. */
  private long deadline = FOR_EVER;

  private boolean wantsInput;
  private long look = SHORTEST_LOOK;

  private Polling(ProcessContext process, int subscriptions, int events, int count) {
    this.process = process;
    this.memory = process.memory();
    this.count = count;
    this.events = events;
    this.copy = memory.read(subscriptions, count * SUBSCRIPTION_BYTES);
  }

  static void poll(ProcessContext process, int subscriptions, int events, int count, int result)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    memory.check(result, 4);
    if (count <= 0 || count > MOST) {
      throw new WasiFailure(Errno.INVAL);
    }
    memory.check(subscriptions, count * SUBSCRIPTION_BYTES);
    memory.check(events, count * EVENT_BYTES);
    Polling polling = new Polling(process, subscriptions, events, count);
    polling.run();
    memory.putInt(result, polling.stored);
  }

  private void run() throws WasiFailure {
    long start = Clocks.monotonic();
    long[] rings = new long[count];
    for (int i = 0; i < count; i++) {
      if (tag(i) == CLOCK) {
        rings[i] = ring(i, start);
        deadline = Math.min(deadline, rings[i]);
      } else if (tag(i) == FD_READ && isInput(i)) {
        wantsInput = true;
      }
    }
    boolean waited = false;
    while (true) {
      collect(rings);
      if (stored > 0) {
        break;
      }
      waited = true;
      await();
    }
    if (!waited) {
      // A guest that polls in a loop gives way to others.
      process.yieldNow();
    }
  }

  private void await() throws WasiFailure {
    if (wantsInput && deadline == FOR_EVER) {
      StandardInput.awaitReady(process);
      return;
    }
    long left = Math.max(0, deadline - Clocks.monotonic());
    if (wantsInput) {
      process.sleep(Math.min(left, look));
      look = Math.min(look * 2, LONGEST_LOOK);
    } else {
      process.sleep(left);
    }
  }

  /** Stores an event for whatever is ready now. */
  private void collect(long[] rings) {
    long now = Clocks.monotonic();
    for (int i = 0; i < count; i++) {
      switch (tag(i)) {
        case CLOCK -> {
          int errno = clockErrno(i);
          if (errno != Errno.SUCCESS || rings[i] <= now) {
            store(i, errno, 0, 0);
          }
        }
        case FD_READ -> collectRead(i);
        case FD_WRITE -> store(i, descriptorErrno(i), Blocking.MOST_BYTES, 0);
        default -> store(i, Errno.INVAL, 0, 0);
      }
    }
  }

  private void collectRead(int index) {
    int errno = descriptorErrno(index);
    if (errno != Errno.SUCCESS || !isInput(index)) {
      store(index, errno, 1, 0);
      return;
    }
    int ready = StandardInput.ready(process);
    if (ready >= 0) {
      store(index, Errno.SUCCESS, ready, ready == 0 ? HANGUP : 0);
    }
  }

  private boolean isInput(int index) {
    try {
      return WasiState.of(process).get(number(index)) instanceof Descriptor.Stream stream
          && stream.number() == Descriptor.Stream.INPUT;
    } catch (WasiFailure e) {
      return false;
    }
  }

  private int descriptorErrno(int index) {
    try {
      Descriptor descriptor = WasiState.of(process).get(number(index));
      if (descriptor instanceof Descriptor.Folder) {
        return Errno.BADF;
      }
      descriptor.require(Rights.POLL_FD_READWRITE);
      return Errno.SUCCESS;
    } catch (WasiFailure e) {
      return e.errno();
    }
  }

  private int clockErrno(int index) {
    int clock = number(index);
    int flags = (int) get(index, 40, 2);
    boolean known = clock == Clocks.REALTIME || clock == Clocks.MONOTONIC;
    return known && (flags & ~ABSOLUTE) == 0 ? Errno.SUCCESS : Errno.INVAL;
  }

  /** When a clock rings, on the monotonic clock. */
  private long ring(int index, long start) {
    if (clockErrno(index) != Errno.SUCCESS) {
      return start;
    }
    long timeout = get(index, 24, 8);
    if (timeout < 0) {
      // Unsigned and over 292 years.
      return FOR_EVER - 1;
    }
    boolean absolute = get(index, 40, 2) == ABSOLUTE;
    long left = absolute ? timeout - Clocks.now(number(index)) : timeout;
    return left > FOR_EVER - 1 - start ? FOR_EVER - 1 : start + left;
  }

  private int tag(int index) {
    return copy[index * SUBSCRIPTION_BYTES + 8] & 0xff;
  }

  private int number(int index) {
    return (int) get(index, 16, 4);
  }

  private long get(int index, int offset, int bytes) {
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | copy[index * SUBSCRIPTION_BYTES + offset + i] & 0xff;
    }
    return value;
  }

  private void store(int index, int errno, long bytes, long flags) {
    int at = events + stored * EVENT_BYTES;
    memory.putLong(at, get(index, 0, 8));
    memory.putLong(at + 8, errno | (long) tag(index) << 16);
    memory.putLong(at + 16, bytes);
    memory.putLong(at + 24, flags);
    stored++;
  }
}
