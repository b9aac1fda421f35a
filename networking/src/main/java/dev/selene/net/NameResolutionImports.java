package dev.selene.net;

import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * The part of {@code lunatic::networking} that is name resolution.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class NameResolutionImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::networking";
  }

  @Import(
      value = "resolve",
      blocking = true,
      summary =
          "Resolves `host:port`. 0: a dns_iter id was written. 1: an error id. 9027: timed out.")
  public int resolve(
      ProcessContext process,
      @Pointer int name,
      @Length int nameLength,
      long timeoutMillis,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("resolve");
  }

  @Import(value = "resolve_next", summary = "The next address: 0 when written, 1 at the end.")
  public int resolveNext(
      ProcessContext process,
      @Handle("dns_iter") long iterator,
      @Pointer(bytes = 4, out = true) int typeOut,
      @Pointer(bytes = 16, out = true) int addressOut,
      @Pointer(bytes = 2, out = true) int portOut,
      @Pointer(bytes = 4, out = true) int flowInfoOut,
      @Pointer(bytes = 4, out = true) int scopeIdOut) {
    throw notBuilt("resolve_next");
  }

  @Import(value = "drop_dns_iterator", summary = "Gives an iterator up.")
  public void dropDnsIterator(ProcessContext process, @Handle("dns_iter") long iterator) {
    throw notBuilt("drop_dns_iterator");
  }

  private static HostTrap notBuilt(String name) {
    return new HostTrap("lunatic::networking::" + name + " is not built yet");
  }
}
