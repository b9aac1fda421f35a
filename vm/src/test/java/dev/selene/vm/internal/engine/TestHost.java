package dev.selene.vm.internal.engine;

import dev.selene.host.ExitReason;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;

/** Host functions for tests. */
public final class TestHost implements HostModule {
  @Override
  public String name() {
    return "test";
  }

  static ImportTable imports() {
    return ImportTable.of(HostFunction.of(new TestHost()));
  }

  /** All kinds of numbers. */
  @Import("mix")
  public double mix(ProcessContext process, int a, long b, float c, double d) {
    return a + b + c + d;
  }

  /** An i32. */
  @Import("twice")
  public int twice(ProcessContext process, int value) {
    return value * 2;
  }

  /** An f32. */
  @Import("half")
  public float half(ProcessContext process, float value) {
    return value / 2;
  }

  /** Traps. */
  @Import("refuse")
  public void refuse(ProcessContext process) {
    throw new HostTrap("no such handle: 7");
  }

  /** Ends the process. */
  @Import("exit")
  public void exit(ProcessContext process, int code) {
    throw new ProcessExit(new ExitReason.Exited(code), true);
  }

  /** A bug. */
  @Import("bug")
  public long bug(ProcessContext process) {
    throw new IllegalStateException("a bug");
  }

  /** Calls the guest's {@code guarded}. */
  @Import("catch")
  public int catchTrap(ProcessContext process, int function, int argument) {
    return process.catchTrap(function, argument);
  }
}
