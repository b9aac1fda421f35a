package dev.selene.scheduler;

import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The work-stealing executor below our virtual threads: the workers, the queue of what is submitted
 * from outside, and who is woken when.
 *
 * <p><b>Ownership.</b> All fields are shared and atomic. {@code searching} counts the workers that
 * look for work, {@code parked} those in state PARKED or about to enter it, {@code watching} is
 * true while one of the sleeping workers wakes now and then to look after the busy ones.
 *
 * <p><b>At most one wake in flight.</b> A wake is sent only by whoever moves {@code searching} from
 * 0 to 1, and the woken worker inherits the count; so a burst of submissions costs one wake-up, and
 * the woken worker, as it starts on what it found, wakes the next one if there is more.
 *
 * <p><b>No wake-up is lost.</b> Claim: while a task is in a {@code ready}, {@code yielded} or the
 * injected queue, some worker is running or on its way to running. A submitter (1) queues the task,
 * then (2) reads {@code parked} and {@code searching}. All accesses are volatile, hence in one
 * total order.
 *
 * <ul>
 *   <li>It reads {@code searching > 0}: some worker is counted as searching after (1). Before that
 *       worker sleeps or starts on something else, it takes itself off the count, and <i>then</i>
 *       looks at all queues ({@link #stopSearching}, and the loop condition of the worker's sleep),
 *       so it sees the task if nobody else took it. The same holds for a submitter that raised the
 *       count and found nobody to wake.
 *   <li>It reads {@code parked == 0}: a worker that sleeps later raises {@code parked} and stores
 *       PARKED, then looks at all queues, and sees the task. If none ever sleeps, all are running,
 *       and each looks at its own queues and the injected queue between runs.
 *   <li>Else it wakes one.
 * </ul>
 *
 * <p>A worker's own queues need less: it runs, so it will come by; it wakes another only so that
 * the surplus does not wait. The {@code next} slot and the timers are not in the claim: their owner
 * is running, and sees to them before it sleeps. Only an owner stuck in one run keeps them waiting,
 * so while there is a busy worker and a sleeping one, a sleeping one watches ({@link
 * Thieving#watch}). The owner leaves the count of parked workers, fills the slot or sets the timer,
 * and then reads {@code watching}; the watcher clears {@code watching} and then reads the count. So
 * either the owner wakes a new watcher, or the old one sees that it has to go on. When all sleep,
 * nobody watches. (FairnessTest hangs without the watcher, ParkStormTest without the looks at the
 * queues after PARKED.)
 *
 * <p><b>Why not</b> wake a worker for a thread put into the slot: the waker usually parks within a
 * microsecond and runs it itself; the wake-up costs several, and moves the thread away from its
 * cache. It is what makes the JDK's scheduler four times slower here.
 */
final class WorkStealing implements Backend, Executor {
  private static final int MOST_INJECTED_AT_ONCE = 16;

  private final Worker[] workers;
  private final ConcurrentLinkedQueue<Runnable> injected = new ConcurrentLinkedQueue<>();
  private final AtomicInteger searching = new AtomicInteger();
  private final AtomicInteger parked = new AtomicInteger();
  private final AtomicBoolean watching = new AtomicBoolean();
  private final AtomicInteger timerRound = new AtomicInteger();
  private volatile boolean closed;

  WorkStealing(int workerCount, WorkerPoller.Factory pollers) {
    workers = new Worker[workerCount];
    for (int i = 0; i < workerCount; i++) {
      workers[i] = new Worker(this, i, pollers.create(i));
    }
  }

  /** Starts the workers. */
  void start() {
    for (Worker worker : workers) {
      worker.carrier.start();
    }
  }

  @Override
  public Thread newThread(Runnable body) {
    return VirtualThreadAccess.newVirtualThread(this, body);
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      throw new RejectedExecutionException(
          "SCHED-003 the scheduler is closed: end its threads before closing it");
    }
    Worker worker = ownWorker();
    if (worker != null) {
      worker.submit(task);
    } else {
      injected.add(task);
      VarHandle.fullFence();
      wakeOneIfIdle();
    }
  }

  /** The worker of this scheduler that the calling thread runs on, or null. */
  private @Nullable Worker ownWorker() {
    if (VirtualThreadAccess.currentCarrierThread() instanceof CarrierThread carrier) {
      Worker worker = carrier.worker;
      return worker.number < workers.length && workers[worker.number] == worker ? worker : null;
    }
    return null;
  }

  @Override
  public Scheduler.Timeout schedule(long delayNanos, Runnable task) {
    long due = Clock.after(delayNanos);
    Worker own = ownWorker();
    if (own != null) {
      // This worker runs, and looks at its timers before it sleeps.
      Timer timer = own.timers.add(due, task);
      wakeWatcher();
      return timer;
    }
    Worker worker = workers[Math.floorMod(timerRound.getAndIncrement(), workers.length)];
    Timer timer = worker.timers.add(due, task);
    if (worker.timers.earliest() == due && !worker.wake(Worker.NOTIFIED)) {
      wakeWatcher();
    }
    return timer;
  }

  @Override
  public int currentWorker() {
    Worker worker = ownWorker();
    return worker == null ? -1 : worker.number;
  }

  @Override
  public int workers() {
    return workers.length;
  }

  Worker worker(int number) {
    return workers[number];
  }

  boolean closed() {
    return closed;
  }

  /** One task from outside, if there is any. */
  @Nullable Runnable takeInjected() {
    return injected.poll();
  }

  /** Some tasks from outside: one to run, the others to the worker's ready queue. */
  @Nullable Runnable takeInjected(Worker worker) {
    // Between the two queues a task must not be lost to an exhausted heap.
    worker.ready.makeRoom(MOST_INJECTED_AT_ONCE);
    Runnable first = injected.poll();
    if (first != null) {
      for (int i = 1; i < MOST_INJECTED_AT_ONCE; i++) {
        Runnable task = injected.poll();
        if (task == null) {
          break;
        }
        worker.ready.push(task);
      }
    }
    return first;
  }

  /** Whether a task waits in any queue, next slots left aside. */
  boolean hasQueuedWork() {
    if (!injected.isEmpty()) {
      return true;
    }
    for (Worker worker : workers) {
      if (!worker.ready.isEmpty() || !worker.yielded.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Whether some worker is awake. */
  boolean anyAwake() {
    return parked.get() < workers.length;
  }

  /** Whether some worker beside the calling one, which is awake, is awake. */
  boolean othersAwake() {
    return parked.get() < workers.length - 1;
  }

  boolean anyParked() {
    return parked.get() > 0;
  }

  void parkedMore() {
    parked.incrementAndGet();
  }

  void parkedLess() {
    parked.decrementAndGet();
  }

  /** Wakes one parked worker to search, unless one searches already. */
  void wakeOneIfIdle() {
    while (parked.get() > 0 && searching.get() == 0 && searching.compareAndSet(0, 1)) {
      for (Worker worker : workers) {
        if (worker.wake(Worker.NOTIFIED_SEARCHING)) {
          return;
        }
      }
      // Others may have relied on our count meanwhile: look for them, as a worker would.
      if (searching.decrementAndGet() != 0 || !hasQueuedWork()) {
        return;
      }
    }
  }

  /** Counts the calling worker as searching, unless half of the workers search already. */
  boolean startSearching() {
    if (2 * searching.get() >= workers.length && workers.length > 1) {
      return false;
    }
    searching.incrementAndGet();
    return true;
  }

  void stopSearching() {
    if (searching.decrementAndGet() == 0 && parked.get() > 0 && hasQueuedWork()) {
      wakeOneIfIdle();
    }
  }

  /** Sees to it that one of the sleeping workers, if there are any, watches the busy ones. */
  void wakeWatcher() {
    if (parked.get() > 0 && !watching.get()) {
      wakeOneIfIdle();
    }
  }

  /** Whether the calling, parked worker is to watch: others are busy and nobody else does. */
  boolean startWatching() {
    return anyAwake() && !watching.get() && watching.compareAndSet(false, true);
  }

  /** Whether a sleeping worker looks at the queues of the others again before long. */
  boolean watched() {
    return watching.get();
  }

  void stopWatching() {
    watching.set(false);
  }

  @Override
  public void shutdown() {
    closed = true;
    for (Worker worker : workers) {
      worker.wakePoller();
    }
  }

  @Override
  public boolean awaitEnd(long deadline) {
    boolean ended = true;
    boolean interrupted = false;
    for (Worker worker : workers) {
      while (worker.carrier.isAlive()) {
        long left = deadline - Clock.now();
        if (left <= 0) {
          ended = false;
          break;
        }
        try {
          TimeUnit.NANOSECONDS.timedJoin(worker.carrier, Math.max(left, 1_000_000));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return ended;
  }
}
