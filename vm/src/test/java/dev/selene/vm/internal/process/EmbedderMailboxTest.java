package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.vm.Mailbox;
import dev.selene.vm.Usage;
import dev.selene.vm.Vm;
import java.time.Duration;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** A mailbox that Java code does not empty. */
class EmbedderMailboxTest {
  private static final int MESSAGES = 100;
  private static final int BYTES = 64 * 1024;
  private static final long BUDGET = 3L << 20;

  @Test
  void fullMailbox_countsWhatItDrops_andSaysSoOnce() throws Exception {
    try (LogEntries log = new LogEntries();
        Vm vm = Vm.builder().workers(1).memoryBudget(BUDGET).build();
        Mailbox sender = vm.newMailbox(null);
        Mailbox mailbox = vm.newMailbox(null)) {
      assertEquals(new Usage(0, 0, 0, 0, 0), mailbox.usage());
      int arrived = 0;
      for (int i = 0; i < MESSAGES; i++) {
        arrived += sender.send(mailbox.id(), 0, new byte[BYTES]) ? 1 : 0;
      }
      Usage usage = mailbox.usage();
      assertEquals(arrived, usage.mailboxMessages());
      assertTrue(usage.droppedMessages() > MESSAGES / 2, usage.toString());
      assertEquals(MESSAGES, usage.droppedMessages() + usage.mailboxMessages());
      assertTrue(usage.mailboxBytes() <= BUDGET, usage.toString());
      assertTrue(usage.mailboxBytes() >= usage.mailboxMessages() * BYTES, usage.toString());
      assertEquals(1, log.at(Level.WARNING, "newest messages are dropped").size());
      for (long i = usage.mailboxMessages(); i > 0; i--) {
        assertNotNull(mailbox.receive(Duration.ZERO));
      }
      assertEquals(new Usage(0, 0, 0, 0, usage.droppedMessages()), mailbox.usage());
    }
  }
}
