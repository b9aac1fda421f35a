package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LaneTest {
  @Test
  void take_returnsArrivalOrder() {
    Lane<Integer> lane = new Lane<>();
    for (int i = 0; i < 5; i++) {
      assertTrue(lane.push(i));
    }
    int expected = 0;
    for (var node = lane.take(); node != null; node = node.next) {
      assertEquals(expected++, node.value());
    }
    assertEquals(5, expected);
    assertNull(lane.take());
    assertTrue(lane.isEmpty());
  }

  @Test
  void closedLane_refuses() {
    Lane<Integer> lane = new Lane<>();
    lane.push(1);
    var rest = lane.close();
    assertEquals(1, rest.value());
    assertFalse(lane.push(2));
    assertTrue(lane.isEmpty());
    assertNull(lane.take());
  }

  /**
   * Each accepted value comes out once, in its sender's order, even when the lane closes meanwhile.
   */
  @RepeatedTest(20)
  void manySenders_eachValueOnceInSenderOrder() throws Exception {
    Lane<long[]> lane = new Lane<>();
    int senders = 3;
    AtomicLong accepted = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int s = 0; s < senders; s++) {
      long sender = s;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (long i = 0; lane.push(new long[] {sender, i}); i++) {
                      accepted.incrementAndGet();
                    }
                  }));
    }
    long[] next = new long[senders];
    long received = 0;
    while (received < 20_000) {
      for (var node = lane.take(); node != null; node = node.next) {
        assertEquals(next[(int) node.value()[0]]++, node.value()[1]);
        received++;
      }
    }
    for (var node = lane.close(); node != null; node = node.next) {
      assertEquals(next[(int) node.value()[0]]++, node.value()[1]);
      received++;
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(accepted.get(), received);
  }
}
