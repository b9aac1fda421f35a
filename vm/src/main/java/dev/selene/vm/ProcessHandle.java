package dev.selene.vm;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.vm.internal.process.GuestProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A process as the embedder sees it.
 *
 * <p>Thread-safety: any thread.
 */
public final class ProcessHandle {
  private final GuestProcess process;

  ProcessHandle(GuestProcess process) {
    this.process = process;
  }

  GuestProcess process() {
    return process;
  }

  /**
   * Its id, which guests may use to send to it.
   *
   * @return never 0 or -1
   */
  public long id() {
    return process.processId();
  }

  /**
   * Completes with the reason when the process has ended and all it had is given back. Never fails.
   *
   * @return a future; actions attached to it must not block
   */
  public CompletableFuture<ExitReason> exit() {
    return process.exit().copy();
  }

  /**
   * Waits for the end.
   *
   * @return why it ended
   * @throws InterruptedException when interrupted while waiting
   */
  public ExitReason join() throws InterruptedException {
    try {
      return process.exit().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Whether it has not ended.
   *
   * @return false once {@link #exit} is complete
   */
  public boolean isAlive() {
    return !process.exit().isDone();
  }

  /** Ends it with {@link ExitReason.Killed}; nothing happens when it has ended. Does not wait. */
  public void kill() {
    process.kill(0);
  }

  /**
   * Sends a message.
   *
   * @param tag for selective receive; 0 for none
   * @param data copied
   * @return false when the process has ended or its mailbox is full; the message was dropped
   */
  public boolean send(long tag, byte[] data) {
    return process.send(new DataMessage(tag, data));
  }

  /**
   * What it has used.
   *
   * @return a snapshot
   */
  public Usage usage() {
    return new Usage(
        process.instructions(),
        process.ledgerBytes(),
        process.mailboxMessages(),
        process.mailboxBytes(),
        process.droppedMessages());
  }
}
