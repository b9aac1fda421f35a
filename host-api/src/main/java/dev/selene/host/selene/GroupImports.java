package dev.selene.host.selene;

import dev.selene.host.DataMessage;
import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.host.lunatic.GuestArguments;

/**
 * {@code selene::group}: named sets of processes, scoped to the caller's environment. A process
 * leaves all of its groups when it ends.
 *
 * <p>Thread-safety: stateless. Source: OTP's pg.
 */
public final class GroupImports implements HostModule {
  private static final int LEFT = 0;
  private static final int NOT_A_MEMBER = 1;

  @Override
  public String name() {
    return "selene::group";
  }

  @Import(
      value = "join",
      summary =
          "Adds a process to a group, whose name has at most 65,536 bytes. 0: it joined. 1: it was"
              + " in it. 2: there is no such process.")
  public int join(
      ProcessContext process,
      @Pointer int group,
      @Length int groupLength,
      @Handle("process") long member) {
    String name = GuestArguments.name(process, group, groupLength, "group");
    return Outputs.code(process.extensions().join(name, member));
  }

  @Import(
      value = "leave",
      summary = "Takes a process out of a group. 0: it left. 1: it was not in it.")
  public int leave(
      ProcessContext process,
      @Pointer int group,
      @Length int groupLength,
      @Handle("process") long member) {
    String name = GuestArguments.name(process, group, groupLength, "group");
    return process.extensions().leave(name, member) ? LEFT : NOT_A_MEMBER;
  }

  @Import(
      value = "members",
      summary =
          "Writes the process ids of a group's members in order of joining, as many as fit, and"
              + " returns how many members there are.")
  public int members(
      ProcessContext process,
      @Pointer int group,
      @Length int groupLength,
      @Pointer(out = true) int buffer,
      @Length(unit = 8) int bufferCount) {
    GuestMemory memory = process.memory();
    GuestArguments.checkArray(memory, buffer, bufferCount, Long.BYTES);
    String name = GuestArguments.name(process, group, groupLength, "group");
    long[] members = process.extensions().members(name);
    process.chargeBytes((long) members.length * Long.BYTES);
    for (int i = 0; i < members.length && Integer.compareUnsigned(i, bufferCount) < 0; i++) {
      memory.putLong(buffer + i * Long.BYTES, members[i]);
    }
    return members.length;
  }

  @Import(
      value = "broadcast",
      blocking = true,
      summary =
          "Takes the scratch message, data without resources, and sends a copy to each member, the"
              + " caller included when it is one; full mailboxes drop it, as with"
              + " `lunatic::message::send`. Returns how many members there were.")
  public int broadcast(ProcessContext process, @Pointer int group, @Length int groupLength) {
    String name = GuestArguments.name(process, group, groupLength, "group");
    DataMessage message = plainData(process);
    long[] members = process.extensions().members(name);
    long charge = (long) members.length * Long.BYTES;
    process.charge(charge);
    try {
      for (long member : members) {
        process.chargeBytes(message.size() + Long.BYTES);
        DataMessage copy = message.copy();
        process.charge(copy.footprint());
        process.send(member, copy);
      }
    } finally {
      process.release(charge);
    }
    process.setScratch(null);
    return members.length;
  }

  /** The scratch message, when copies can be made of it. */
  static DataMessage plainData(ProcessContext process) {
    if (!(process.scratch() instanceof DataMessage message)) {
      throw new HostTrap("there is no data message in the scratch area");
    }
    if (message.hasResources()) {
      throw new HostTrap("the scratch message has resources, which cannot be copied");
    }
    return message;
  }

  @Import(
      value = "watch",
      summary =
          "From now on each join and leave sends the caller a data message with the tag: 0 joined"
              + " or 1 left (1 byte), process id (8 bytes), reference (8 bytes); a full mailbox"
              + " drops it. Returns the reference, never 0.")
  public long watch(ProcessContext process, @Pointer int group, @Length int groupLength, long tag) {
    String name = GuestArguments.name(process, group, groupLength, "group");
    return process.extensions().watchGroup(name, tag);
  }

  @Import(
      value = "unwatch",
      summary = "Undoes `watch` by its reference; an unknown one is ignored.")
  public void unwatch(ProcessContext process, long reference) {
    process.extensions().unwatchGroup(reference);
  }
}
