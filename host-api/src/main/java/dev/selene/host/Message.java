package dev.selene.host;

/** What a mailbox holds. */
public sealed interface Message permits DataMessage, Message.LinkDied, Message.ProcessDied {

  /**
   * The tag that selective receive looks at.
   *
   * @return 0 when untagged
   */
  long tag();

  /**
   * What the message costs in the ledger of the process that holds it.
   *
   * @return bytes
   */
  long footprint();

  /**
   * A linked process died while {@code die_when_link_dies} was off.
   *
   * @param tag the link's tag, 0 for none
   * @param process who died
   * @param reason why
   */
  record LinkDied(long tag, long process, ExitReason reason) implements Message {
    @Override
    public long footprint() {
      return DataMessage.FIXED_FOOTPRINT + reason.footprint();
    }
  }

  /**
   * A monitored process ended.
   *
   * @param tag the link's tag; 0 for a monitor of {@code lunatic::process}
   * @param reference the link's reference; 0 for a monitor of {@code lunatic::process}
   * @param process who ended
   * @param reason why
   */
  record ProcessDied(long tag, long reference, long process, ExitReason reason) implements Message {
    /**
     * News of a monitor without tag and reference.
     *
     * @param process who ended
     * @param reason why
     */
    public ProcessDied(long process, ExitReason reason) {
      this(0, 0, process, reason);
    }

    @Override
    public long footprint() {
      return DataMessage.FIXED_FOOTPRINT + reason.footprint();
    }
  }
}
