package dev.selene.net.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selene.host.NetworkAccess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.testing.TestProcess;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Name servers that do not answer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NamesTest {
  private static final long MINUTE = 60_000_000_000L;

  private final InetAddress[] addresses = {InetAddress.ofLiteral("192.0.2.1")};
  private final CountDownLatch answers = new CountDownLatch(1);
  private final Names names =
      new Names(
          host -> {
            try {
              answers.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return addresses;
          });
  private final TestProcess process = new TestProcess(1);

  NamesTest() {
    process.configure(ProcessConfig.builder().network(NetworkAccess.ALL).build());
  }

  @AfterEach
  void letThreadsGo() {
    answers.countDown();
  }

  @Test
  void impatience_leavesNothingBehind() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      assertThrows(SocketTimeoutException.class, () -> names.resolve(process, "slow.test", 0));
    }
    assertEquals(0, names.waiting());
    answers.countDown();
    assertArrayEquals(addresses, names.resolve(process, "slow.test", MINUTE));
  }

  @Test
  void impatience_doesNotFillTheQueueForOthers() throws Exception {
    for (int i = 0; i < 11_000; i++) {
      String name = "slow" + i + ".test";
      assertThrows(SocketTimeoutException.class, () -> names.resolve(process, name, 0));
    }
    assertEquals(0, names.queued());
    answers.countDown();
    assertArrayEquals(addresses, names.resolve(process, "other.test", MINUTE));
  }
}
