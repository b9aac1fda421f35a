package dev.selene.host.selene;

import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.LimitedResource;
import dev.selene.host.ProcessContext;

/**
 * {@code selene::limits}: what the caller uses and may use. Resources are numbered: 0 memory in
 * bytes, 1 fuel in instructions, 2 stack in bytes, 3 messages and 4 bytes in the mailbox, 5
 * processes of the subtree, 6 handles; -1 is no limit.
 *
 * <p>Thread-safety: stateless.
 */
public final class LimitImports implements HostModule {
  @Override
  public String name() {
    return "selene::limits";
  }

  @Import(
      value = "limit",
      summary =
          "The caller's limit of a resource, -1 for none: 0 memory in bytes, 1 fuel in"
              + " instructions, 2 stack in bytes, 3 messages and 4 bytes in the mailbox, 5 processes"
              + " of the subtree, 6 handles.")
  public long limit(ProcessContext process, int resource) {
    return LimitedResource.of(resource).limit(process.config());
  }

  @Import(
      value = "usage",
      summary =
          "What the caller uses of a resource now, numbered as in `limit`; processes are those of"
              + " the subtree that has the limit.")
  public long usage(ProcessContext process, int resource) {
    return process.extensions().usage(LimitedResource.of(resource));
  }

  @Import(
      value = "fuel_left",
      summary =
          "Instructions left to the caller and the subtrees it belongs to; -1 when nothing limits"
              + " them.")
  public long fuelLeft(ProcessContext process) {
    return process.extensions().fuelLeft();
  }
}
