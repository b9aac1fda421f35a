package dev.selene.net.internal.tls;

import dev.selene.host.ExitReason;
import dev.selene.host.NetworkAccess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import dev.selene.host.testing.TestProcess;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Processes that run on threads of their own and can be killed where they park. */
public final class Actors implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final List<Actor<?>> all = new ArrayList<>();

  /** What a process does. */
  public interface Body<T> {
    /** Its whole life. */
    T run(ProcessContext process) throws Exception;
  }

  /** One process. */
  public static final class Actor<T> {
    /** What it holds. */
    public final TestProcess state = new TestProcess(64);

    private final ProcessContext context;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile boolean killed;

    private Actor() {
      state.ledgerLimit = 16L << 20;
      state.configure(ProcessConfig.builder().network(NetworkAccess.ALL).build());
      context =
          (ProcessContext)
              Proxy.newProxyInstance(
                  Actors.class.getClassLoader(),
                  new Class<?>[] {ProcessContext.class},
                  (proxy, method, arguments) -> {
                    try {
                      Object answer = method.invoke(state, arguments);
                      if (killed && method.getName().equals("park")) {
                        throw new ProcessExit(new ExitReason.Killed(1), false);
                      }
                      return answer;
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  });
    }

    /** The process, for calls before and after its body. */
    public ProcessContext context() {
      return context;
    }

    /** Ends it where it is parked, or will park next. */
    public void kill() {
      killed = true;
      state.waker().wake();
    }

    /** Waits for the result. */
    public T get() throws Exception {
      try {
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw new AssertionError(e.getCause());
      } catch (TimeoutException e) {
        throw new AssertionError("still running after " + PATIENCE_SECONDS + " seconds", e);
      }
    }
  }

  /** A process that somebody else will run something in. */
  public <T> Actor<T> newActor() {
    Actor<T> actor = new Actor<>();
    all.add(actor);
    return actor;
  }

  /** Starts a process. */
  public <T> Actor<T> start(Body<T> body) {
    Actor<T> actor = newActor();
    return start(actor, body);
  }

  /** Starts a process that was made. */
  public <T> Actor<T> start(Actor<T> actor, Body<T> body) {
    Callable<T> call = () -> body.run(actor.context);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                actor.result.complete(call.call());
              } catch (Throwable e) {
                actor.result.completeExceptionally(e);
              }
            });
    return actor;
  }

  @Override
  public void close() {
    all.forEach(Actor::kill);
  }
}
