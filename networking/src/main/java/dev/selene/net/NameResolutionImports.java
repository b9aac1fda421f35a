package dev.selene.net;

import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.net.internal.Addresses;
import dev.selene.net.internal.Network;
import dev.selene.net.internal.Permissions;
import dev.selene.net.internal.SocketHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of {@code lunatic::networking} that is name resolution.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class NameResolutionImports implements HostModule {
  private static final int WRITTEN = 0;
  private static final int AT_END = 1;
  private static final int ADDRESS_BYTES = 16;
  private static final int MOST_NAME_BYTES = 64 * 1024;

  /** Longer than any name that the DNS knows. */
  private static final int MOST_HOST_CHARACTERS = 255;

  private final Network network;

  NameResolutionImports(Network network) {
    this.network = network;
  }

  @Override
  public String name() {
    return "lunatic::networking";
  }

  @Import(
      value = "resolve",
      blocking = true,
      summary =
          "Resolves `host:port`. 0: a dns_iter id was written. 1: an error id. 9027: an error id,"
              + " timed out.")
  public int resolve(
      ProcessContext process,
      @Pointer int name,
      @Length int nameLength,
      long timeoutMillis,
      @Pointer(bytes = 8, out = true) int idOut) {
    Call.checkResult(process, idOut);
    String text = Call.text(process, name, nameLength, MOST_NAME_BYTES, "name");
    return Call.run(
        process, idOut, "cannot resolve " + text, () -> resolve(process, text, timeoutMillis));
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
    GuestMemory memory = process.memory();
    memory.check(typeOut, Integer.BYTES);
    memory.check(addressOut, ADDRESS_BYTES);
    memory.check(portOut, Short.BYTES);
    memory.check(flowInfoOut, Integer.BYTES);
    memory.check(scopeIdOut, Integer.BYTES);
    Addresses addresses = process.handles(Addresses.KIND).get(iterator);
    return addresses.writeNext(memory, typeOut, addressOut, portOut, flowInfoOut, scopeIdOut)
        ? WRITTEN
        : AT_END;
  }

  @Import(value = "drop_dns_iterator", summary = "Gives an iterator up.")
  public void dropDnsIterator(ProcessContext process, @Handle("dns_iter") long iterator) {
    Addresses.drop(process, iterator);
  }

  private long resolve(ProcessContext process, String text, long timeoutMillis) throws IOException {
    int colon = text.lastIndexOf(':');
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    if (port < 0) {
      throw new IOException("it is not HOST:PORT");
    }
    String host = text.substring(0, colon);
    if (host.isEmpty() || host.length() > MOST_HOST_CHARACTERS) {
      throw new UnknownHostException(host);
    }
    Permissions.resolve(process, host);
    InetAddress[] found = network.names().resolve(process, host, SocketHandle.nanos(timeoutMillis));
    List<InetSocketAddress> addresses = new ArrayList<>(found.length);
    for (InetAddress address : found) {
      addresses.add(new InetSocketAddress(address, port));
    }
    return Addresses.add(process, addresses);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port > 65_535 ? -1 : port;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
