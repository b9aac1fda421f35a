package dev.selene.host;

import org.jspecify.annotations.Nullable;

/**
 * What {@code selene::process::spawn} adds to a {@link SpawnRequest}. All of it is in place before
 * the child's first instruction.
 *
 * @param name registered unless a living process has it; null for none
 * @param label what people see in logs and crash reports; empty for none
 * @param own what the parent does when the child ends
 * @param other what the child does when the parent ends
 * @param tag of the message about an end
 * @param withMessage whether the parent's scratch message becomes the child's first message
 */
public record SpawnExtras(
    @Nullable String name,
    String label,
    LinkMode own,
    LinkMode other,
    long tag,
    boolean withMessage) {

  /**
   * Whether there is a link.
   *
   * @return false when neither side does anything
   */
  public boolean links() {
    return own != LinkMode.NOTHING || other != LinkMode.NOTHING;
  }
}
