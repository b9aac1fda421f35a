package dev.selene.host.lunatic;

import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::networking}: TCP, UDP, TLS and DNS. Every import links, since guests import all
 * of them whether they use the network or not; calling one traps, because sockets are not built
 * yet.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class NetworkingImports implements HostModule {
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

  @Import(
      value = "udp_bind",
      blocking = true,
      summary = "Binds a UDP socket. 0: its id was written. 1: an error id.")
  public int udpBind(
      ProcessContext process,
      int addressType,
      @Pointer int address,
      int port,
      int flowInfo,
      int scopeId,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("udp_bind");
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

  @Import(value = "drop_tcp_listener", summary = "Gives a TCP listener up.")
  public void dropTcpListener(ProcessContext process, @Handle("tcp_listener") long listener) {
    throw notBuilt("drop_tcp_listener");
  }

  @Import(value = "drop_tcp_stream", summary = "Gives a TCP stream up.")
  public void dropTcpStream(ProcessContext process, @Handle("tcp_stream") long stream) {
    throw notBuilt("drop_tcp_stream");
  }

  @Import(value = "drop_tls_listener", summary = "Gives a TLS listener up.")
  public void dropTlsListener(ProcessContext process, @Handle("tls_listener") long listener) {
    throw notBuilt("drop_tls_listener");
  }

  @Import(value = "drop_tls_stream", summary = "Gives a TLS stream up.")
  public void dropTlsStream(ProcessContext process, @Handle("tls_stream") long stream) {
    throw notBuilt("drop_tls_stream");
  }

  @Import(value = "drop_udp_socket", summary = "Gives a UDP socket up.")
  public void dropUdpSocket(ProcessContext process, @Handle("udp_socket") long socket) {
    throw notBuilt("drop_udp_socket");
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
      value = "tls_local_addr",
      summary = "The local address. 0: a dns_iter id was written. 1: an error id.")
  public int tlsLocalAddr(
      ProcessContext process,
      @Handle("tls_listener") long listener,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("tls_local_addr");
  }

  @Import(
      value = "udp_local_addr",
      summary = "The local address. 0: a dns_iter id was written. 1: an error id.")
  public int udpLocalAddr(
      ProcessContext process,
      @Handle("udp_socket") long socket,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("udp_local_addr");
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
      value = "udp_peer_addr",
      summary =
          "The peer's address. 0: a dns_iter id was written. 1: not connected, 2: another error; an"
              + " error id was written.")
  public int udpPeerAddr(
      ProcessContext process,
      @Handle("udp_socket") long socket,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("udp_peer_addr");
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

  @Import(
      value = "udp_connect",
      blocking = true,
      summary = "Fixes the peer. 0, or 1: an error id was written, or 9027: timed out.")
  public int udpConnect(
      ProcessContext process,
      @Handle("udp_socket") long socket,
      int addressType,
      @Pointer int address,
      int port,
      int flowInfo,
      int scopeId,
      long timeoutMillis,
      @Pointer(bytes = 8, out = true) int idOut) {
    throw notBuilt("udp_connect");
  }

  @Import(value = "clone_tcp_stream", summary = "Another id for the same socket.")
  public long cloneTcpStream(ProcessContext process, @Handle("tcp_stream") long stream) {
    throw notBuilt("clone_tcp_stream");
  }

  @Import(value = "clone_tls_stream", summary = "Another id for the same socket.")
  public long cloneTlsStream(ProcessContext process, @Handle("tls_stream") long stream) {
    throw notBuilt("clone_tls_stream");
  }

  @Import(value = "clone_udp_socket", summary = "Another id for the same socket.")
  public long cloneUdpSocket(ProcessContext process, @Handle("udp_socket") long socket) {
    throw notBuilt("clone_udp_socket");
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

  @Import(
      value = "udp_receive",
      blocking = true,
      summary = "Receives a datagram, cut to the buffer. 0: bytes. 1: an error id.")
  public int udpReceive(
      ProcessContext process,
      @Handle("udp_socket") long socket,
      @Pointer(out = true) int buffer,
      @Length int bufferLength,
      @Pointer(bytes = 8, out = true) int resultOut) {
    throw notBuilt("udp_receive");
  }

  @Import(
      value = "udp_receive_from",
      blocking = true,
      summary =
          "Receives a datagram, cut to the buffer. 0: bytes and the sender as a dns_iter id. 1: an"
              + " error id.")
  public int udpReceiveFrom(
      ProcessContext process,
      @Handle("udp_socket") long socket,
      @Pointer(out = true) int buffer,
      @Length int bufferLength,
      @Pointer(bytes = 8, out = true) int resultOut,
      @Pointer(bytes = 8, out = true) int peerOut) {
    throw notBuilt("udp_receive_from");
  }

  @Import(
      value = "udp_send",
      blocking = true,
      summary = "Sends a datagram. 0: bytes. 1: an error id.")
  public int udpSend(
      ProcessContext process,
      @Handle("udp_socket") long socket,
      @Pointer int data,
      @Length int dataLength,
      @Pointer(bytes = 8, out = true) int resultOut) {
    throw notBuilt("udp_send");
  }

  @Import(
      value = "udp_send_to",
      blocking = true,
      summary = "Sends a datagram to an address. 0: bytes. 1: an error id.")
  public int udpSendTo(
      ProcessContext process,
      @Handle("udp_socket") long socket,
      @Pointer int data,
      @Length int dataLength,
      int addressType,
      @Pointer int address,
      int port,
      int flowInfo,
      int scopeId,
      @Pointer(bytes = 8, out = true) int resultOut) {
    throw notBuilt("udp_send_to");
  }

  @Import(value = "set_udp_socket_broadcast", summary = "Sets a UDP socket's broadcast.")
  public void setUdpSocketBroadcast(
      ProcessContext process, @Handle("udp_socket") long socket, int value) {
    throw notBuilt("set_udp_socket_broadcast");
  }

  @Import(value = "set_udp_socket_ttl", summary = "Sets a UDP socket's ttl.")
  public void setUdpSocketTtl(
      ProcessContext process, @Handle("udp_socket") long socket, int value) {
    throw notBuilt("set_udp_socket_ttl");
  }

  @Import(value = "get_udp_socket_broadcast", summary = "A UDP socket's broadcast.")
  public int getUdpSocketBroadcast(ProcessContext process, @Handle("udp_socket") long socket) {
    throw notBuilt("get_udp_socket_broadcast");
  }

  @Import(value = "get_udp_socket_ttl", summary = "A UDP socket's ttl.")
  public int getUdpSocketTtl(ProcessContext process, @Handle("udp_socket") long socket) {
    throw notBuilt("get_udp_socket_ttl");
  }

  private static HostTrap notBuilt(String name) {
    return new HostTrap("lunatic::networking::" + name + " is not built yet");
  }
}
