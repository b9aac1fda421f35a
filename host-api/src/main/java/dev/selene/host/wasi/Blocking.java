package dev.selene.host.wasi;

import dev.selene.host.BlockingPool;
import dev.selene.host.ProcessContext;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Runs blocking work while the process is parked, and keeps the ledger of host buffers. */
final class Blocking {
  /** Most bytes that one call reads or writes; more is left to the guest's next call. */
  static final int MOST_BYTES = 64 * 1024;

  private Blocking() {}

  /** Work on files. */
  static <T> T files(ProcessContext process, Callable<T> work) throws WasiFailure {
    return run(process, BlockingPool.FILES, work, result -> {});
  }

  /** Work on files whose result must be closed when nobody takes it. */
  static <T> T files(ProcessContext process, Callable<T> work, Consumer<? super T> abandoned)
      throws WasiFailure {
    return run(process, BlockingPool.FILES, work, abandoned);
  }

  static <T> T run(
      ProcessContext process, BlockingPool pool, Callable<T> work, Consumer<? super T> abandoned)
      throws WasiFailure {
    try {
      return process.runBlocking(pool, work, abandoned);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw failure(e);
    }
  }

  /** What the guest is told about an exception. */
  static WasiFailure failure(Exception e) {
    if (e instanceof WasiFailure failure) {
      return failure;
    }
    if (e.getCause() instanceof WasiFailure cause) {
      return cause;
    }
    return new WasiFailure(e instanceof IOException failure ? Errno.of(failure) : Errno.IO);
  }
}
