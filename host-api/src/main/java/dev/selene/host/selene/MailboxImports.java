package dev.selene.host.selene;

import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.ProcessContext;

/**
 * {@code selene::mailbox}: how much may wait for the caller, and what happens over that.
 *
 * <p>A receiver decides what it keeps, never whether others wait: who sends chooses by {@code
 * lunatic::message::send}, {@code try_send} and {@code send_timeout}.
 *
 * <p>Thread-safety: stateless.
 */
public final class MailboxImports implements HostModule {
  private static final int DROP_NEWEST = 0;
  private static final int DROP_OLDEST = 1;

  @Override
  public String name() {
    return "selene::mailbox";
  }

  @Import(
      value = "configure",
      summary =
          "Bounds the caller's mailbox; what is over the configuration's bound, as -1, means that"
              + " bound. Policy 0: what is sent to a full mailbox is dropped. Policy 1: the oldest"
              + " data messages are dropped instead; sends fail at the configuration's bounds alone."
              + " What waits already stays under policy 0.")
  public void configure(ProcessContext process, long maxMessages, long maxBytes, int policy) {
    if (policy != DROP_NEWEST && policy != DROP_OLDEST) {
      throw new HostTrap("policy is " + policy + ", which is neither 0 nor 1");
    }
    process.extensions().boundMailbox(maxMessages, maxBytes, policy == DROP_OLDEST);
  }

  @Import(
      value = "dropped",
      summary = "How many messages to the caller were dropped because its mailbox was full.")
  public long dropped(ProcessContext process) {
    return process.extensions().droppedMessages();
  }
}
