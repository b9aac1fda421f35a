package dev.selene.host.selene;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.LinkMode;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import dev.selene.host.SpawnExtras;
import dev.selene.host.SpawnRequest;
import dev.selene.host.TrapKind;
import dev.selene.host.lunatic.ErrorImports;
import dev.selene.host.lunatic.GuestArguments;
import dev.selene.host.lunatic.MessageData;
import dev.selene.host.lunatic.SpawnParameters;
import java.nio.charset.StandardCharsets;

/**
 * {@code selene::process}: spawning in one step, links with a mode of their own, ends with a text.
 *
 * <p>A link of this module is apart from those of {@code lunatic::process} and from {@code
 * die_when_link_dies}: it says itself what either side does when the other ends, and several to the
 * same process do not touch each other. Who asked for it has its reference.
 *
 * <p>Thread-safety: stateless.
 */
public final class ProcessImports implements HostModule {
  private static final int OK = 0;
  private static final int ERROR = 1;
  private static final int NAME_TAKEN = 2;
  private static final int WITH_MESSAGE = 1;
  private static final int MAX_LABEL = 1_024;

  @Override
  public String name() {
    return "selene::process";
  }

  @Import(
      value = "spawn",
      blocking = true,
      summary =
          "Spawns a process that calls an exported function. Parameters are those of"
              + " `lunatic::process::spawn`. Name and label may be empty. `own` and `other` are link"
              + " modes as in `link`, 0 and 0 for no link. Flag 1: the scratch message becomes the"
              + " child's first message. All of it is in place before the child's first instruction."
              + " 0: process id and link reference were written. 1: an error id was written. 2: a"
              + " living process has the name, its id was written. On 1 and 2 the scratch message"
              + " stays, unless a start function failed. Traps when the caller may not spawn.")
  public int spawn(
      ProcessContext process,
      @Handle(value = "config", optional = true) long config,
      @Handle(value = "module", optional = true) long module,
      @Pointer int function,
      @Length int functionLength,
      @Pointer int parameters,
      @Length int parametersLength,
      @Pointer int name,
      @Length int nameLength,
      @Pointer int label,
      @Length int labelLength,
      int own,
      int other,
      long tag,
      int flags,
      @Pointer(bytes = 16, unit = 8, out = true) int out) {
    process.memory().check(out, 16);
    if ((flags & ~WITH_MESSAGE) != 0) {
      throw new HostTrap("flags are " + flags + ", but only 1 is known");
    }
    SpawnExtras extras =
        extras(process, name, nameLength, label, labelLength, own, other, tag, flags != 0);
    SpawnRequest request =
        SpawnParameters.request(
            process, 0, config, module, function, functionLength, parameters, parametersLength);
    return spawn(process, request, extras, out);
  }

  @Import(
      value = "spawn_data",
      since = "1.1",
      blocking = true,
      summary =
          "Makes a data message of these bytes the scratch message, and spawns as `spawn` does with"
              + " flag 1: it becomes the child's first message.")
  public int spawnData(
      ProcessContext process,
      @Handle(value = "config", optional = true) long config,
      @Handle(value = "module", optional = true) long module,
      @Pointer int function,
      @Length int functionLength,
      @Pointer int parameters,
      @Length int parametersLength,
      @Pointer int name,
      @Length int nameLength,
      @Pointer int label,
      @Length int labelLength,
      int own,
      int other,
      long tag,
      long messageTag,
      @Pointer int data,
      @Length int dataLength,
      @Pointer(bytes = 16, unit = 8, out = true) int out) {
    process.memory().check(out, 16);
    process.memory().check(data, dataLength);
    SpawnExtras extras =
        extras(process, name, nameLength, label, labelLength, own, other, tag, true);
    SpawnRequest request =
        SpawnParameters.request(
            process, 0, config, module, function, functionLength, parameters, parametersLength);
    DataMessage first = new DataMessage(messageTag);
    process.setScratch(first);
    MessageData.append(process, first, data, dataLength);
    return spawn(process, request, extras, out);
  }

  private static SpawnExtras extras(
      ProcessContext process,
      int name,
      int nameLength,
      int label,
      int labelLength,
      int own,
      int other,
      long tag,
      boolean withMessage) {
    String processName = GuestArguments.name(process, name, nameLength, "name");
    return new SpawnExtras(
        processName.isEmpty() ? null : processName,
        GuestArguments.text(process, label, labelLength, MAX_LABEL, "label"),
        LinkMode.of(own, "own"),
        LinkMode.of(other, "other"),
        tag,
        withMessage);
  }

  private static int spawn(
      ProcessContext process, SpawnRequest request, SpawnExtras extras, int out) {
    GuestMemory memory = process.memory();
    return switch (process.extensions().spawn(request, extras)) {
      case SpawnRequest.Result.Spawned(long id, long reference) -> {
        memory.putLong(out, id);
        memory.putLong(out + 8, reference);
        yield OK;
      }
      case SpawnRequest.Result.Failed(String message) -> {
        memory.putLong(out, ErrorImports.report(process, message));
        yield ERROR;
      }
      case SpawnRequest.Result.NameTaken(long node, long id) -> {
        memory.putLong(out, id);
        yield NAME_TAKEN;
      }
    };
  }

  @Import(
      value = "link",
      summary =
          "Links the caller and a process and returns the link's reference, never 0. `own` is what"
              + " the caller does when the target ends, `other` what the target does when the caller"
              + " ends: 0 nothing, 1 is told of failures, 2 is told of every end, 3 dies of"
              + " failures, 4 dies of every end. Told is a process death with the tag, exactly one."
              + " A dead or unknown target counts as one that failed with `no process`, at once.")
  public long link(
      ProcessContext process, @Handle("process") long target, int own, int other, long tag) {
    return process
        .extensions()
        .link(target, LinkMode.of(own, "own"), LinkMode.of(other, "other"), tag);
  }

  @Import(
      value = "unlink",
      summary =
          "Undoes a link by its reference: no message of it comes any more, and one in the mailbox"
              + " is removed. An unknown reference is ignored.")
  public void unlink(ProcessContext process, long reference) {
    process.extensions().unlink(reference);
  }

  @Import(
      value = "monitor",
      summary = "Asks for one process death with the tag: `link` with modes 2 and 0.")
  public long monitor(ProcessContext process, @Handle("process") long target, long tag) {
    return process.extensions().link(target, LinkMode.TOLD, LinkMode.NOTHING, tag);
  }

  @Import(value = "demonitor", summary = "Undoes `monitor`, as `unlink` does.")
  public void demonitor(ProcessContext process, long reference) {
    process.extensions().unlink(reference);
  }

  @Import(
      value = "exit",
      summary = "Ends the caller: normally with code 0, else with the exit reason `exited`.")
  public void exit(ProcessContext process, int code) {
    throw new ProcessExit(code == 0 ? ExitReason.NORMAL : new ExitReason.Exited(code), true);
  }

  @Import(
      value = "fail",
      summary =
          "Traps with kind panic and this text, of which 2,000 characters are kept; malformed UTF-8"
              + " is replaced.")
  public void fail(ProcessContext process, @Pointer int text, @Length int textLength) {
    throw new HostTrap(TrapKind.PANIC, Outputs.lenientText(process, text, textLength));
  }

  @Import(
      value = "set_label",
      summary =
          "Names the caller for people, in logs and crash reports; at most 1,024 bytes, none to"
              + " take it back.")
  public void setLabel(ProcessContext process, @Pointer int label, @Length int labelLength) {
    process
        .extensions()
        .setLabel(GuestArguments.text(process, label, labelLength, MAX_LABEL, "label"));
  }

  @Import(
      value = "label",
      summary = "Writes as much of the caller's label as fits and returns its size in bytes.")
  public int label(
      ProcessContext process, @Pointer(out = true) int buffer, @Length int bufferLength) {
    process.memory().check(buffer, bufferLength);
    byte[] label = process.extensions().label().getBytes(StandardCharsets.UTF_8);
    return Outputs.write(process, buffer, bufferLength, label);
  }
}
