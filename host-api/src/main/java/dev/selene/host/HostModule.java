package dev.selene.host;

/**
 * A set of host functions under one import module name. Implementations are public classes; each
 * public method with {@link Import} is one import.
 *
 * <p>Such a method takes a {@link ProcessContext} and then {@code int}, {@code long}, {@code float}
 * or {@code double} parameters, as the Wasm type has them, and returns one of these or {@code
 * void}. It runs on the virtual thread of the calling process, which holds its worker: what blocks
 * goes through {@link ProcessContext#runBlocking}, what waits for others through {@link
 * ProcessContext#park}. Both, and all else that parks, are called with no monitor or lock in hand:
 * others that want it would keep their workers waiting, and the one that has it needs a worker.
 *
 * <pre>{@code
 * public final class Dice implements HostModule {
 *   public String name() {
 *     return "dice";
 *   }
 *
 *   @Import("roll")
 *   public int roll(ProcessContext process, int sides) {
 *     if (sides <= 0) {
 *       throw new HostTrap("sides must be positive, but is " + sides);
 *     }
 *     return ThreadLocalRandom.current().nextInt(sides) + 1;
 *   }
 * }
 * }</pre>
 *
 * <p>Thread-safety: one object serves all processes at once.
 */
public interface HostModule {
  /**
   * The import module name.
   *
   * @return for example {@code lunatic::message}
   */
  String name();
}
