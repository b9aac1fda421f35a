package dev.selene.host.lunatic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.HandleKind;
import dev.selene.host.HostTrap;
import dev.selene.host.Message;
import dev.selene.host.ProcessExit;
import dev.selene.host.testing.TestProcess;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MessageImportsTest {
  private static final int IN = 1_000;
  private static final int OUT = 2_000;
  private static final Message LINK_DIED =
      new Message.LinkDied(5, TestProcess.OTHER, ExitReason.NO_PROCESS);
  private static final Message PROCESS_DIED =
      new Message.ProcessDied(TestProcess.OTHER, ExitReason.NORMAL);

  private final MessageImports imports = new MessageImports();
  private final TestProcess process = new TestProcess();

  @AfterEach
  void ledger_isZeroAfterwards() {
    process.setScratch(null);
    assertEquals(0, process.ledger);
  }

  private int write(String text) {
    return imports.writeData(process, IN, process.memory.putText(IN, text));
  }

  private String read(int length) {
    int count = imports.readData(process, OUT, length);
    return process.memory.readText(OUT, count);
  }

  private void trap(String message, Executable call) {
    Message scratch = process.scratch();
    assertEquals(message, assertThrows(HostTrap.class, call).getMessage());
    assertSame(scratch, process.scratch(), "a trap leaves the scratch as it was");
  }

  @Test
  void writtenBytes_areReadInOrder() {
    imports.createData(process, 0, 0);
    assertEquals(5, write("hello"));
    assertEquals(0, write(""));
    assertEquals(7, write(", world"));
    assertEquals(12, imports.dataSize(process));
    assertEquals("hel", read(3));
    assertEquals("lo, world", read(50));
    assertEquals("", read(50));
    assertEquals(12, imports.dataSize(process), "reading does not shrink the message");
  }

  @Test
  void writing_appendsWhereverTheReadPositionIs() {
    imports.createData(process, 0, 0);
    write("ab");
    assertEquals("a", read(1));
    write("cd");
    assertEquals("bcd", read(10));
  }

  @Test
  void reading_neverTouchesMoreThanWasRead() {
    imports.createData(process, 0, 0);
    write("ab");
    process.memory.putText(OUT, "zzzz");
    assertEquals(2, imports.readData(process, OUT, 4));
    assertEquals("abzz", process.memory.readText(OUT, 4));
  }

  @Test
  void seek_movesTheReadPosition() {
    imports.createData(process, 0, 0);
    write("0123456789");
    imports.seekData(process, 7);
    assertEquals("789", read(10));
    imports.seekData(process, 0);
    assertEquals("01", read(2));
    imports.seekData(process, 10);
    assertEquals("", read(2));
  }

  @Test
  void reading_behindTheEnd_traps() {
    imports.createData(process, 0, 0);
    write("abc");
    for (long position : new long[] {4, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      imports.seekData(process, position);
      assertThrows(HostTrap.class, () -> imports.readData(process, OUT, 1));
      assertThrows(HostTrap.class, () -> imports.readData(process, OUT, 0));
    }
    imports.seekData(process, 3);
    assertEquals("", read(1));
  }

  @Test
  void capacity_isOnlyAHint() {
    for (long capacity : new long[] {0, 64, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      imports.createData(process, 0, capacity);
      assertEquals(DataMessage.FIXED_FOOTPRINT, process.ledger);
    }
  }

  @Test
  void createData_replacesAndGivesBack() {
    imports.createData(process, 1, 0);
    write("x".repeat(10_000));
    imports.createData(process, 2, 0);
    assertEquals(DataMessage.FIXED_FOOTPRINT, process.ledger);
    assertEquals(2, imports.getTag(process));
    assertEquals(0, imports.dataSize(process));
  }

  @Test
  void writing_isChargedBeforeTheMessageGrows() {
    process.ledgerLimit = 50_000;
    imports.createData(process, 0, 0);
    ProcessExit exit =
        assertThrows(
            ProcessExit.class,
            () -> {
              while (true) {
                imports.writeData(process, IN, 10_000);
              }
            });
    assertEquals(new ExitReason.OutOfMemory(50_000), exit.reason());
    DataMessage message = (DataMessage) process.scratch();
    assertEquals(message.footprint(), process.ledger, "what was refused is not charged");
    assertTrue(message.size() >= 20_000 && message.size() < 50_000);
  }

  @Test
  void movedBytes_areChargedAsFuel() {
    imports.createData(process, 0, 0);
    imports.writeData(process, IN, 1_000);
    assertEquals(1_000, process.fuelBytes);
    imports.readData(process, OUT, 600);
    assertEquals(1_600, process.fuelBytes);
    imports.readData(process, OUT, 600);
    assertEquals(2_000, process.fuelBytes, "only what was really moved");
  }

  @Test
  void emptyScratch_trapsWhatNeedsAMessage() {
    String text = "the scratch area is empty";
    trap(text, () -> imports.writeData(process, IN, 1));
    trap(text, () -> imports.readData(process, OUT, 1));
    trap(text, () -> imports.seekData(process, 0));
    trap(text, () -> imports.getTag(process));
    trap(text, () -> imports.getProcessId(process));
    trap(text, () -> imports.dataSize(process));
    trap(text, () -> imports.pushModule(process, 0));
    trap(text, () -> imports.pushTcpStream(process, 0));
    trap(text, () -> imports.pushTlsStream(process, 0));
    trap(text, () -> imports.pushUdpSocket(process, 0));
    trap(text, () -> imports.takeModule(process, 0));
    trap(text, () -> imports.takeTcpStream(process, 0));
    trap(text, () -> imports.takeTlsStream(process, 0));
    trap(text, () -> imports.takeUdpSocket(process, 0));
    trap(text, () -> imports.send(process, TestProcess.OTHER));
    trap(text, () -> imports.sendReceiveSkipSearch(process, TestProcess.OTHER, 1, 0));
    trap(text, () -> new TimerImports().sendAfter(process, TestProcess.OTHER, 0));
  }

  @Test
  void deathInTheScratch_trapsWhatNeedsData() {
    for (Message death : List.of(LINK_DIED, PROCESS_DIED)) {
      process.setScratch(death);
      String text =
          "the scratch message is a " + (death == LINK_DIED ? "link" : "process") + " death";
      trap(text, () -> imports.writeData(process, IN, 1));
      trap(text, () -> imports.readData(process, OUT, 1));
      trap(text, () -> imports.seekData(process, 0));
      trap(text, () -> imports.dataSize(process));
      trap(text, () -> imports.pushModule(process, 0));
      trap(text, () -> imports.pushTcpStream(process, 0));
      trap(text, () -> imports.takeModule(process, 0));
      trap(text, () -> imports.takeUdpSocket(process, 0));
    }
  }

  @Test
  void tagAndProcessId_areThereForEveryKind() {
    imports.createData(process, Long.MIN_VALUE | 3, 0);
    assertEquals(Long.MIN_VALUE | 3, imports.getTag(process), "tags use all 64 bits");
    assertEquals(0, imports.getProcessId(process));
    process.setScratch(LINK_DIED);
    assertEquals(5, imports.getTag(process));
    assertEquals(0, imports.getProcessId(process));
    process.setScratch(PROCESS_DIED);
    assertEquals(0, imports.getTag(process));
    assertEquals(TestProcess.OTHER, imports.getProcessId(process));
  }

  @Test
  void anyKind_canBeSent() {
    for (Message message : List.of(new DataMessage(1), LINK_DIED, PROCESS_DIED)) {
      process.setScratch(message);
      assertEquals(0, imports.send(process, TestProcess.OTHER));
      assertNull(process.scratch());
    }
    assertEquals(3, process.sent.size());
    imports.createData(process, 0, 0);
    assertEquals(0, imports.send(process, 12345), "an unknown process is no error");
  }

  @Test
  void receive_withoutTags_takesTheOldestOfAnyKind() {
    process.mailbox.addAll(List.of(PROCESS_DIED, new DataMessage(1), LINK_DIED));
    // The address may dangle when there are no tags.
    assertEquals(2, imports.receive(process, -1, 0, 0));
    assertEquals(0, imports.receive(process, 0, 0, -1));
    assertEquals(1, imports.receive(process, Integer.MIN_VALUE, 0, -1));
    assertEquals(MessageImports.TIMED_OUT, imports.receive(process, 8, 0, 0));
    assertSame(LINK_DIED, process.scratch(), "a timeout leaves the scratch");
  }

  @Test
  void receive_withTags_takesTheOldestThatMatches() {
    DataMessage wanted = new DataMessage(-7, new byte[] {1});
    process.mailbox.addAll(List.of(new DataMessage(0), new DataMessage(3), wanted));
    process.memory.putLong(IN, 0);
    process.memory.putLong(IN + 8, -7);
    assertEquals(0, imports.receive(process, IN, 2, -1));
    assertSame(wanted, process.scratch());
    assertEquals(MessageImports.TIMED_OUT, imports.receive(process, IN, 2, 0), "0 matches nothing");
    assertEquals(2, process.mailbox.size());
  }

  @Test
  void receive_manyTags_areChargedWhileTheyAreHeld() {
    DataMessage wanted = new DataMessage(9);
    process.mailbox.add(wanted);
    process.memory.putLong(8 * 9_999, 9);
    process.ledgerLimit = 79_999;
    assertThrows(ProcessExit.class, () -> imports.receive(process, 0, 10_000, 0));
    process.ledgerLimit = 81_000;
    assertEquals(0, imports.receive(process, 0, 10_000, 0));
    assertEquals(wanted.footprint(), process.ledger);
    assertTrue(process.fuelBytes >= 160_000);
  }

  @Test
  void receive_moreTagsThanAllowed_traps() {
    TestProcess large = new TestProcess(16);
    large.memory.putLong(8 * 65_535, 9);
    large.mailbox.add(new DataMessage(9));
    HostTrap trap = assertThrows(HostTrap.class, () -> imports.receive(large, 0, 65_537, 0));
    assertEquals("tag count is 65537, more than 65536", trap.getMessage());
    assertEquals(1, large.mailbox.size());
    assertEquals(0, imports.receive(large, 0, 65_536, 0));
  }

  @Test
  void text_longerThanAllowed_trapsWithoutBeingRead() {
    TestProcess large = new TestProcess(4);
    RegistryImports registry = new RegistryImports();
    registry.put(large, 0, 65_536, 0, 1);
    HostTrap trap = assertThrows(HostTrap.class, () -> registry.put(large, 0, 65_537, 0, 1));
    assertEquals("name has 65537 bytes, more than 65536", trap.getMessage());
    assertEquals(65_536, large.fuelBytes);
  }

  @Test
  void request_returnsTheAnswerAndSkipsWhatWasThere() {
    DataMessage old = new DataMessage(4, new byte[] {0});
    DataMessage other = new DataMessage(5);
    DataMessage answer = new DataMessage(4, new byte[] {1});
    process.mailbox.add(old);
    process.arrivals.addAll(List.of(other, answer));
    imports.createData(process, 4, 0);
    assertEquals(0, imports.sendReceiveSkipSearch(process, TestProcess.OTHER, 4, -1));
    assertSame(answer, process.scratch());
    assertEquals(List.of(old, other), List.copyOf(process.mailbox));
  }

  @Test
  void request_thatTimesOut_leavesTheScratchEmpty() {
    imports.createData(process, 4, 0);
    assertEquals(
        MessageImports.TIMED_OUT, imports.sendReceiveSkipSearch(process, TestProcess.OTHER, 4, 10));
    assertNull(process.scratch());
  }

  @Test
  void module_isSharedWhenPushedAndMovedWhenTaken() {
    process.handles(HandleKind.MODULE).add(process.newModule());
    imports.createData(process, 0, 0);
    assertEquals(0, imports.pushModule(process, 0));
    assertEquals(1, imports.pushModule(process, 0));
    assertEquals(3, process.moduleReferences, "the sender keeps its own");
    assertEquals(1, imports.takeModule(process, 1), "a new id");
    assertNotSame(
        process.handles(HandleKind.MODULE).get(0), process.handles(HandleKind.MODULE).get(1));
    trap("the scratch message has no module at index 1", () -> imports.takeModule(process, 1));
    trap("the scratch message has no module at index 2", () -> imports.takeModule(process, 2));
    trap(
        "the scratch message has no module at index 18446744073709551615",
        () -> imports.takeModule(process, -1));
    trap(
        "the scratch message has no tcp_stream at index 0",
        () -> imports.takeTcpStream(process, 0));
    assertEquals(2, imports.takeModule(process, 0), "indexes are stable");
    assertEquals(3, process.moduleReferences);
  }

  @Test
  void module_inAMessageThatIsOverwritten_isGivenUp() {
    process.handles(HandleKind.MODULE).add(process.newModule());
    imports.createData(process, 0, 0);
    imports.pushModule(process, 0);
    imports.createData(process, 0, 0);
    assertEquals(1, process.moduleReferences);
  }

  @Test
  void module_thatDoesNotFitTheTable_staysInTheMessage() {
    process.handles(HandleKind.MODULE).add(process.newModule());
    imports.createData(process, 0, 0);
    imports.pushModule(process, 0);
    process.handleLimit = process.handleCount;
    assertThrows(HostTrap.class, () -> imports.takeModule(process, 0));
    process.handleLimit++;
    assertEquals(1, imports.takeModule(process, 0));
    assertEquals(2, process.moduleReferences);
  }

  @Test
  void modules_inAMessage_areCharged() {
    process.handles(HandleKind.MODULE).add(process.newModule());
    process.ledgerLimit = 1_000;
    imports.createData(process, 0, 0);
    assertThrows(
        ProcessExit.class,
        () -> {
          while (true) {
            imports.pushModule(process, 0);
          }
        });
    Message scratch = process.scratch();
    assertEquals(scratch == null ? 0 : scratch.footprint(), process.ledger);
  }

  @Test
  void content_isWhatWasWritten() {
    imports.createData(process, 0, 0);
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    process.memory.write(IN, all, 0, all.length);
    imports.writeData(process, IN, all.length);
    imports.send(process, TestProcess.OTHER);
    assertArrayEquals(all, ((DataMessage) process.sent.getFirst()).content());
  }

  @Test
  void timer_takesTheScratchAndSaturates() {
    TimerImports timers = new TimerImports();
    imports.createData(process, 1, 0);
    assertEquals(0, timers.sendAfter(process, TestProcess.OTHER, -1));
    assertNull(process.scratch());
    assertTrue(process.effects.contains("sendAfter " + Long.MAX_VALUE));
    imports.createData(process, 1, 0);
    assertEquals(1, timers.sendAfter(process, TestProcess.OTHER, 20));
    assertEquals(1, timers.cancelTimer(process, 0));
    assertEquals(0, timers.cancelTimer(process, 0));
    assertEquals(0, timers.cancelTimer(process, 77));
    assertEquals(0, timers.cancelTimer(process, -1));
    assertEquals(1, timers.cancelTimer(process, 1));
  }
}
