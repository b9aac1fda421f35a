package dev.selene.net;

import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * The part of {@code lunatic::networking} that is TCP.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class TcpImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::networking";
  }

  @Import(
      value = "tcp_bind",
      blocking = true,
      summary = "Binds a TCP listener. 0: its id was written. 1: an error id.")
  public int tcpBind(
      ProcessContext process,
      int addressType,
      @Pointer int address,
      int port,
      int flowInfo,
      int scopeId,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("tcp_bind");
  }

  @Import(value = "drop_tcp_listener", summary = "Gives a TCP listener up.")
  public void dropTcpListener(ProcessContext process, @Handle("tcp_listener") long listener) {
    throw notBuilt("drop_tcp_listener");
  }

  @Import(value = "drop_tcp_stream", summary = "Gives a TCP stream up.")
  public void dropTcpStream(ProcessContext process, @Handle("tcp_stream") long stream) {
    throw notBuilt("drop_tcp_stream");
  }

  @Import(
      value = "tcp_local_addr",
      summary = "The local address. 0: a dns_iter id was written. 1: an error id.")
  public int tcpLocalAddr(
      ProcessContext process,
      @Handle("tcp_listener") long listener,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("tcp_local_addr");
  }

  @Import(
      value = "tcp_peer_addr",
      summary = "The peer's address. 0: a dns_iter id was written. 1: an error id.")
  public int tcpPeerAddr(
      ProcessContext process,
      @Handle("tcp_stream") long stream,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("tcp_peer_addr");
  }

  @Import(
      value = "tcp_accept",
      blocking = true,
      summary = "Waits for a connection. 0: stream and dns_iter ids were written. 1: an error id.")
  public int tcpAccept(
      ProcessContext process,
      @Handle("tcp_listener") long listener,
      @Pointer(bytes = 8, out = true) int idOut,
      @Pointer(bytes = 8, out = true) int peerOut) {
    throw notBuilt("tcp_accept");
  }

  @Import(
      value = "tcp_connect",
      blocking = true,
      summary = "Connects. 0: a stream id was written. 1: an error id. 9027: timed out.")
  public int tcpConnect(
      ProcessContext process,
      int addressType,
      @Pointer int address,
      int port,
      int flowInfo,
      int scopeId,
      long timeoutMillis,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("tcp_connect");
  }

  @Import(value = "clone_tcp_stream", summary = "Another id for the same socket.")
  public long cloneTcpStream(ProcessContext process, @Handle("tcp_stream") long stream) {
    throw notBuilt("clone_tcp_stream");
  }

  @Import(
      value = "tcp_write_vectored",
      blocking = true,
      summary =
          "Writes from an array of address and length. 0: bytes written. 1: an error id. 9027:"
              + " timed out.")
  public int tcpWriteVectored(
      ProcessContext process,
      @Handle("tcp_stream") long stream,
      @Pointer int buffers,
      @Length(unit = 8) int buffersCount,
      @Pointer(bytes = 8, out = true) int resultOut) {
    throw notBuilt("tcp_write_vectored");
  }

  @Import(
      value = "tcp_read",
      blocking = true,
      summary = "Reads. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.")
  public int tcpRead(
      ProcessContext process,
      @Handle("tcp_stream") long stream,
      @Pointer(out = true) int buffer,
      @Length int bufferLength,
      @Pointer(bytes = 8, out = true) int resultOut) {
    throw notBuilt("tcp_read");
  }

  @Import(
      value = "tcp_peek",
      blocking = true,
      summary = "Peeks. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.")
  public int tcpPeek(
      ProcessContext process,
      @Handle("tcp_stream") long stream,
      @Pointer(out = true) int buffer,
      @Length int bufferLength,
      @Pointer(bytes = 8, out = true) int resultOut) {
    throw notBuilt("tcp_peek");
  }

  @Import(
      value = "tcp_flush",
      blocking = true,
      summary = "Flushes. 0, or 1: an error id was written.")
  public int tcpFlush(
      ProcessContext process,
      @Handle("tcp_stream") long stream,
      @Pointer(bytes = 8, out = true) int errorOut) {
    throw notBuilt("tcp_flush");
  }

  @Import(
      value = "set_read_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setReadTimeout(
      ProcessContext process, @Handle("tcp_stream") long stream, long millis) {
    throw notBuilt("set_read_timeout");
  }

  @Import(
      value = "set_write_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setWriteTimeout(
      ProcessContext process, @Handle("tcp_stream") long stream, long millis) {
    throw notBuilt("set_write_timeout");
  }

  @Import(
      value = "set_peek_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setPeekTimeout(
      ProcessContext process, @Handle("tcp_stream") long stream, long millis) {
    throw notBuilt("set_peek_timeout");
  }

  @Import(
      value = "get_read_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getReadTimeout(ProcessContext process, @Handle("tcp_stream") long stream) {
    throw notBuilt("get_read_timeout");
  }

  @Import(
      value = "get_write_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getWriteTimeout(ProcessContext process, @Handle("tcp_stream") long stream) {
    throw notBuilt("get_write_timeout");
  }

  @Import(
      value = "get_peek_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getPeekTimeout(ProcessContext process, @Handle("tcp_stream") long stream) {
    throw notBuilt("get_peek_timeout");
  }

  private static HostTrap notBuilt(String name) {
    return new HostTrap("lunatic::networking::" + name + " is not built yet");
  }
}
