package dev.selene.host.lunatic;

import dev.selene.host.GuestMemory;
import dev.selene.host.HandleKind;
import dev.selene.host.HostTrap;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.SpawnRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of an entry function as guests hand them over.
 *
 * <pre>
 *   0      1                                  9                                  17
 *   +------+----------------------------------+----------------------------------+
 *   | type | value, little-endian             | high half, v128 only             |
 *   +------+----------------------------------+----------------------------------+
 * </pre>
 *
 * Types: 0x7F i32 (low 4 bytes of the value), 0x7E i64 (low 8), 0x7B v128. The rest of the 16 bytes
 * is ignored.
 *
 * <p>Thread-safety: stateless.
 */
public final class SpawnParameters {
  static final int RECORD_BYTES = 17;
  static final byte I32 = 0x7F;
  static final byte I64 = 0x7E;
  static final byte V128 = 0x7B;

  /** As many as engines in general allow a function to take. */
  static final int MAX_PARAMETERS = 1_000;

  /** In place of a configuration or a module: the caller's own. */
  private static final long OWN = -1;

  private SpawnParameters() {}

  /**
   * What a guest asks for by the parameters that all imports which spawn have.
   *
   * @param process the caller
   * @param link the tag of a link of {@code lunatic::process}; 0 for none
   * @param config -1 for the caller's own
   * @param module -1 for the caller's own
   * @param function first byte of the entry function's name
   * @param functionLength bytes, unsigned
   * @param parameters first byte of the records
   * @param parametersLength bytes, unsigned
   * @return the request
   */
  public static SpawnRequest request(
      ProcessContext process,
      long link,
      long config,
      long module,
      int function,
      int functionLength,
      int parameters,
      int parametersLength) {
    String functionName = GuestArguments.name(process, function, functionLength, "function name");
    List<SpawnRequest.Parameter> arguments = read(process, parameters, parametersLength);
    return new SpawnRequest(
        module == OWN ? null : process.handles(HandleKind.MODULE).get(module),
        config == OWN ? null : snapshot(process, config),
        functionName,
        arguments,
        link == 0 ? null : link);
  }

  /**
   * Copies a configuration; its texts may be many, so copying them costs fuel.
   *
   * @param process the caller
   * @param config a configuration in the making
   * @return what it is now
   */
  public static ProcessConfig snapshot(ProcessContext process, long config) {
    ProcessConfig.Builder builder = process.handles(HandleKind.CONFIG).get(config);
    process.chargeBytes(builder.footprint());
    return builder.build();
  }

  /**
   * Reads all records; traps when there is a remainder, an unknown type, or too many.
   *
   * @param process the caller
   * @param address first byte
   * @param length bytes, unsigned
   * @return the arguments
   */
  public static List<SpawnRequest.Parameter> read(ProcessContext process, int address, int length) {
    GuestMemory memory = process.memory();
    memory.check(address, length);
    if (Integer.compareUnsigned(length, MAX_PARAMETERS * RECORD_BYTES) > 0) {
      throw new HostTrap(
          "parameters have "
              + Integer.toUnsignedString(length)
              + " bytes, more than "
              + MAX_PARAMETERS
              + " records");
    }
    if (length % RECORD_BYTES != 0) {
      throw new HostTrap(
          "parameters have " + length + " bytes, which is no multiple of " + RECORD_BYTES);
    }
    process.chargeBytes(length);
    List<SpawnRequest.Parameter> parameters = new ArrayList<>(length / RECORD_BYTES);
    for (int at = address; at != address + length; at += RECORD_BYTES) {
      byte type = memory.getByte(at);
      parameters.add(
          switch (type) {
            case I32 -> new SpawnRequest.Parameter(type, memory.getInt(at + 1), 0);
            case I64 -> new SpawnRequest.Parameter(type, memory.getLong(at + 1), 0);
            case V128 ->
                new SpawnRequest.Parameter(type, memory.getLong(at + 1), memory.getLong(at + 9));
            default ->
                throw new HostTrap(
                    "parameter " + parameters.size() + " has unknown type " + (type & 0xFF));
          });
    }
    return parameters;
  }
}
