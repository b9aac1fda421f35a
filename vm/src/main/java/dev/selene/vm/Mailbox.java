package dev.selene.vm;

import dev.selene.host.DataMessage;
import dev.selene.host.Message;
import dev.selene.vm.internal.process.EmbedderProcess;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A process id that Java code receives for: guests send to it, and it can link and monitor. Linked
 * deaths arrive as {@link Message.LinkDied}, ends of monitored processes as {@link
 * Message.ProcessDied}. Made by {@link Vm#newMailbox}.
 *
 * <p>Thread-safety: any thread; receivers take turns.
 */
public final class Mailbox implements AutoCloseable {
  private final EmbedderProcess process;

  Mailbox(EmbedderProcess process) {
    this.process = process;
  }

  /**
   * The id that guests send to.
   *
   * @return never 0 or -1
   */
  public long id() {
    return process.processId();
  }

  /**
   * Takes the oldest message.
   *
   * @param timeout how long to wait; zero only looks
   * @return null after the timeout
   * @throws InterruptedException when interrupted while waiting
   * @throws IllegalStateException when the mailbox is closed
   */
  public @Nullable Message receive(Duration timeout) throws InterruptedException {
    return process.receive(timeout.toNanos());
  }

  /**
   * What waits here, and what was lost because too much did: a mailbox that nobody receives from
   * holds 1,000,000 messages or 256 MiB, and no more than the virtual machine's memory budget. The
   * first loss is logged.
   *
   * @return a snapshot; no instructions
   */
  public Usage usage() {
    long bytes = process.mailboxBytes();
    return new Usage(0, bytes, process.mailboxMessages(), bytes, process.droppedMessages());
  }

  /**
   * Sends to a process of the same environment.
   *
   * @param target its id
   * @param tag for selective receive; 0 for none
   * @param data copied
   * @return false when there is no such process or its mailbox is full
   */
  public boolean send(long target, long tag, byte[] data) {
    return process.sendTo(target, new DataMessage(tag, data));
  }

  /**
   * Asks for a {@link Message.ProcessDied} when that process ends.
   *
   * @param target its id
   * @return false when there is no such process
   */
  public boolean monitor(long target) {
    return process.monitor(target);
  }

  /**
   * Links this mailbox and a process, both ways: the mailbox gets a {@link Message.LinkDied} when
   * the process fails. Closing the mailbox is a normal end, which does not harm the process.
   *
   * @param tag of that message
   * @param target the process's id; without such a process the message comes at once
   */
  public void link(long tag, long target) {
    process.link(tag, target);
  }

  /** Ends it; linked processes are told of a normal end. */
  @Override
  public void close() {
    process.close();
  }
}
