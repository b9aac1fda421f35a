package dev.selene.host;

/** A loaded module as guests hold it: one reference, given up by {@link #close}. */
public interface GuestModule extends Resource {
  /**
   * Another reference to the same module, for a message or another process.
   *
   * @return to be closed by its holder
   */
  GuestModule share();

  @Override
  default HandleKind<?> kind() {
    return HandleKind.MODULE;
  }
}
