package dev.selene.net;

import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * The part of {@code lunatic::networking} that is UDP.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class UdpImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::networking";
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

  @Import(value = "drop_udp_socket", summary = "Gives a UDP socket up.")
  public void dropUdpSocket(ProcessContext process, @Handle("udp_socket") long socket) {
    throw notBuilt("drop_udp_socket");
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

  @Import(value = "clone_udp_socket", summary = "Another id for the same socket.")
  public long cloneUdpSocket(ProcessContext process, @Handle("udp_socket") long socket) {
    throw notBuilt("clone_udp_socket");
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
