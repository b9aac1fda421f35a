package dev.selene.host;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The process that called a host function.
 *
 * <p>Thread-safety: only the process's own thread, inside the host call. Methods that park say so;
 * each of them may end the process by throwing {@link ProcessExit}, which host functions let pass.
 */
public interface ProcessContext {
  /**
   * The id of this process.
   *
   * @return never 0 or -1
   */
  long id();

  /**
   * The environment the process lives in.
   *
   * @return 1 for {@code selene run}
   */
  long environmentId();

  /**
   * The id of this node in its cluster.
   *
   * @return 0 without a cluster
   */
  long nodeId();

  /**
   * Its memory.
   *
   * @return the linear memory
   */
  GuestMemory memory();

  /**
   * What it was spawned with, clamped.
   *
   * @return the configuration
   */
  ProcessConfig config();

  /**
   * Its streams.
   *
   * @return standard input, output and error
   */
  StandardStreams streams();

  /**
   * Where its metrics go.
   *
   * @return the sink
   */
  Metrics metrics();

  /**
   * What the imports {@code selene::*} need.
   *
   * @return always the same
   */
  Extensions extensions();

  // Fuel and the ledger

  /**
   * Charges fuel for work in proportion to bytes moved.
   *
   * @param bytes how many, unsigned and bounded by what was really moved
   */
  void chargeBytes(long bytes);

  /**
   * How much work its fuel still pays for; what others of its subtree use meanwhile is not known.
   *
   * @return instructions; {@link Long#MAX_VALUE} without a limit
   */
  long affordableInstructions();

  /**
   * Charges the ledger of this process and its ancestors before something is allocated on its
   * behalf. Ends the process with {@link ExitReason.OutOfMemory} when that is over a limit.
   *
   * @param bytes not negative
   */
  void charge(long bytes);

  /**
   * Gives back what was charged.
   *
   * @param bytes not negative
   */
  void release(long bytes);

  // Messages

  /**
   * The scratch area: the message being written or read.
   *
   * @return null when empty
   */
  @Nullable Message scratch();

  /**
   * Replaces the scratch message; the old one is discarded and its footprint given back. The new
   * one's footprint is charged.
   *
   * @param message null to empty it
   */
  void setScratch(@Nullable Message message);

  /**
   * Takes the scratch message out, to send it.
   *
   * @return the message, its footprint still charged to this process
   * @throws HostTrap when there is none
   */
  Message takeScratch();

  /**
   * Sends a message that {@link #takeScratch} gave. To a dead or unknown process: dropped.
   *
   * @param target process id
   * @param message not used by the caller any more
   */
  void send(long target, Message message);

  /**
   * Takes the oldest message, or the oldest with one of the tags, out of the mailbox into the
   * scratch area; parks until there is one. The mailbox is looked at before the clock.
   *
   * @param tags null for any message; a 0 in it matches nothing
   * @param timeoutMillis unsigned; -1 for ever
   * @return the message, now the scratch; null after the timeout, the scratch as it was
   */
  @Nullable Message receive(long @Nullable [] tags, long timeoutMillis);

  /**
   * Sends, then waits for a message with the tag that arrives after the call began; others stay
   * queued. Parks.
   *
   * @param target process id
   * @param message from {@link #takeScratch}
   * @param tag 0 never matches
   * @param timeoutMillis unsigned; -1 for ever
   * @return the message, now the scratch; null after the timeout
   */
  @Nullable Message sendAndReceive(long target, Message message, long tag, long timeoutMillis);

  /**
   * Sends later. The target is looked up now; the timer goes when its target ends.
   *
   * @param target process id
   * @param delayMillis unsigned
   * @param message from {@link #takeScratch}
   * @return the timer's id in this process
   */
  long sendAfter(long target, long delayMillis, Message message);

  /**
   * Stops a timer.
   *
   * @param timer an id
   * @return false when it is unknown, has fired or was stopped
   */
  boolean cancelTimer(long timer);

  // Processes

  /**
   * Spawns. Parks where instantiation has to wait.
   *
   * @param request what to spawn
   * @return {@link SpawnRequest.Result.Spawned} or {@link SpawnRequest.Result.Failed}
   * @throws HostTrap without the permission
   */
  SpawnRequest.Result spawn(SpawnRequest request);

  /**
   * Spawns and registers the name, unless the name is taken by a process that lives.
   *
   * @param name scoped to this environment
   * @param request what to spawn
   * @return any of the three results
   * @throws HostTrap without the permission, when the name is free
   */
  SpawnRequest.Result spawnNamed(String name, SpawnRequest request);

  /**
   * Whether a process lives in this environment.
   *
   * @param process an id
   * @return true while it has not ended
   */
  boolean exists(long process);

  /**
   * Ends a process. Unknown: nothing happens. Killing oneself takes effect at once.
   *
   * @param process an id
   */
  void kill(long process);

  /**
   * Links this process and another, both ways.
   *
   * @param tag what both see when the other dies; 0 for none
   * @param process unknown or dead: this process gets a link death with reason no process
   */
  void link(long tag, long process);

  /**
   * Removes a link.
   *
   * @param process an id
   */
  void unlink(long process);

  /**
   * Asks to be told when a process ends.
   *
   * @param process unknown or dead: nothing happens
   */
  void monitor(long process);

  /**
   * Undoes {@link #monitor}.
   *
   * @param process an id
   */
  void stopMonitoring(long process);

  /**
   * Whether this process dies when a linked one fails.
   *
   * @param die true at spawn
   */
  void setDieWhenLinkDies(boolean die);

  // Names

  /**
   * Gives a process a name; an old one is overwritten. The name goes when the process ends.
   *
   * @param name scoped to this environment
   * @param process what it stands for
   */
  void register(String name, NamedProcess process);

  /**
   * Looks a name up.
   *
   * @param name scoped to this environment
   * @return null when unknown
   */
  @Nullable NamedProcess lookup(String name);

  /**
   * Removes a name.
   *
   * @param name nothing happens when unknown
   */
  void unregister(String name);

  // Modules

  /**
   * Loads a module; runs off the workers while this process is parked.
   *
   * @param bytes the binary
   * @return a reference, the caller's
   * @throws ModuleRejected when it cannot be used
   */
  GuestModule loadModule(byte[] bytes);

  // Things with ids

  /**
   * The table of one kind of handle.
   *
   * @param kind which
   * @param <T> what its ids stand for
   * @return this process's table
   */
  <T> HandleTable<T> handles(HandleKind<T> kind);

  /**
   * Counts something that is open but in no {@link HandleTable}, such as a file, towards {@link
   * ProcessConfig#maxHandles}. What is still counted when the process ends is counted out then.
   *
   * @return false when the process, or one above it, has as many as it may; nothing is counted then
   */
  boolean tryAddHandle();

  /** Undoes {@link #tryAddHandle}. */
  void removeHandle();

  /**
   * State that an import module keeps per process; made at first use, closed when the process ends.
   *
   * @param type the key
   * @param make called once
   * @param <T> the state
   * @return the state
   */
  <T extends AutoCloseable> T state(Class<T> type, Function<ProcessContext, T> make);

  // Control

  /**
   * Calls the guest's {@code _lunatic_catch_trap}; a trap inside comes back as 0, with the call
   * depth and the operand stack as before.
   *
   * @param function passed on
   * @param argument passed on
   * @return what the guest returned, or 0
   */
  int catchTrap(int function, int argument);

  /**
   * Asks the guest for memory by calling its export {@code lunatic_alloc}, metered like all of its
   * code. The guest owns and frees it.
   *
   * @param bytes unsigned
   * @return the address, not checked: the guest chose it
   * @throws HostTrap when the module has no such export, or traps in it
   */
  int allocateInGuest(int bytes);

  /** Lets other processes run. Parks briefly. */
  void yieldNow();

  /**
   * Parks this process.
   *
   * @param nanos not negative
   */
  void sleep(long nanos);

  /**
   * Parks until something else completes a future, normally or not.
   *
   * @param future completed on any thread
   */
  void await(CompletableFuture<?> future);

  /**
   * What wakes this process out of {@link #park}.
   *
   * @return always the same
   */
  Waker waker();

  /**
   * Parks until this process's {@link #waker} is used, or was since the last return from here; may
   * return early for no reason. So the caller publishes the waker, looks at its condition again,
   * and parks in a loop.
   *
   * @param timeoutNanos how long at most; negative for ever. 0 does not park
   * @return false when the time is over and nobody used the waker
   */
  boolean park(long timeoutNanos);

  /**
   * The number of the worker that runs this process now, by which pollers are found. Another one
   * may go on after any call that parks.
   *
   * @return -1 when no worker runs it
   */
  int worker();

  /**
   * Runs blocking work on another thread while this process is parked. The work must not touch
   * guest memory: when the process is killed meanwhile, its memory may serve another.
   *
   * @param pool where
   * @param work what
   * @param abandoned called with the result when the process ended before it could take it
   * @param <T> the result
   * @return the result
   * @throws Exception what the work threw
   */
  <T extends @Nullable Object> T runBlocking(
      BlockingPool pool, Callable<T> work, Consumer<? super T> abandoned) throws Exception;
}
