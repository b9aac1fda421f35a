package dev.selene.vm;

import dev.selene.host.ProcessConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to spawn and how. Immutable: each method returns a new object.
 *
 * <p>Thread-safety: immutable.
 */
public final class SpawnOptions {
  private static final byte I32 = 0x7F;
  private static final byte I64 = 0x7E;

  private final String function;
  private final ProcessConfig config;
  private final List<Byte> types;
  private final long[] arguments;
  private final @Nullable Environment environment;

  private SpawnOptions(
      String function,
      ProcessConfig config,
      List<Byte> types,
      long[] arguments,
      @Nullable Environment environment) {
    this.function = function;
    this.config = config;
    this.types = List.copyOf(types);
    this.arguments = arguments;
    this.environment = environment;
  }

  /**
   * A process that calls an exported function without arguments, with default limits and no
   * permissions.
   *
   * @param function the export, {@code _start} for a program
   * @return options
   */
  public static SpawnOptions of(String function) {
    return new SpawnOptions(
        function, ProcessConfig.builder().build(), List.of(), new long[0], null);
  }

  /**
   * With these limits and permissions.
   *
   * @param newConfig the configuration
   * @return new options
   */
  public SpawnOptions config(ProcessConfig newConfig) {
    return new SpawnOptions(function, newConfig, types, arguments, environment);
  }

  /**
   * With one more i32 argument.
   *
   * @param value the argument
   * @return new options
   */
  public SpawnOptions argument(int value) {
    return argument(I32, value);
  }

  /**
   * With one more i64 argument.
   *
   * @param value the argument
   * @return new options
   */
  public SpawnOptions argument(long value) {
    return argument(I64, value);
  }

  private SpawnOptions argument(byte type, long value) {
    List<Byte> moreTypes = new ArrayList<>(types);
    moreTypes.add(type);
    long[] more = Arrays.copyOf(arguments, arguments.length + 1);
    more[arguments.length] = value;
    return new SpawnOptions(function, config, moreTypes, more, environment);
  }

  /**
   * In this environment instead of the virtual machine's own.
   *
   * @param where made by the same virtual machine
   * @return new options
   */
  public SpawnOptions environment(Environment where) {
    return new SpawnOptions(function, config, types, arguments, where);
  }

  String function() {
    return function;
  }

  ProcessConfig config() {
    return config;
  }

  List<Byte> types() {
    return types;
  }

  long[] arguments() {
    return arguments.clone();
  }

  @Nullable Environment environment() {
    return environment;
  }
}
