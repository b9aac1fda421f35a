package dev.selene.net;

import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.net.internal.Addresses;
import dev.selene.net.internal.Failures;
import dev.selene.net.internal.Network;
import dev.selene.net.internal.Permissions;
import dev.selene.net.internal.SocketHandle;
import dev.selene.net.internal.UdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.List;

/**
 * The part of {@code lunatic::networking} that is UDP.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class UdpImports implements HostModule {
  private static final int PEER_FAILED = 2;
  private static final int MOST_HOPS = 255;

  private final Network network;

  UdpImports(Network network) {
    this.network = network;
  }

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
    Call.checkResult(process, idOut);
    InetSocketAddress where = Addresses.read(process, addressType, address, port, scopeId);
    return Call.run(
        process,
        idOut,
        "cannot bind to " + Addresses.text(where),
        () -> {
          Permissions.listen(process, where);
          UdpSocket socket = UdpSocket.bind(network, where);
          return new SocketHandle<>(HandleKind.UDP_SOCKET, socket).addTo(process);
        });
  }

  @Import(value = "drop_udp_socket", summary = "Gives a UDP socket up.")
  public void dropUdpSocket(ProcessContext process, @Handle("udp_socket") long socket) {
    SocketHandle.drop(process, HandleKind.UDP_SOCKET, socket);
  }

  @Import(
      value = "udp_local_addr",
      summary = "The local address. 0: a dns_iter id was written. 1: an error id.")
  public int udpLocalAddr(
      ProcessContext process,
      @Handle("udp_socket") long socket,
      @Pointer(bytes = 8, out = true) int idOut) {
    Call.checkResult(process, idOut);
    UdpSocket own = socket(process, socket);
    return Call.run(
        process, idOut, "local address", () -> Addresses.add(process, List.of(own.localAddress())));
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
    Call.checkResult(process, idOut);
    UdpSocket own = socket(process, socket);
    try {
      InetSocketAddress peer = own.remoteAddress();
      if (peer == null) {
        return Call.failed(process, idOut, "peer address", new NotYetConnectedException());
      }
      process.memory().putLong(idOut, Addresses.add(process, List.of(peer)));
      return Call.DONE;
    } catch (IOException e) {
      Call.failed(process, idOut, "peer address", e);
      return PEER_FAILED;
    }
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
    Call.checkResult(process, idOut);
    InetSocketAddress to = Addresses.read(process, addressType, address, port, scopeId);
    UdpSocket own = socket(process, socket);
    // Nothing is sent, so nothing takes time.
    return Call.run(
        process,
        idOut,
        "cannot connect to " + Addresses.text(to),
        () -> {
          Permissions.connect(process, network, to);
          own.connect(to);
          return 0;
        });
  }

  @Import(value = "clone_udp_socket", summary = "Another id for the same socket.")
  public long cloneUdpSocket(ProcessContext process, @Handle("udp_socket") long socket) {
    return handle(process, socket).share().addTo(process);
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
    Call.checkResult(process, resultOut);
    process.memory().check(buffer, bufferLength);
    UdpSocket own = socket(process, socket);
    return Call.run(
        process,
        resultOut,
        "cannot receive",
        () -> {
          int bytes = own.receive(process, buffer, bufferLength).bytes();
          process.chargeBytes(bytes);
          return bytes;
        });
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
    Call.checkResult(process, resultOut);
    Call.checkResult(process, peerOut);
    process.memory().check(buffer, bufferLength);
    UdpSocket own = socket(process, socket);
    return Call.run(
        process,
        resultOut,
        "cannot receive",
        () -> {
          UdpSocket.Datagram datagram = own.receive(process, buffer, bufferLength);
          process.chargeBytes(datagram.bytes());
          process.memory().putLong(peerOut, Addresses.add(process, List.of(datagram.from())));
          return datagram.bytes();
        });
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
    Call.checkResult(process, resultOut);
    process.memory().check(data, dataLength);
    UdpSocket own = socket(process, socket);
    return Call.run(
        process,
        resultOut,
        "cannot send",
        () -> {
          int bytes = own.send(process, null, data, dataLength);
          process.chargeBytes(bytes);
          return bytes;
        });
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
    Call.checkResult(process, resultOut);
    process.memory().check(data, dataLength);
    InetSocketAddress to = Addresses.read(process, addressType, address, port, scopeId);
    UdpSocket own = socket(process, socket);
    return Call.run(
        process,
        resultOut,
        "cannot send to " + Addresses.text(to),
        () -> {
          Permissions.connect(process, network, to);
          int bytes = own.send(process, to, data, dataLength);
          process.chargeBytes(bytes);
          return bytes;
        });
  }

  @Import(value = "set_udp_socket_broadcast", summary = "Sets a UDP socket's broadcast.")
  public void setUdpSocketBroadcast(
      ProcessContext process, @Handle("udp_socket") long socket, int value) {
    UdpSocket own = socket(process, socket);
    try {
      own.setBroadcast(value != 0);
    } catch (IOException e) {
      throw trap("broadcast", e);
    }
  }

  @Import(value = "set_udp_socket_ttl", summary = "Sets a UDP socket's ttl.")
  public void setUdpSocketTtl(
      ProcessContext process, @Handle("udp_socket") long socket, int value) {
    UdpSocket own = socket(process, socket);
    if (value < 1 || value > MOST_HOPS) {
      throw new HostTrap("ttl " + Integer.toUnsignedString(value) + " is not between 1 and 255");
    }
    try {
      own.setTimeToLive(value);
    } catch (IOException e) {
      throw trap("ttl", e);
    }
  }

  @Import(value = "get_udp_socket_broadcast", summary = "A UDP socket's broadcast.")
  public int getUdpSocketBroadcast(ProcessContext process, @Handle("udp_socket") long socket) {
    UdpSocket own = socket(process, socket);
    try {
      return own.broadcast() ? 1 : 0;
    } catch (IOException e) {
      throw trap("broadcast", e);
    }
  }

  @Import(value = "get_udp_socket_ttl", summary = "A UDP socket's ttl.")
  public int getUdpSocketTtl(ProcessContext process, @Handle("udp_socket") long socket) {
    UdpSocket own = socket(process, socket);
    try {
      return own.timeToLive();
    } catch (IOException e) {
      throw trap("ttl", e);
    }
  }

  private static HostTrap trap(String option, IOException failure) {
    return new HostTrap(Failures.text("UDP socket's " + option, failure));
  }

  private static UdpSocket socket(ProcessContext process, long id) {
    return handle(process, id).socket();
  }

  @SuppressWarnings("unchecked") // No other class makes resources of this kind.
  private static SocketHandle<UdpSocket> handle(ProcessContext process, long id) {
    return (SocketHandle<UdpSocket>) process.handles(HandleKind.UDP_SOCKET).get(id);
  }
}
