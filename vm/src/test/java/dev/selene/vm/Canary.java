package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.DataMessage;
import dev.selene.host.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A guest that answers numbers, asked from Java without a pause while other guests misbehave. Fails
 * when an answer is wrong, or does not come within the liveness limit.
 */
final class Canary implements AutoCloseable {
  private static final Duration LIVENESS = Duration.ofSeconds(30);

  private final Mailbox mailbox;
  private final ProcessHandle guest;
  private final Thread asker;
  private final AtomicLong answers = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  Canary(Vm vm, Module probe) {
    mailbox = vm.newMailbox(null);
    guest =
        vm.spawn(
            probe,
            SpawnOptions.of("part_answer")
                .argument((int) mailbox.id())
                .argument((int) (mailbox.id() >>> 32)));
    asker = Thread.ofPlatform().name("canary").start(this::ask);
  }

  private void ask() {
    try {
      for (long number = 1; !stopped; number++) {
        byte[] question =
            ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
        assertTrue(guest.send(7, question), "the canary is gone");
        Message answer = mailbox.receive(LIVENESS);
        if (!(answer instanceof DataMessage data)
            || ByteBuffer.wrap(data.content()).order(ByteOrder.LITTLE_ENDIAN).getLong()
                != number + 1) {
          throw new AssertionError("the canary answered " + answer + " to " + number);
        }
        answers.incrementAndGet();
      }
    } catch (Throwable e) {
      failure.set(e);
    }
  }

  /** Waits for a few more answers. */
  void assertSings() throws Exception {
    long before = answers.get();
    VmCheck.eventually(
        "the canary sings", () -> answers.get() > before + 5 || failure.get() != null);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("the canary fell silent", thrown);
    }
  }

  long id() {
    return guest.id();
  }

  @Override
  public void close() throws Exception {
    stopped = true;
    asker.join();
    guest.kill();
    VmCheck.end(guest);
    mailbox.close();
  }
}
