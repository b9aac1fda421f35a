package dev.selene.net;

import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * The part of {@code lunatic::networking} that is TLS.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class TlsImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::networking";
  }

  @Import(
      value = "tls_bind",
      blocking = true,
      summary =
          "Binds a TLS listener with a PEM certificate and key. 0: its id was written. 1: an error"
              + " id.")
  public int tlsBind(
      ProcessContext process,
      int addressType,
      @Pointer int address,
      int port,
      int flowInfo,
      int scopeId,
      @Pointer(bytes = 8, out = true) int idOut,
      @Pointer int certificates,
      @Length int certificatesLength,
      @Pointer int keys,
      @Length int keysLength) {
    throw notBuilt("tls_bind");
  }

  @Import(value = "drop_tls_listener", summary = "Gives a TLS listener up.")
  public void dropTlsListener(ProcessContext process, @Handle("tls_listener") long listener) {
    throw notBuilt("drop_tls_listener");
  }

  @Import(value = "drop_tls_stream", summary = "Gives a TLS stream up.")
  public void dropTlsStream(ProcessContext process, @Handle("tls_stream") long stream) {
    throw notBuilt("drop_tls_stream");
  }

  @Import(
      value = "tls_local_addr",
      summary = "The local address. 0: a dns_iter id was written. 1: an error id.")
  public int tlsLocalAddr(
      ProcessContext process,
      @Handle("tls_listener") long listener,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("tls_local_addr");
  }

  @Import(
      value = "tls_accept",
      blocking = true,
      summary = "Waits for a connection. 0: stream and dns_iter ids were written. 1: an error id.")
  public int tlsAccept(
      ProcessContext process,
      @Handle("tls_listener") long listener,
      @Pointer(bytes = 8, out = true) int idOut,
      @Pointer(bytes = 8, out = true) int peerOut) {
    throw notBuilt("tls_accept");
  }

  @Import(
      value = "tls_connect",
      blocking = true,
      summary =
          "Connects and shakes hands. 0: a stream id was written. 1: an error id. 9027: timed out.")
  public int tlsConnect(
      ProcessContext process,
      @Pointer int host,
      @Length int hostLength,
      int port,
      long timeoutMillis,
      @Pointer(bytes = 8, out = true) int idOut,
      @Pointer int roots,
      @Length(unit = 8) int rootsCount) {
    throw notBuilt("tls_connect");
  }

  @Import(value = "clone_tls_stream", summary = "Another id for the same socket.")
  public long cloneTlsStream(ProcessContext process, @Handle("tls_stream") long stream) {
    throw notBuilt("clone_tls_stream");
  }

  @Import(
      value = "tls_write_vectored",
      blocking = true,
      summary =
          "Writes from an array of address and length. 0: bytes written. 1: an error id. 9027:"
              + " timed out.")
  public int tlsWriteVectored(
      ProcessContext process,
      @Handle("tls_stream") long stream,
      @Pointer int buffers,
      @Length(unit = 8) int buffersCount,
      @Pointer(bytes = 8, out = true) int resultOut) {
    throw notBuilt("tls_write_vectored");
  }

  @Import(
      value = "tls_read",
      blocking = true,
      summary = "Reads. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.")
  public int tlsRead(
      ProcessContext process,
      @Handle("tls_stream") long stream,
      @Pointer(out = true) int buffer,
      @Length int bufferLength,
      @Pointer(bytes = 8, out = true) int resultOut) {
    throw notBuilt("tls_read");
  }

  @Import(
      value = "tls_flush",
      blocking = true,
      summary = "Flushes. 0, or 1: an error id was written.")
  public int tlsFlush(
      ProcessContext process,
      @Handle("tls_stream") long stream,
      @Pointer(bytes = 8, out = true) int errorOut) {
    throw notBuilt("tls_flush");
  }

  @Import(
      value = "set_tls_read_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setTlsReadTimeout(
      ProcessContext process, @Handle("tls_stream") long stream, long millis) {
    throw notBuilt("set_tls_read_timeout");
  }

  @Import(
      value = "set_tls_write_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setTlsWriteTimeout(
      ProcessContext process, @Handle("tls_stream") long stream, long millis) {
    throw notBuilt("set_tls_write_timeout");
  }

  @Import(
      value = "get_tls_read_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getTlsReadTimeout(ProcessContext process, @Handle("tls_stream") long stream) {
    throw notBuilt("get_tls_read_timeout");
  }

  @Import(
      value = "get_tls_write_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getTlsWriteTimeout(ProcessContext process, @Handle("tls_stream") long stream) {
    throw notBuilt("get_tls_write_timeout");
  }

  private static HostTrap notBuilt(String name) {
    return new HostTrap("lunatic::networking::" + name + " is not built yet");
  }
}
