package dev.selene.vm.internal.process;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Extensions;
import dev.selene.host.HostTrap;
import dev.selene.host.LimitedResource;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import dev.selene.host.NamedProcess;
import dev.selene.host.ProcessExit;
import dev.selene.host.SpawnExtras;
import dev.selene.host.SpawnRequest;
import dev.selene.vm.internal.engine.GuestTrap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A guest process as the imports {@code selene::*} see it.
 *
 * <p>Ownership: the process's own thread, inside a host call.
 */
final class GuestExtensions implements Extensions {
  /** What a guest exports to have failures caught. */
  private static final String CATCH = "_selene_catch";

  private static final int WATCH_CHARGE = 96;
  private static final int INSTRUCTIONS_PER_WATCHER = 500;

  private final GuestProcess process;
  private final GuestContext context;
  private final GuestLog log;

  /** Groups that are watched, by reference. */
  private @Nullable Map<Long, String> watches;

  private long lastWatch;
  private @Nullable ExitReason caught;
  private @Nullable String panicMessage;

  GuestExtensions(GuestProcess process, GuestContext context) {
    this.process = process;
    this.context = context;
    this.log = new GuestLog(process);
  }

  private ProcessSystem system() {
    return process.system();
  }

  private ProcessEnvironment environment() {
    return process.environment();
  }

  private static ProcessExit outOfMemory(GuestContext context) {
    return new ProcessExit(new ExitReason.OutOfMemory(context.memoryLimit()), true);
  }

  // Processes

  @Override
  public SpawnRequest.Result spawn(SpawnRequest request, SpawnExtras extras) {
    if (extras.withMessage() && !(context.scratch() instanceof DataMessage)) {
      throw new HostTrap("there is no data message in the scratch area");
    }
    context.requireSpawnPermission();
    return system().spawnChild(process, extras, request);
  }

  @Override
  public long link(long target, LinkMode own, LinkMode other, long tag) {
    Partners.Bound bound = process.partners().bind(target, own, other, tag, system());
    if (bound.death() != null) {
      throw new ProcessExit(bound.death(), bound.reference() == 0);
    }
    return bound.reference();
  }

  @Override
  public void unlink(long reference) {
    if (process.partners().unbind(reference, system())) {
      return;
    }
    // Its end may be in the lane, in the mailbox, or long received.
    process.applySignals();
    process.received(process.mailbox().takeDeath(reference));
  }

  @Override
  public void setLabel(String label) {
    long change = 2L * label.length() - 2L * process.label().length();
    if (change > 0) {
      context.charge(change);
    } else {
      context.release(-change);
    }
    process.setLabel(label);
  }

  @Override
  public String label() {
    return process.label();
  }

  // Messages

  @Override
  public Sent trySend(long target) {
    Actor receiver = context.find(target);
    return receiver == null ? Sent.NO_PROCESS : offerScratch(receiver);
  }

  private Sent offerScratch(Actor receiver) {
    Message message = scratch();
    int result = receiver.offer(message);
    if (Actor.isDelivered(result)) {
      context.scratchWasSent();
      return Sent.SENT;
    }
    return result == Actor.FULL ? Sent.FULL : Sent.NO_PROCESS;
  }

  private Message scratch() {
    Message message = context.scratch();
    if (message == null) {
      throw new HostTrap("there is no message to send");
    }
    return message;
  }

  @Override
  public Sent sendWaiting(long target, long timeoutMillis) {
    Actor receiver = context.find(target);
    if (receiver == null) {
      return Sent.NO_PROCESS;
    }
    long footprint = scratch().footprint();
    Sent first = receiver.room().isEmpty() ? offerScratch(receiver) : Sent.FULL;
    if (first != Sent.FULL || receiver == process || !receiver.canEverHold(footprint)) {
      return first;
    }
    if (timeoutMillis == 0) {
      return Sent.TIMED_OUT;
    }
    try (Deadline deadline = new Deadline(process, timeoutMillis)) {
      return waitForRoom(receiver, footprint, deadline);
    }
  }

  private Sent waitForRoom(Actor receiver, long footprint, Deadline deadline) {
    RoomQueue queue = receiver.room();
    Actor.Condition served =
        () ->
            deadline.isOver()
                || receiver.endReason() != null
                || !receiver.canEverHold(footprint)
                || queue.isFirst(process) && receiver.hasRoomFor(footprint);
    queue.enter(process);
    try {
      while (true) {
        if (receiver.endReason() != null) {
          return Sent.NO_PROCESS;
        }
        if (queue.isFirst(process)) {
          Sent sent = offerScratch(receiver);
          if (sent != Sent.FULL) {
            return sent;
          }
        }
        if (!receiver.canEverHold(footprint)) {
          return Sent.FULL;
        }
        if (deadline.isOver()) {
          return Sent.TIMED_OUT;
        }
        if (served.holds()) {
          // There is room, but no memory for it: nobody wakes who waits for that.
          context.sleep(GuestContext.NO_MEMORY_NANOS);
        } else {
          process.await(served);
        }
      }
    } finally {
      queue.leave(process);
    }
  }

  @Override
  public Sent request(long target, long tag, long timeoutMillis) {
    Actor receiver = context.find(target);
    if (receiver == null) {
      return targetEnded(target, tag, ExitReason.NO_PROCESS);
    }
    process.applySignals();
    GuestContext.Look answers = context.arrivalsFromNowOn(tag);
    Sent sent = offerScratch(receiver);
    if (sent == Sent.FULL) {
      return Sent.FULL;
    } else if (sent == Sent.NO_PROCESS) {
      ExitReason reason = receiver.endReason();
      return targetEnded(target, tag, reason == null ? ExitReason.NO_PROCESS : reason);
    }
    receiver.watchEnd(process);
    try {
      if (context.await(answers, () -> receiver.endReason() != null, timeoutMillis) != null) {
        return Sent.SENT;
      }
    } finally {
      receiver.unwatchEnd(process);
    }
    ExitReason end = receiver.endReason();
    if (end == null) {
      return Sent.TIMED_OUT;
    }
    // What the target sent before it ended has arrived by now, and wins.
    return context.await(answers, GuestContext.NEVER, 0) == null
        ? targetEnded(target, tag, end)
        : Sent.SENT;
  }

  private Sent targetEnded(long target, long tag, ExitReason reason) {
    context.setScratch(new Message.ProcessDied(tag, 0, target, reason));
    return Sent.NO_PROCESS;
  }

  @Override
  public void boundMailbox(long messages, long bytes, boolean dropsOldest) {
    process.applySignals();
    process.bounds().set(messages, bytes, dropsOldest);
    process.messagesFiled();
    process.tellOfRoom();
  }

  @Override
  public long droppedMessages() {
    return process.droppedMessages();
  }

  // Names

  @Override
  public Sent registerNew(String name, long target) {
    if (!(context.find(target) instanceof GuestProcess holder)) {
      return Sent.NO_PROCESS;
    }
    NamedProcess named = new NamedProcess(system().nodeId(), target);
    return switch (environment().claim(name, named, process.account(), system())) {
      case ProcessEnvironment.Claim.Granted(ProcessEnvironment.Entry entry) ->
          environment().give(entry, holder) ? Sent.SENT : Sent.NO_PROCESS;
      case ProcessEnvironment.Claim.Taken taken -> Sent.FULL;
      case ProcessEnvironment.Claim.TooExpensive tooExpensive -> throw outOfMemory(context);
    };
  }

  @Override
  public @Nullable NamedProcess awaitName(String name, long timeoutMillis) {
    NamedProcess present = livingBearer(name);
    if (present != null || timeoutMillis == 0) {
      return present;
    }
    long charge = ProcessEnvironment.NAME_OVERHEAD + 2L * name.length();
    context.charge(charge);
    WakeUp given = new WakeUp(process);
    try (Deadline deadline = new Deadline(process, timeoutMillis)) {
      environment().waitFor(name, given);
      while (true) {
        present = livingBearer(name);
        if (present != null || deadline.isOver()) {
          return present;
        }
        process.await(() -> given.holds() || deadline.isOver());
        given.take();
      }
    } finally {
      environment().stopWaitingFor(name, given);
      context.release(charge);
    }
  }

  private @Nullable NamedProcess livingBearer(String name) {
    NamedProcess named = environment().lookup(name);
    return named != null && context.isAlive(named) ? named : null;
  }

  // Groups

  @Override
  public Sent join(String group, long member) {
    if (!(context.find(member) instanceof GuestProcess joining)) {
      return Sent.NO_PROCESS;
    }
    chargeForWatchers(group);
    return switch (environment().groups().join(group, joining, process.account())) {
      case DONE -> Sent.SENT;
      case WAS_SO -> Sent.FULL;
      case ENDED -> Sent.NO_PROCESS;
      case TOO_EXPENSIVE, TOO_MANY -> throw outOfMemory(context);
    };
  }

  @Override
  public boolean leave(String group, long member) {
    chargeForWatchers(group);
    return environment().groups().leave(group, member);
  }

  private void chargeForWatchers(String group) {
    context.chargeInstructions(
        (long) INSTRUCTIONS_PER_WATCHER * environment().groups().watchers(group));
  }

  @Override
  public long[] members(String group) {
    return environment().groups().members(group);
  }

  @Override
  public long watchGroup(String group, long tag) {
    long charge = WATCH_CHARGE + 2L * group.length();
    context.charge(charge);
    long reference = ++lastWatch;
    Groups.Outcome outcome = environment().groups().watch(group, process, reference, tag);
    if (outcome != Groups.Outcome.DONE) {
      context.release(charge);
      if (outcome == Groups.Outcome.TOO_MANY) {
        throw new HostTrap("the group has " + Groups.MAX_WATCHERS + " watchers, the most");
      }
      throw outOfMemory(context);
    }
    if (watches == null) {
      watches = new HashMap<>(2);
    }
    watches.put(reference, group);
    return reference;
  }

  @Override
  public void unwatchGroup(long reference) {
    String group = watches == null ? null : watches.remove(reference);
    if (group != null) {
      environment().groups().unwatch(group, process.id(), reference);
      context.release(WATCH_CHARGE + 2L * group.length());
    }
  }

  // Timers

  @Override
  public long sendEvery(long target, long delayMillis, long periodMillis, DataMessage message) {
    process.release(message.footprint());
    return context
        .things()
        .startTimer(
            context.find(target),
            Deadline.nanos(delayMillis),
            Deadline.nanos(periodMillis),
            message);
  }

  @Override
  public long stopTimer(long timer) {
    return context.things().cancelTimer(timer);
  }

  // Failures

  @Override
  public @Nullable ExitReason catchEnd(int function, int argument) {
    if (!process.module().engineModule().hasExport(CATCH)) {
      throw new HostTrap("the module does not export " + CATCH);
    }
    ExitReason reason;
    try {
      process.instance().callRestoring(CATCH, function, argument);
      return null;
    } catch (ProcessExit e) {
      if (!e.catchable()) {
        throw e;
      }
      reason = e.reason();
    } catch (GuestTrap | HostTrap e) {
      reason = Ends.of(e, context.memoryLimit(), panicMessage);
    }
    setPanicMessage(null);
    keepCaught(reason);
    return reason;
  }

  private void keepCaught(ExitReason reason) {
    ExitReason old = caught;
    caught = null;
    if (old != null) {
      context.release(old.footprint());
    }
    context.charge(reason.footprint());
    caught = reason;
  }

  @Override
  public @Nullable ExitReason caughtReason() {
    return caught;
  }

  @Override
  public void setPanicMessage(@Nullable String message) {
    String old = panicMessage;
    panicMessage = null;
    if (old != null) {
      context.release(2L * old.length());
    }
    if (message != null) {
      String kept = Texts.message(message);
      context.charge(2L * kept.length());
      panicMessage = kept;
    }
  }

  /** What the guest says about the trap that ends it; null for nothing. */
  @Nullable String panicMessage() {
    return panicMessage;
  }

  // The log

  @Override
  public void log(int level, String target, String text) {
    log.write(level, target, text);
  }

  @Override
  public int logLevel() {
    return GuestLog.level();
  }

  // Limits

  @Override
  public long usage(LimitedResource resource) {
    return switch (resource) {
      case MEMORY -> process.ledgerBytes();
      case FUEL -> process.instructions() - Math.max(0, process.instance().memory().budget());
      case STACK -> process.instance().memory().depth();
      case MAILBOX_MESSAGES -> process.pendingMessages();
      case MAILBOX_BYTES -> process.pendingBytes();
      case PROCESSES -> process.account().processes();
      case HANDLES -> context.things().handleCount();
    };
  }

  @Override
  public long fuelLeft() {
    return process.metering().fuelIsLimited()
        ? process.account().fuelLeft() + Math.max(0, process.instance().memory().budget())
        : LimitedResource.UNLIMITED;
  }
}
