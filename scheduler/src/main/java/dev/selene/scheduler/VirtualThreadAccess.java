package dev.selene.scheduler;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The doors of {@code java.lang} that a scheduler of our own needs; all are shut unless the JVM
 * runs with {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 *
 * <p>Source: JDK 25, {@code java.lang.ThreadBuilders.newVirtualThread(Executor, String, int,
 * Runnable)}, {@code java.lang.Thread.currentCarrierThread()}, and {@code pin()} and {@code
 * unpin()}, which the continuation class of virtual threads inherits. They are not API, so {@link
 * #UNAVAILABLE} is found out by trying them. The handles are constants, so the JIT inlines the
 * calls.
 */
final class VirtualThreadAccess {
  /** Why the doors are shut, or null where they are open. */
  static final @Nullable String UNAVAILABLE;

  private static final @Nullable MethodHandle NEW_VIRTUAL_THREAD;
  private static final @Nullable MethodHandle CURRENT_CARRIER_THREAD;
  private static final @Nullable MethodHandle PIN;
  private static final @Nullable MethodHandle UNPIN;
  private static final int CHARACTERISTICS;

  static {
    MethodHandle newVirtualThread = null;
    MethodHandle currentCarrierThread = null;
    MethodHandle pin = null;
    MethodHandle unpin = null;
    int noInheritedThreadLocals = 0;
    String unavailable = null;
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Class<?> builders = Class.forName("java.lang.ThreadBuilders");
      newVirtualThread =
          MethodHandles.privateLookupIn(builders, lookup)
              .findStatic(
                  builders,
                  "newVirtualThread",
                  MethodType.methodType(
                      Thread.class, Executor.class, String.class, int.class, Runnable.class));
      MethodHandles.Lookup threads = MethodHandles.privateLookupIn(Thread.class, lookup);
      currentCarrierThread =
          threads.findStatic(
              Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
      Class<?> continuation = Class.forName("java.lang.VirtualThread$VThreadContinuation");
      MethodHandles.Lookup continuations = MethodHandles.privateLookupIn(continuation, lookup);
      MethodType nothingToNothing = MethodType.methodType(void.class);
      pin = continuations.findStatic(continuation, "pin", nothingToNothing);
      unpin = continuations.findStatic(continuation, "unpin", nothingToNothing);
      noInheritedThreadLocals =
          (int)
              threads
                  .findStaticVarHandle(Thread.class, "NO_INHERIT_THREAD_LOCALS", int.class)
                  .get();
      // A JVM without continuations refuses an executor here.
      Executor none = command -> {};
      Runnable nothing = () -> {};
      Thread probe =
          (Thread)
              newVirtualThread.invokeExact(none, (String) null, noInheritedThreadLocals, nothing);
      if (!probe.isVirtual()) {
        unavailable = "this JVM has no virtual threads";
      }
    } catch (Throwable refused) {
      // Includes whatever a future JDK may answer to the probe; no error here is ours to pass on.
      unavailable = refused.toString();
    }
    NEW_VIRTUAL_THREAD = newVirtualThread;
    CURRENT_CARRIER_THREAD = currentCarrierThread;
    PIN = pin;
    UNPIN = unpin;
    CHARACTERISTICS = noInheritedThreadLocals;
    UNAVAILABLE = unavailable;
  }

  private VirtualThreadAccess() {}

  /** An unstarted virtual thread that runs on {@code executor}, nameless, inheriting nothing. */
  static Thread newVirtualThread(Executor executor, Runnable body) {
    MethodHandle handle = opened(NEW_VIRTUAL_THREAD);
    try {
      return (Thread) handle.invokeExact(executor, (String) null, CHARACTERISTICS, body);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable checked) {
      throw new AssertionError("newVirtualThread declares no checked exception", checked);
    }
  }

  /** The platform thread below the calling thread, which is itself if it is not virtual. */
  static Thread currentCarrierThread() {
    MethodHandle handle = opened(CURRENT_CARRIER_THREAD);
    try {
      return (Thread) handle.invokeExact();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable checked) {
      throw new AssertionError("currentCarrierThread declares no checked exception", checked);
    }
  }

  /** Keeps the calling virtual thread on its carrier, whatever it waits for; pins are counted. */
  static void pin() {
    call(opened(PIN));
  }

  /** The end of one {@link #pin}. */
  static void unpin() {
    call(opened(UNPIN));
  }

  private static void call(MethodHandle handle) {
    try {
      handle.invokeExact();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable checked) {
      throw new AssertionError("pin and unpin declare no checked exception", checked);
    }
  }

  private static MethodHandle opened(@Nullable MethodHandle handle) {
    if (handle == null) {
      throw new IllegalStateException("java.lang is not open: " + UNAVAILABLE);
    }
    return handle;
  }
}
