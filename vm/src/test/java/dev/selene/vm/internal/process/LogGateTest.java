package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogGateTest {
  @Test
  void aSecondHasItsShare_andTheNextTellsOfTheRest() {
    AtomicLong clock = new AtomicLong(-5);
    LogGate gate = new LogGate(clock::get);
    for (int i = 0; i < LogGate.A_SECOND; i++) {
      assertEquals(0, gate.pass());
    }
    for (int i = 0; i < 7; i++) {
      assertEquals(-1, gate.pass());
    }
    clock.addAndGet(1_000_000_000);
    assertEquals(7, gate.pass());
    assertEquals(0, gate.pass());
  }
}
