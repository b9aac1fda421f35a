package dev.selene.host;

import org.jspecify.annotations.Nullable;

/**
 * What the imports {@code selene::*} need of the process that called them, beside what its {@link
 * ProcessContext} offers.
 *
 * <p>Thread-safety: as {@link ProcessContext}: only the process's own thread, inside the host call.
 * Methods that park say so; each of them may end the process by throwing {@link ProcessExit}, which
 * host functions let pass.
 */
public interface Extensions {
  /** What became of a message. */
  enum Sent {
    /** It is in the mailbox. */
    SENT,
    /** The mailbox has no room for it, now or ever; {@code sendWaiting} says which. */
    FULL,
    /** There is no such process. */
    NO_PROCESS,
    /** The time was over before there was room, or before the answer came. */
    TIMED_OUT
  }

  // Processes

  /**
   * Spawns. Parks where instantiation has to wait. The scratch message is taken only when the
   * process was spawned, or failed in its start function.
   *
   * @param request what to spawn; without a link tag
   * @param extras name, label, link, first message
   * @return any of the three results
   * @throws HostTrap without the permission
   */
  SpawnRequest.Result spawn(SpawnRequest request, SpawnExtras extras);

  /**
   * Links this process and another. A dead or unknown one is treated as one that ended with {@link
   * ExitReason#NO_PROCESS}, at once.
   *
   * @param target process id
   * @param own what this process does when the target ends
   * @param other what the target does when this process ends
   * @param tag of the message about an end
   * @return a reference, unique in this process, never 0
   */
  long link(long target, LinkMode own, LinkMode other, long tag);

  /**
   * Undoes a link: no message about it comes any more, and one in the mailbox is removed.
   *
   * @param reference of {@link #link} or {@link #spawn}; an unknown one is ignored
   */
  void unlink(long reference);

  /**
   * Names this process for people, in logs and crash reports.
   *
   * @param label empty for none
   */
  void setLabel(String label);

  /**
   * What people call this process.
   *
   * @return empty for none
   */
  String label();

  // Messages

  /**
   * Sends the scratch message, which stays where it is unless it was sent.
   *
   * @param target process id
   * @return all but {@link Sent#TIMED_OUT}
   */
  Sent trySend(long target);

  /**
   * Sends the scratch message, and waits for room; those who wait are served in the order in which
   * they came. It stays where it is unless it was sent. Parks.
   *
   * @param target process id
   * @param timeoutMillis unsigned; -1 for ever
   * @return {@link Sent#FULL} when there can never be room for it
   */
  Sent sendWaiting(long target, long timeoutMillis);

  /**
   * Sends the scratch message and waits for a message with the tag that arrives after the call
   * began, or for the end of the target. Parks.
   *
   * @param target process id
   * @param tag never 0
   * @param timeoutMillis unsigned; -1 for ever
   * @return {@link Sent#SENT}: the answer is the scratch message. {@link Sent#FULL}: not sent, and
   *     still the scratch message. {@link Sent#NO_PROCESS}: the scratch message is the news of the
   *     target's end. {@link Sent#TIMED_OUT}: the scratch area is empty
   */
  Sent request(long target, long tag, long timeoutMillis);

  /**
   * Bounds the mailbox of this process; never above its configuration.
   *
   * @param messages unsigned; what is over the configuration's bound means that one
   * @param bytes likewise
   * @param dropsOldest whether plain sends to a full mailbox cost the oldest message, not the
   *     newest
   */
  void boundMailbox(long messages, long bytes, boolean dropsOldest);

  /**
   * Messages that were dropped because the mailbox was full.
   *
   * @return their number
   */
  long droppedMessages();

  // Names

  /**
   * Gives a process a name unless a living process has it.
   *
   * @param name scoped to this environment
   * @param process its id
   * @return {@link Sent#SENT}: it has. {@link Sent#FULL}: the name is taken. {@link
   *     Sent#NO_PROCESS}
   */
  Sent registerNew(String name, long process);

  /**
   * Waits until a name is given. Parks.
   *
   * @param name scoped to this environment
   * @param timeoutMillis unsigned; -1 for ever
   * @return null after the timeout
   */
  @Nullable NamedProcess awaitName(String name, long timeoutMillis);

  // Groups

  /**
   * Adds a process to a group; it leaves when it ends.
   *
   * @param group scoped to this environment
   * @param member its id
   * @return {@link Sent#SENT}: it is in now. {@link Sent#FULL}: it was. {@link Sent#NO_PROCESS}
   */
  Sent join(String group, long member);

  /**
   * Takes a process out of a group.
   *
   * @param group scoped to this environment
   * @param member its id
   * @return false when it was not in it
   */
  boolean leave(String group, long member);

  /**
   * Who is in a group.
   *
   * @param group scoped to this environment
   * @return ids, in order of joining
   */
  long[] members(String group);

  /**
   * Asks for a message at each join and leave.
   *
   * @param group scoped to this environment
   * @param tag of the messages
   * @return a reference, unique in this process, never 0
   */
  long watchGroup(String group, long tag);

  /**
   * Undoes {@link #watchGroup}.
   *
   * @param reference an unknown one is ignored
   */
  void unwatchGroup(long reference);

  // Timers

  /**
   * Sends copies of a message again and again, until the timer is cancelled, or the target or this
   * process ends.
   *
   * @param target process id
   * @param delayMillis until the first, unsigned
   * @param periodMillis at least 1
   * @param message from {@link ProcessContext#takeScratch}; without resources
   * @return the timer's id, of the same numbers as {@link ProcessContext#sendAfter}'s
   */
  long sendEvery(long target, long delayMillis, long periodMillis, DataMessage message);

  /**
   * Stops a timer of either kind.
   *
   * @param timer an id
   * @return nanoseconds that were left until it fired; -1 when unknown, fired or stopped
   */
  long stopTimer(long timer);

  // Failures

  /**
   * Calls the guest's {@code _selene_catch}. Kills and link deaths are not caught.
   *
   * @param function passed on
   * @param argument passed on
   * @return null when it returned; else how it ended
   */
  @Nullable ExitReason catchEnd(int function, int argument);

  /**
   * How the last failed {@link #catchEnd} ended.
   *
   * @return null when there was none
   */
  @Nullable ExitReason caughtReason();

  /**
   * Names the next trap, which becomes one of kind {@link TrapKind#PANIC}.
   *
   * @param message null to take that back
   */
  void setPanicMessage(@Nullable String message);

  // The log

  /**
   * Writes a line to the log, bounded by rate, with this process's id and label.
   *
   * @param level 1 error to 5 trace
   * @param target the part of the guest that speaks; may be empty
   * @param text what it says
   */
  void log(int level, String target, String text);

  /**
   * The most verbose level that is written.
   *
   * @return 0 for none, 1 error to 5 trace
   */
  int logLevel();

  // Limits

  /**
   * What this process uses now.
   *
   * @param resource of what
   * @return in the resource's unit
   */
  long usage(LimitedResource resource);

  /**
   * Instructions left to this process and the subtrees it belongs to.
   *
   * @return {@link LimitedResource#UNLIMITED} when nothing limits them
   */
  long fuelLeft();
}
