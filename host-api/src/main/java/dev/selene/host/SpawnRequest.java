package dev.selene.host;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process asks for when it spawns another.
 *
 * @param module null for the caller's own; borrowed for the call, the caller closes it
 * @param config null to share the caller's
 * @param function name of the exported entry function
 * @param parameters its arguments
 * @param linkTag null for no link; else both are linked and this is the tag the parent sees
 */
public record SpawnRequest(
    @Nullable GuestModule module,
    @Nullable ProcessConfig config,
    String function,
    List<Parameter> parameters,
    @Nullable Long linkTag) {

  /**
   * One argument.
   *
   * @param type the Wasm type code: 0x7F i32, 0x7E i64, 0x7B v128
   * @param low the value, or its low 8 bytes
   * @param high the high 8 bytes of a v128
   */
  public record Parameter(byte type, long low, long high) {}

  /** What became of the request. */
  public sealed interface Result {
    /**
     * There is a new process.
     *
     * @param process its id
     * @param reference of the link that {@link SpawnExtras} asked for; else 0
     */
    record Spawned(long process, long reference) implements Result {
      /**
       * A process without a link of {@link SpawnExtras}.
       *
       * @param process its id
       */
      public Spawned(long process) {
        this(process, 0);
      }
    }

    /**
     * There is none.
     *
     * @param message why, one line
     */
    record Failed(String message) implements Result {}

    /**
     * The name is taken; nothing was spawned.
     *
     * @param node of the process that has the name
     * @param process its id
     */
    record NameTaken(long node, long process) implements Result {}
  }
}
