package dev.selene.host.lunatic;

import dev.selene.host.DataMessage;
import dev.selene.host.GuestMemory;
import dev.selene.host.GuestModule;
import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HandleTable;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Message;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.host.Resource;

/**
 * {@code lunatic::message}: the scratch area, sending and receiving.
 *
 * <p>A process has one scratch area with at most one message in it: the one it is writing, or the
 * one it received last. Everything but {@code create_data} and {@code receive} traps when it is
 * empty; what needs bytes or resources traps when it holds a link or process death. A trap leaves
 * the scratch as it was.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-messaging-api.
 */
public final class MessageImports implements HostModule {
  /** Result code of a timeout, everywhere in the ABI. */
  public static final int TIMED_OUT = 9027;

  @Override
  public String name() {
    return "lunatic::message";
  }

  @Import(
      value = "create_data",
      summary =
          "Replaces the scratch message by an empty data message. Tag 0 is none. The capacity is a"
              + " hint that any value is good for: memory grows, and is charged, as data comes.")
  public void createData(ProcessContext process, long tag, long capacity) {
    process.setScratch(new DataMessage(tag));
  }

  @Import(
      value = "write_data",
      summary =
          "Appends bytes to the scratch message and returns their number. Traps when the message"
              + " would be over 2 GiB.")
  public int writeData(ProcessContext process, @Pointer int data, @Length int dataLength) {
    process.memory().check(data, dataLength);
    MessageData.append(process, dataMessage(process), data, dataLength);
    return dataLength;
  }

  @Import(
      value = "read_data",
      summary =
          "Copies from the scratch message's read position, at most so many bytes, and moves the"
              + " position on. Returns the number copied, 0 at the end. Traps when the position is"
              + " behind the end.")
  public int readData(
      ProcessContext process, @Pointer(out = true) int buffer, @Length int bufferLength) {
    GuestMemory memory = process.memory();
    memory.check(buffer, bufferLength);
    int count = dataMessage(process).read(memory, buffer, bufferLength);
    process.chargeBytes(count);
    return count;
  }

  @Import(value = "seek_data", summary = "Sets the scratch message's read position.")
  public void seekData(ProcessContext process, long position) {
    dataMessage(process).seek(position);
  }

  @Import(value = "get_tag", summary = "The tag of the scratch message of any kind, 0 for none.")
  public long getTag(ProcessContext process) {
    return message(process).tag();
  }

  @Import(
      value = "get_process_id",
      summary = "The process whose death the scratch message tells of; 0 for other messages.")
  @Handle("process")
  public long getProcessId(ProcessContext process) {
    return message(process) instanceof Message.ProcessDied died ? died.process() : 0;
  }

  @Import(
      value = "data_size",
      summary = "All bytes of the scratch message, wherever the read position is.")
  public long dataSize(ProcessContext process) {
    return dataMessage(process).size();
  }

  @Import(
      value = "push_module",
      summary =
          "Attaches a module to the scratch message and returns its index; the sender keeps it.")
  public long pushModule(ProcessContext process, @Handle("module") long module) {
    DataMessage message = dataMessage(process);
    GuestModule shared = process.handles(HandleKind.MODULE).get(module);
    process.charge(DataMessage.RESOURCE_FOOTPRINT);
    return message.attach(shared.share());
  }

  @Import(
      value = "push_tcp_stream",
      summary = "Moves a TCP stream into the scratch message and returns its index.")
  public long pushTcpStream(ProcessContext process, @Handle("tcp_stream") long stream) {
    return push(process, HandleKind.TCP_STREAM, stream);
  }

  @Import(
      value = "push_tls_stream",
      summary = "Moves a TLS stream into the scratch message and returns its index.")
  public long pushTlsStream(ProcessContext process, @Handle("tls_stream") long stream) {
    return push(process, HandleKind.TLS_STREAM, stream);
  }

  @Import(
      value = "push_udp_socket",
      summary = "Moves a UDP socket into the scratch message and returns its index.")
  public long pushUdpSocket(ProcessContext process, @Handle("udp_socket") long socket) {
    return push(process, HandleKind.UDP_SOCKET, socket);
  }

  @Import(
      value = "take_module",
      summary =
          "Moves the module at an index of the scratch message into the caller's table and returns"
              + " its id. The other indexes stay. Traps when there is no module at the index.")
  public long takeModule(ProcessContext process, long index) {
    DataMessage message = dataMessage(process);
    if (!(message.resource(index) instanceof GuestModule module)) {
      throw nothingAt(index, "module");
    }
    // Added before it is detached: where the table is full, the message still owns the module.
    long id = process.handles(HandleKind.MODULE).add(module);
    message.detach(index);
    return id;
  }

  @Import(
      value = "take_tcp_stream",
      summary = "Moves the TCP stream at an index into the caller's table and returns its id.")
  public long takeTcpStream(ProcessContext process, long index) {
    return take(process, HandleKind.TCP_STREAM, index);
  }

  @Import(
      value = "take_tls_stream",
      summary = "Moves the TLS stream at an index into the caller's table and returns its id.")
  public long takeTlsStream(ProcessContext process, long index) {
    return take(process, HandleKind.TLS_STREAM, index);
  }

  @Import(
      value = "take_udp_socket",
      summary = "Moves the UDP socket at an index into the caller's table and returns its id.")
  public long takeUdpSocket(ProcessContext process, long index) {
    return take(process, HandleKind.UDP_SOCKET, index);
  }

  @Import(
      value = "send",
      summary =
          "Takes the scratch message and sends it. Always 0: a message to a dead or unknown process"
              + " is dropped.")
  public int send(ProcessContext process, @Handle("process") long target) {
    process.send(target, process.takeScratch());
    return 0;
  }

  @Import(
      value = "send_receive_skip_search",
      blocking = true,
      summary =
          "Sends the scratch message, then waits for one with the tag that arrives after the call"
              + " began; tag 0 never matches. The timeout is in milliseconds, -1 for ever. 0: the"
              + " answer is the scratch message. 9027: timed out, the scratch area is empty.")
  public int sendReceiveSkipSearch(
      ProcessContext process, @Handle("process") long target, long tag, long timeoutMillis) {
    Message answer = process.sendAndReceive(target, process.takeScratch(), tag, timeoutMillis);
    return answer == null ? TIMED_OUT : 0;
  }

  @Import(
      value = "receive",
      blocking = true,
      summary =
          "Waits for the oldest message with one of the tags, of any kind when there are none; 0"
              + " among the tags matches nothing. At most 65,536 tags. The timeout is in"
              + " milliseconds, -1 for ever. 0: a data message is in the scratch area. 1: a link"
              + " died. 2: a process died. 9027: timed out, the scratch is as it was.")
  public int receive(
      ProcessContext process,
      @Pointer int tags,
      @Length(unit = 8) int tagCount,
      long timeoutMillis) {
    return MessageData.code(MessageData.receive(process, tags, tagCount, timeoutMillis));
  }

  private static Message message(ProcessContext process) {
    Message message = process.scratch();
    if (message == null) {
      throw new HostTrap("the scratch area is empty");
    }
    return message;
  }

  private static DataMessage dataMessage(ProcessContext process) {
    return switch (message(process)) {
      case DataMessage data -> data;
      case Message.LinkDied died -> throw new HostTrap("the scratch message is a link death");
      case Message.ProcessDied died -> throw new HostTrap("the scratch message is a process death");
    };
  }

  private static long push(ProcessContext process, HandleKind<Resource> kind, long id) {
    DataMessage message = dataMessage(process);
    HandleTable<Resource> table = process.handles(kind);
    // What the resource itself costs goes from the table's bill to the message's.
    long footprint = table.get(id).footprint();
    process.charge(DataMessage.RESOURCE_FOOTPRINT);
    return message.attach(table.remove(id), footprint);
  }

  private static long take(ProcessContext process, HandleKind<Resource> kind, long index) {
    DataMessage message = dataMessage(process);
    Resource resource = message.resource(index);
    if (resource == null || resource.kind() != kind) {
      throw nothingAt(index, kind.name());
    }
    // Added before it is detached: where the table is full, the message still owns the resource.
    // The message's own bill stays until it goes.
    process.charge(resource.footprint());
    long id;
    try {
      id = process.handles(kind).add(resource);
    } catch (RuntimeException tooMany) {
      process.release(resource.footprint());
      throw tooMany;
    }
    message.detach(index);
    return id;
  }

  private static HostTrap nothingAt(long index, String kind) {
    return new HostTrap(
        "the scratch message has no " + kind + " at index " + Long.toUnsignedString(index));
  }
}
