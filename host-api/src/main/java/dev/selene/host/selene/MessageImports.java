package dev.selene.host.selene;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Extensions.Sent;
import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Message;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.host.lunatic.MessageData;
import org.jspecify.annotations.Nullable;

/**
 * {@code selene::message}: sends whose outcome the sender learns, and why somebody ended. The
 * scratch area, receiving and everything else is {@code lunatic::message}'s.
 *
 * <p>Thread-safety: stateless.
 */
public final class MessageImports implements HostModule {
  private static final long ATTACHED = 1 << 16;
  private static final int TAG_SHIFT = 17;
  private static final int SIZE_SHIFT = 32;

  /** In place of a tag that does not fit. */
  private static final long LARGE_TAG = 0x7FFF;

  @Override
  public String name() {
    return "selene::message";
  }

  @Import(
      value = "exit_reason",
      summary =
          "Writes as much as fits of the exit reason that the scratch message tells of, a link or"
              + " process death, and returns its size in bytes. See the layout of exit reasons."
              + " Traps when the scratch message is no death.")
  public int exitReason(
      ProcessContext process, @Pointer(out = true) int buffer, @Length int bufferLength) {
    process.memory().check(buffer, bufferLength);
    ExitReason reason =
        switch (process.scratch()) {
          case null -> throw new HostTrap("the scratch area is empty");
          case DataMessage data -> throw new HostTrap("the scratch message is no death");
          case Message.LinkDied died -> died.reason();
          case Message.ProcessDied died -> died.reason();
        };
    return Outputs.write(process, buffer, bufferLength, ExitReasonLayout.encode(reason));
  }

  @Import(
      value = "process_id",
      summary =
          "The process whose end the scratch message tells of, a link or process death; 0 for a"
              + " data message.")
  @Handle("process")
  public long processId(ProcessContext process) {
    return switch (scratch(process)) {
      case DataMessage data -> 0;
      case Message.LinkDied died -> died.process();
      case Message.ProcessDied died -> died.process();
    };
  }

  @Import(
      value = "reference",
      summary =
          "The reference of the link that the scratch message is about; 0 for data messages and for"
              + " links and monitors of `lunatic::process`.")
  public long reference(ProcessContext process) {
    return scratch(process) instanceof Message.ProcessDied died ? died.reference() : 0;
  }

  private static Message scratch(ProcessContext process) {
    Message message = process.scratch();
    if (message == null) {
      throw new HostTrap("the scratch area is empty");
    }
    return message;
  }

  @Import(
      value = "try_send",
      summary =
          "Sends the scratch message. 0: sent. 1: the mailbox is full. 2: there is no such process."
              + " It stays in the scratch area unless it was sent.")
  public int trySend(ProcessContext process, @Handle("process") long target) {
    scratch(process);
    return Outputs.code(process.extensions().trySend(target));
  }

  @Import(
      value = "send_timeout",
      blocking = true,
      summary =
          "Sends the scratch message as soon as there is room; who waits is served in order. The"
              + " timeout is in milliseconds, -1 for ever. 0: sent. 1: there will never be room: the"
              + " message is larger than the mailbox, or the mailbox is the caller's own. 2: there"
              + " is no such process, or not any more. 9027: timed out. It stays in the scratch area"
              + " unless it was sent.")
  public int sendTimeout(
      ProcessContext process, @Handle("process") long target, long timeoutMillis) {
    scratch(process);
    return Outputs.code(process.extensions().sendWaiting(target, timeoutMillis));
  }

  @Import(
      value = "request",
      blocking = true,
      summary =
          "Sends the scratch message, then waits for a message with the tag that arrives after the"
              + " call began, or for the target's end; an answer sent before the end wins. Traps"
              + " when the tag is 0. The timeout is in milliseconds, -1 for ever. 0: the answer is"
              + " the scratch message. 1: the mailbox is full, nothing was sent. 2: the target"
              + " ended, and the scratch message is a process death with the tag. 9027: timed out,"
              + " the scratch area is empty.")
  public int request(
      ProcessContext process, @Handle("process") long target, long tag, long timeoutMillis) {
    scratch(process);
    requireAnswerTag(tag);
    return Outputs.code(process.extensions().request(target, tag, timeoutMillis));
  }

  private static void requireAnswerTag(long tag) {
    if (tag == 0) {
      throw new HostTrap("tag is 0, which no answer can have");
    }
  }

  // In one call each

  @Import(
      value = "send_data",
      since = "1.1",
      summary =
          "Sends a data message of these bytes, as `create_data`, `write_data` and `send` do. The"
              + " scratch area stays as it is. Always 0. Traps when the message would be over 2"
              + " GiB.")
  public int sendData(
      ProcessContext process,
      @Handle("process") long target,
      long tag,
      @Pointer int data,
      @Length int dataLength) {
    process.memory().check(data, dataLength);
    process.send(target, MessageData.compose(process, tag, data, dataLength));
    return 0;
  }

  @Import(
      value = "receive_data",
      since = "1.1",
      blocking = true,
      summary =
          "As `lunatic::message::receive`, and then as `read_data`: copies as much of a data message"
              + " as fits and moves the read position on. Returns what `receive` returns in bits 0 to"
              + " 15; 1 in bit 16 when something is attached to the message; in bits 17 to 31 its"
              + " tag, or 32,767 when that does not fit, and `get_tag` tells it; in the upper 32 bits"
              + " its size in bytes, 0 for a death.")
  public long receiveData(
      ProcessContext process,
      @Pointer int tags,
      @Length(unit = 8) int tagCount,
      long timeoutMillis,
      @Pointer(out = true) int buffer,
      @Length int bufferLength) {
    process.memory().check(buffer, bufferLength);
    Message message = MessageData.receive(process, tags, tagCount, timeoutMillis);
    return MessageData.code(message) | copy(process, message, buffer, bufferLength);
  }

  @Import(
      value = "request_data",
      since = "1.1",
      blocking = true,
      summary =
          "Makes a data message of these bytes the scratch message and does what `request` does, and"
              + " then as `read_data`: copies as much of the answer as fits. Returns what `request`"
              + " returns in bits 0 to 15, the rest as `receive_data`.")
  public long requestData(
      ProcessContext process,
      @Handle("process") long target,
      long tag,
      @Pointer int data,
      @Length int dataLength,
      long answerTag,
      long timeoutMillis,
      @Pointer(out = true) int buffer,
      @Length int bufferLength) {
    GuestMemory memory = process.memory();
    memory.check(data, dataLength);
    memory.check(buffer, bufferLength);
    requireAnswerTag(answerTag);
    DataMessage message = new DataMessage(tag);
    process.setScratch(message);
    MessageData.append(process, message, data, dataLength);
    Sent sent = process.extensions().request(target, answerTag, timeoutMillis);
    Message answer = sent == Sent.SENT || sent == Sent.NO_PROCESS ? process.scratch() : null;
    return Outputs.code(sent) | copy(process, answer, buffer, bufferLength);
  }

  /** Copies a message that arrived, and describes it in bits 16 to 63; 0 when there is none. */
  private static long copy(
      ProcessContext process, @Nullable Message message, int buffer, int bufferLength) {
    if (message == null) {
      return 0;
    }
    long tag = message.tag();
    long described = (tag < 0 || tag > LARGE_TAG ? LARGE_TAG : tag) << TAG_SHIFT;
    if (message instanceof DataMessage data) {
      process.chargeBytes(data.read(process.memory(), buffer, bufferLength));
      described |= (long) data.size() << SIZE_SHIFT | (data.hasResources() ? ATTACHED : 0);
    }
    return described;
  }
}
