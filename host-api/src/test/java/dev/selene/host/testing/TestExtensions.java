package dev.selene.host.testing;

import dev.selene.host.DataMessage;
import dev.selene.host.ExitReason;
import dev.selene.host.Extensions;
import dev.selene.host.LimitedResource;
import dev.selene.host.LinkMode;
import dev.selene.host.Message;
import dev.selene.host.NamedProcess;
import dev.selene.host.SpawnExtras;
import dev.selene.host.SpawnRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The extensions of a {@link TestProcess}. What others could see is noted in {@link
 * TestProcess#effects}.
 */
public final class TestExtensions implements Extensions {
  /** What the next sends and requests come to; sent when there is nothing here. */
  public final Deque<Sent> outcomes = new ArrayDeque<>();

  /** What spawns asked for besides. */
  public final List<SpawnExtras> spawned = new ArrayList<>();

  /** The groups. */
  public final Map<String, List<Long>> groups = new HashMap<>();

  /** How the next {@link #catchEnd} ends. */
  public @Nullable ExitReason nextEnd;

  /** What the guest says of its next trap. */
  public @Nullable String panicMessage;

  private final TestProcess process;
  private String label = "";
  private long references;
  private @Nullable ExitReason caught;

  TestExtensions(TestProcess process) {
    this.process = process;
  }

  @Override
  public SpawnRequest.Result spawn(SpawnRequest request, SpawnExtras extras) {
    spawned.add(extras);
    SpawnRequest.Result result =
        extras.name() == null ? process.spawn(request) : process.spawnNamed(extras.name(), request);
    return result instanceof SpawnRequest.Result.Spawned(long id, long none) && extras.links()
        ? new SpawnRequest.Result.Spawned(id, ++references)
        : result;
  }

  @Override
  public long link(long target, LinkMode own, LinkMode other, long tag) {
    process.effects.add("link " + target + " " + own + " " + other + " " + tag);
    return ++references;
  }

  @Override
  public void unlink(long reference) {
    process.effects.add("unlink " + reference);
  }

  @Override
  public void setLabel(String newLabel) {
    process.effects.add("setLabel " + newLabel);
    label = newLabel;
  }

  @Override
  public String label() {
    return label;
  }

  private Sent next(Sent outcome) {
    Sent next = outcomes.poll();
    return next == null ? outcome : next;
  }

  @Override
  public Sent trySend(long target) {
    Sent outcome = next(process.exists(target) ? Sent.SENT : Sent.NO_PROCESS);
    if (outcome == Sent.SENT) {
      process.send(target, process.takeScratch());
    }
    return outcome;
  }

  @Override
  public Sent sendWaiting(long target, long timeoutMillis) {
    process.effects.add("sendWaiting " + timeoutMillis);
    return trySend(target);
  }

  @Override
  public Sent request(long target, long tag, long timeoutMillis) {
    Sent outcome = next(process.exists(target) ? Sent.SENT : Sent.NO_PROCESS);
    if (outcome == Sent.FULL) {
      return outcome;
    }
    Message answer = null;
    if (outcome != Sent.NO_PROCESS) {
      answer = process.sendAndReceive(target, process.takeScratch(), tag, timeoutMillis);
    } else {
      process.setScratch(new Message.ProcessDied(tag, 0, target, ExitReason.NO_PROCESS));
      return outcome;
    }
    return answer == null ? Sent.TIMED_OUT : Sent.SENT;
  }

  @Override
  public void boundMailbox(long messages, long bytes, boolean dropsOldest) {
    process.effects.add("boundMailbox " + messages + " " + bytes + " " + dropsOldest);
  }

  @Override
  public long droppedMessages() {
    return 17;
  }

  @Override
  public Sent registerNew(String name, long target) {
    if (!process.exists(target)) {
      return Sent.NO_PROCESS;
    }
    if (process.names.containsKey(name)) {
      return Sent.FULL;
    }
    process.register(name, new NamedProcess(0, target));
    return Sent.SENT;
  }

  @Override
  public @Nullable NamedProcess awaitName(String name, long timeoutMillis) {
    return process.names.get(name);
  }

  @Override
  public Sent join(String group, long member) {
    if (!process.exists(member)) {
      return Sent.NO_PROCESS;
    }
    List<Long> members = groups.computeIfAbsent(group, key -> new ArrayList<>());
    if (members.contains(member)) {
      return Sent.FULL;
    }
    process.effects.add("join " + group);
    members.add(member);
    return Sent.SENT;
  }

  @Override
  public boolean leave(String group, long member) {
    return groups.getOrDefault(group, new ArrayList<>()).remove(member);
  }

  @Override
  public long[] members(String group) {
    return groups.getOrDefault(group, List.of()).stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public long watchGroup(String group, long tag) {
    process.effects.add("watchGroup " + group + " " + tag);
    return ++references;
  }

  @Override
  public void unwatchGroup(long reference) {
    process.effects.add("unwatchGroup " + reference);
  }

  @Override
  public long sendEvery(long target, long delayMillis, long periodMillis, DataMessage message) {
    process.effects.add("every " + periodMillis);
    return process.sendAfter(target, delayMillis, message);
  }

  @Override
  public long stopTimer(long timer) {
    return process.cancelTimer(timer) ? 2_999_999 : -1;
  }

  @Override
  public @Nullable ExitReason catchEnd(int function, int argument) {
    process.effects.add("catchEnd " + function + " " + argument);
    if (nextEnd != null) {
      caught = nextEnd;
    }
    return nextEnd;
  }

  @Override
  public @Nullable ExitReason caughtReason() {
    return caught;
  }

  /**
   * Sets what {@link #caughtReason} answers.
   *
   * @param reason the reason
   */
  public void setCaught(ExitReason reason) {
    caught = reason;
  }

  @Override
  public void setPanicMessage(@Nullable String message) {
    process.effects.add("setPanicMessage " + message);
    panicMessage = message;
  }

  @Override
  public void log(int level, String target, String text) {
    process.effects.add("log " + level + " " + target + " " + text);
  }

  @Override
  public int logLevel() {
    return 3;
  }

  @Override
  public long usage(LimitedResource resource) {
    return 100 + resource.ordinal();
  }

  @Override
  public long fuelLeft() {
    return 5;
  }
}
