package dev.selene.vm;

import dev.selene.host.ProcessConfig;
import dev.selene.scheduler.SchedulerMode;
import java.util.stream.Stream;

/** One way to run a virtual machine; the suites run in each. */
enum VmSetting {
  COMPILED(EngineMode.COMPILED, 64, SchedulerMode.WORK_STEALING),
  COMPILED_FRESH_ON_JDK_SCHEDULER(EngineMode.COMPILED, 0, SchedulerMode.JDK),
  INTERPRETED(EngineMode.INTERPRETER, 64, SchedulerMode.WORK_STEALING),
  INTERPRETED_FRESH(EngineMode.INTERPRETER, 0, SchedulerMode.WORK_STEALING),
  AUTO(EngineMode.AUTO, 64, SchedulerMode.WORK_STEALING);

  private final EngineMode engine;
  private final int instancePool;
  private final SchedulerMode scheduler;

  VmSetting(EngineMode engine, int instancePool, SchedulerMode scheduler) {
    this.engine = engine;
    this.instancePool = instancePool;
    this.scheduler = scheduler;
  }

  Vm.Builder builder() {
    return Vm.builder().engine(engine).instancePool(instancePool).scheduler(scheduler).workers(2);
  }

  static Stream<VmSetting> all() {
    return Stream.of(values());
  }

  /** What {@code selene run} gives the main process. */
  static ProcessConfig.Builder fullConfig(String... arguments) {
    ProcessConfig.Builder builder = ProcessConfig.builder().allPermissions(true);
    for (String argument : arguments) {
      builder.argument(argument);
    }
    return builder;
  }
}
