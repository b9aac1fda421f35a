package dev.selene.host.wasi;

import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * WASI preview 1, complete: this class and the two it extends have a method an import.
 *
 * <p>An address outside the guest's memory traps; everything else is answered with an errno. Files
 * are regular files and folders below the preopened folders of the process's configuration, on
 * Linux; elsewhere they are not supported and every use of a folder is answered so.
 *
 * <p>Thread-safety: one object serves all processes. Source: wasi_snapshot_preview1.witx, and
 * wasi-common 8 for the choices between errnos.
 */
public final class WasiImports extends WasiPathImports {
  /** The imports; they have no state of their own. */
  public WasiImports() {}

  @Override
  public String name() {
    return "wasi_snapshot_preview1";
  }

  /**
   * Tells the arguments.
   *
   * @param process the caller
   * @param pointers where the addresses go
   * @param bytes where the texts go
   * @return 0 or an errno
   */
  @Import(value = "args_get", summary = "Tells the arguments")
  public int argsGet(
      ProcessContext process,
      @Pointer(bytes = 4, out = true) int pointers,
      @Pointer(bytes = 1, out = true) int bytes) {
    try {
      ProcessCalls.store(process, ProcessCalls.arguments(process), pointers, bytes);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells number and size of the arguments.
   *
   * @param process the caller
   * @param countResult where the number of texts goes
   * @param sizeResult where their size goes
   * @return 0 or an errno
   */
  @Import(value = "args_sizes_get", summary = "Tells number and size of the arguments")
  public int argsSizesGet(
      ProcessContext process,
      @Pointer(bytes = 4, out = true) int countResult,
      @Pointer(bytes = 4, out = true) int sizeResult) {
    try {
      ProcessCalls.storeSizes(process, ProcessCalls.arguments(process), countResult, sizeResult);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells the environment variables.
   *
   * @param process the caller
   * @param pointers where the addresses go
   * @param bytes where the texts go
   * @return 0 or an errno
   */
  @Import(value = "environ_get", summary = "Tells the environment variables")
  public int environGet(
      ProcessContext process,
      @Pointer(bytes = 4, out = true) int pointers,
      @Pointer(bytes = 1, out = true) int bytes) {
    try {
      ProcessCalls.store(process, ProcessCalls.environment(process), pointers, bytes);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells number and size of the environment variables.
   *
   * @param process the caller
   * @param countResult where the number of texts goes
   * @param sizeResult where their size goes
   * @return 0 or an errno
   */
  @Import(
      value = "environ_sizes_get",
      summary = "Tells number and size of the environment variables")
  public int environSizesGet(
      ProcessContext process,
      @Pointer(bytes = 4, out = true) int countResult,
      @Pointer(bytes = 4, out = true) int sizeResult) {
    try {
      ProcessCalls.storeSizes(process, ProcessCalls.environment(process), countResult, sizeResult);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells the resolution of a clock in nanoseconds.
   *
   * @param process the caller
   * @param clock 0 realtime, 1 monotonic
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "clock_res_get", summary = "Tells the resolution of a clock in nanoseconds")
  public int clockResGet(
      ProcessContext process, int clock, @Pointer(bytes = 8, out = true) int result) {
    try {
      process.memory().check(result, 8);
      Clocks.check(clock);
      process.memory().putLong(result, 1);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Tells the time of a clock in nanoseconds.
   *
   * @param process the caller
   * @param clock 0 realtime, 1 monotonic
   * @param precision not used
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "clock_time_get", summary = "Tells the time of a clock in nanoseconds")
  public int clockTimeGet(
      ProcessContext process,
      int clock,
      long precision,
      @Pointer(bytes = 8, out = true) int result) {
    try {
      process.memory().check(result, 8);
      Clocks.check(clock);
      process.memory().putLong(result, Clocks.now(clock));
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Waits for clocks and descriptors.
   *
   * @param process the caller
   * @param subscriptions what to wait for
   * @param events where the events go
   * @param count how many buffers
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "poll_oneoff", blocking = true, summary = "Waits for clocks and descriptors")
  public int pollOneoff(
      ProcessContext process,
      @Pointer(bytes = 48) int subscriptions,
      @Pointer(bytes = 32, out = true) int events,
      int count,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      Polling.poll(process, subscriptions, events, count, result);
      return Errno.SUCCESS;
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Ends the process: normally with 0, else as a failure.
   *
   * @param process the caller
   * @param code 0 for success
   * @throws dev.selene.host.ProcessExit always
   */
  @Import(value = "proc_exit", summary = "Ends the process: normally with 0, else as a failure")
  public void procExit(ProcessContext process, int code) {
    throw ProcessCalls.exit(code);
  }

  /**
   * Traps: there are no signals.
   *
   * @param process the caller
   * @param signal not used
   * @return never
   * @throws HostTrap always
   */
  @Import(value = "proc_raise", summary = "Traps: there are no signals")
  public int procRaise(ProcessContext process, int signal) {
    throw new HostTrap("proc_raise is not supported, signal " + signal);
  }

  /**
   * Lets other processes run.
   *
   * @param process the caller
   * @return 0 or an errno
   */
  @Import(value = "sched_yield", blocking = true, summary = "Lets other processes run")
  public int schedYield(ProcessContext process) {
    process.yieldNow();
    return Errno.SUCCESS;
  }

  /**
   * Fills memory with unpredictable bytes.
   *
   * @param process the caller
   * @param buffer where the bytes go
   * @param bufferLength bytes
   * @return 0 or an errno
   */
  @Import(value = "random_get", blocking = true, summary = "Fills memory with unpredictable bytes")
  public int randomGet(
      ProcessContext process, @Pointer(out = true) int buffer, @Length int bufferLength) {
    ProcessCalls.random(process, buffer, bufferLength);
    return Errno.SUCCESS;
  }

  /**
   * Not supported: sockets are in lunatic::networking.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param flags flags
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "sock_accept", summary = "Not supported: sockets are in lunatic::networking")
  public int sockAccept(
      ProcessContext process, int fd, int flags, @Pointer(bytes = 4, out = true) int result) {
    try {
      process.memory().check(result, 4);
      throw new WasiFailure(Errno.NOTSUP);
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Not supported: sockets are in lunatic::networking.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param iovs the buffers
   * @param count how many buffers
   * @param flags flags
   * @param result where the answer goes
   * @param flagsResult where the flags of the data would go
   * @return 0 or an errno
   */
  @Import(value = "sock_recv", summary = "Not supported: sockets are in lunatic::networking")
  public int sockRecv(
      ProcessContext process,
      int fd,
      @Pointer int iovs,
      @Length(unit = 8) int count,
      int flags,
      @Pointer(bytes = 4, out = true) int result,
      @Pointer(bytes = 2, out = true) int flagsResult) {
    try {
      Iovecs.read(process.memory(), iovs, count);
      process.memory().check(result, 4);
      process.memory().check(flagsResult, 2);
      throw new WasiFailure(Errno.NOTSUP);
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Not supported: sockets are in lunatic::networking.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param iovs the buffers
   * @param count how many buffers
   * @param flags flags
   * @param result where the answer goes
   * @return 0 or an errno
   */
  @Import(value = "sock_send", summary = "Not supported: sockets are in lunatic::networking")
  public int sockSend(
      ProcessContext process,
      int fd,
      @Pointer int iovs,
      @Length(unit = 8) int count,
      int flags,
      @Pointer(bytes = 4, out = true) int result) {
    try {
      Iovecs.read(process.memory(), iovs, count);
      process.memory().check(result, 4);
      throw new WasiFailure(Errno.NOTSUP);
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }

  /**
   * Not supported: sockets are in lunatic::networking.
   *
   * @param process the caller
   * @param fd a descriptor
   * @param how which direction
   * @return 0 or an errno
   */
  @Import(value = "sock_shutdown", summary = "Not supported: sockets are in lunatic::networking")
  public int sockShutdown(ProcessContext process, int fd, int how) {
    try {
      throw new WasiFailure(Errno.NOTSUP);
    } catch (WasiFailure failure) {
      return failure.errno();
    }
  }
}
