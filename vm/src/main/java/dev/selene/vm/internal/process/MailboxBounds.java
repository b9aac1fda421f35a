package dev.selene.vm.internal.process;

import dev.selene.host.Pid;
import dev.selene.host.ProcessConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much may wait in one process's mailbox, at most what its configuration says, and how much was
 * dropped.
 *
 * <p>Ownership: written by the process's own thread, read by senders; {@code dropped} is any
 * thread's, under the lock of this object.
 */
final class MailboxBounds {
  private static final Logger LOGGER = LoggerFactory.getLogger("dev.selene.process");

  private final ProcessConfig config;
  private volatile long messages;
  private volatile long bytes;
  private volatile boolean dropsOldest;
  private long dropped;

  MailboxBounds(ProcessConfig config) {
    this.config = config;
    messages = config.maxMailboxMessages();
    bytes = config.maxMailboxBytes();
  }

  /**
   * Sets them.
   *
   * @param maxMessages unsigned; what is over the configuration's bound means that one
   * @param maxBytes likewise
   * @param oldest whether the receiver drops the oldest, so that senders meet the configuration's
   *     bounds alone
   */
  void set(long maxMessages, long maxBytes, boolean oldest) {
    messages = lesser(maxMessages, config.maxMailboxMessages());
    bytes = lesser(maxBytes, config.maxMailboxBytes());
    dropsOldest = oldest;
  }

  private static long lesser(long unsigned, long limit) {
    return unsigned < 0 ? limit : Math.min(unsigned, limit);
  }

  /** What a sender may fill. */
  long sendersMessages() {
    return dropsOldest ? config.maxMailboxMessages() : messages;
  }

  /** What a sender may fill. */
  long sendersBytes() {
    return dropsOldest ? config.maxMailboxBytes() : bytes;
  }

  /** Whether the receiver must drop its oldest message. */
  boolean mustDrop(long waitingMessages, long waitingBytes) {
    return dropsOldest && (waitingMessages > messages || waitingBytes > bytes);
  }

  /** Counts one; the number before. */
  synchronized long countDropped() {
    return dropped++;
  }

  /** Counts one that a sender dropped, and logs the first. Any thread. */
  void dropNewest(GuestProcess process) {
    if (countDropped() == 0 && process.system().logGate().pass() >= 0) {
      LOGGER.warn(
          "mailbox of process {} is full ({} messages, {} bytes): newest messages are dropped",
          Pid.format(process.id()),
          sendersMessages(),
          sendersBytes());
    }
  }

  synchronized long dropped() {
    return dropped;
  }
}
