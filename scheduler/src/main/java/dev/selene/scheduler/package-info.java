/**
 * Virtual threads on a work-stealing executor, time slices, timers, and threads for work that
 * blocks. Knows no Wasm and no messages.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>{@link dev.selene.scheduler.Scheduler}: the whole API; {@link
 *       dev.selene.scheduler.SchedulerMode} picks one of two machines behind it, {@link
 *       dev.selene.scheduler.WorkerPoller} is the hook for networking.
 *   <li>{@code WorkStealing}: our executor; who wakes whom, and why no wake-up is lost.
 *   <li>{@code Worker}: one carrier thread; in which order it serves what, and how it sleeps.
 *       {@code RunQueue} is its queue, {@code Thieving} how it gets at those of others.
 *   <li>{@code TimerQueue}: timers, for both machines; {@code SpinLock} says why it is not a {@code
 *       ReentrantLock}.
 *   <li>{@code JdkScheduling}: the other machine, for JVMs that keep {@code java.lang} shut; {@code
 *       VirtualThreadAccess} finds that out.
 *   <li>{@code BlockingThreads}: platform threads for files, databases and the like.
 * </ol>
 *
 * <p>Called by {@code dev.selene.vm} (a thread a process, timers, pools) and {@code dev.selene.net}
 * (the poller). Calls nothing but the JDK and SLF4J.
 *
 * <p>An application with very many threads starts the JVM with {@code -Djdk.trackAllThreads=false}:
 * otherwise the JDK keeps each virtual thread in a map, to list it in thread dumps.
 */
@NullMarked
package dev.selene.scheduler;

import org.jspecify.annotations.NullMarked;
