package dev.selene.net;

import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.net.internal.Addresses;
import dev.selene.net.internal.Network;
import dev.selene.net.internal.Permissions;
import dev.selene.net.internal.SocketHandle;
import dev.selene.net.internal.TcpConnection;
import dev.selene.net.internal.TcpListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The part of {@code lunatic::networking} that is TCP.
 *
 * <p>Sockets are as Lunatic leaves them: {@code SO_REUSEADDR} on listeners, {@code TCP_NODELAY}
 * off. Dropping the last id closes the socket; there is no half-close from this side. What the peer
 * closed reads as 0 bytes, and can still be written to.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2.
 */
public final class TcpImports implements HostModule {
  private static final HandleKind<TcpListener> LISTENERS =
      new HandleKind<>("tcp_listener", TcpListener::close);

  /** What a listener keeps on the heap. */
  private static final long LISTENER_FOOTPRINT = 1024;

  private final Network network;

  TcpImports(Network network) {
    this.network = network;
  }

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
    Call.checkResult(process, idOut);
    InetSocketAddress where = Addresses.read(process, addressType, address, port, scopeId);
    return Call.run(
        process,
        idOut,
        "cannot listen on " + Addresses.text(where),
        () -> {
          Permissions.listen(process, where);
          return add(process, TcpListener.bind(network, where));
        });
  }

  @Import(value = "drop_tcp_listener", summary = "Gives a TCP listener up.")
  public void dropTcpListener(ProcessContext process, @Handle("tcp_listener") long listener) {
    process.handles(LISTENERS).remove(listener).close();
    process.release(LISTENER_FOOTPRINT);
  }

  @Import(value = "drop_tcp_stream", summary = "Gives a TCP stream up.")
  public void dropTcpStream(ProcessContext process, @Handle("tcp_stream") long stream) {
    SocketHandle.drop(process, HandleKind.TCP_STREAM, stream);
  }

  @Import(
      value = "tcp_local_addr",
      summary = "The local address. 0: a dns_iter id was written. 1: an error id.")
  public int tcpLocalAddr(
      ProcessContext process,
      @Handle("tcp_listener") long listener,
      @Pointer(bytes = 8, out = true) int idOut) {
    Call.checkResult(process, idOut);
    TcpListener socket = process.handles(LISTENERS).get(listener);
    return Call.run(
        process,
        idOut,
        "local address",
        () -> Addresses.add(process, List.of(socket.localAddress())));
  }

  @Import(
      value = "tcp_peer_addr",
      summary = "The peer's address. 0: a dns_iter id was written. 1: an error id.")
  public int tcpPeerAddr(
      ProcessContext process,
      @Handle("tcp_stream") long stream,
      @Pointer(bytes = 8, out = true) int idOut) {
    Call.checkResult(process, idOut);
    TcpConnection connection = stream(process, stream).socket();
    return Call.run(
        process,
        idOut,
        "peer address",
        () -> Addresses.add(process, List.of(connection.remoteAddress())));
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
    Call.checkResult(process, idOut);
    Call.checkResult(process, peerOut);
    TcpListener socket = process.handles(LISTENERS).get(listener);
    int code =
        Call.run(
            process,
            idOut,
            "cannot accept a connection",
            () -> {
              TcpConnection connection = socket.accept(process);
              long peer = 0;
              boolean named = false;
              try {
                peer = Addresses.add(process, List.of(connection.remoteAddress()));
                named = true;
              } finally {
                if (!named) {
                  connection.close();
                }
              }
              process.memory().putLong(peerOut, peer);
              return new SocketHandle<>(HandleKind.TCP_STREAM, connection).addTo(process);
            });
    if (code != Call.DONE) {
      process.memory().putLong(peerOut, 0);
    }
    return code;
  }

  @Import(
      value = "tcp_connect",
      blocking = true,
      summary =
          "Connects. 0: a stream id was written. 1: an error id. 9027: an error id, timed out.")
  public int tcpConnect(
      ProcessContext process,
      int addressType,
      @Pointer int address,
      int port,
      int flowInfo,
      int scopeId,
      long timeoutMillis,
      @Pointer(bytes = 8, out = true) int idOut) {
    Call.checkResult(process, idOut);
    InetSocketAddress to = Addresses.read(process, addressType, address, port, scopeId);
    return Call.run(
        process,
        idOut,
        "cannot connect to " + Addresses.text(to),
        () -> {
          Permissions.connect(process, network, to);
          TcpConnection connection =
              TcpConnection.connect(process, network, to, SocketHandle.nanos(timeoutMillis));
          return new SocketHandle<>(HandleKind.TCP_STREAM, connection).addTo(process);
        });
  }

  @Import(value = "clone_tcp_stream", summary = "Another id for the same socket.")
  public long cloneTcpStream(ProcessContext process, @Handle("tcp_stream") long stream) {
    return stream(process, stream).share().addTo(process);
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
    Call.checkResult(process, resultOut);
    Call.checkArray(process, buffers, buffersCount);
    SocketHandle<TcpConnection> handle = stream(process, stream);
    try {
      int count =
          handle
              .socket()
              .writeVectored(
                  process, buffers, buffersCount, SocketHandle.nanos(handle.writeTimeout()));
      process.chargeBytes(count);
      process.memory().putLong(resultOut, count);
      return Call.DONE;
    } catch (IOException | IllegalStateException e) {
      return Call.failed(process, resultOut, "cannot write", e);
    }
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
    Call.checkResult(process, resultOut);
    process.memory().check(buffer, bufferLength);
    SocketHandle<TcpConnection> handle = stream(process, stream);
    try {
      int count = 0;
      if (bufferLength != 0) {
        long timeout = SocketHandle.nanos(handle.readTimeout());
        count = Math.max(0, handle.socket().read(process, buffer, bufferLength, timeout));
      }
      process.chargeBytes(count);
      process.memory().putLong(resultOut, count);
      return Call.DONE;
    } catch (IOException | IllegalStateException e) {
      return Call.failed(process, resultOut, "cannot read", e);
    }
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
    Call.checkResult(process, resultOut);
    process.memory().check(buffer, bufferLength);
    SocketHandle<TcpConnection> handle = stream(process, stream);
    return Call.run(
        process,
        resultOut,
        "cannot peek",
        () -> {
          if (bufferLength == 0) {
            return 0;
          }
          handle.chargeOnce(process, TcpConnection.MOST_PEEKED);
          long timeout = SocketHandle.nanos(handle.peekTimeout());
          int count = handle.socket().peek(process, buffer, bufferLength, timeout);
          process.chargeBytes(Math.max(0, count));
          return Math.max(0, count);
        });
  }

  @Import(
      value = "tcp_flush",
      blocking = true,
      summary = "Flushes. 0, or 1: an error id was written.")
  public int tcpFlush(
      ProcessContext process,
      @Handle("tcp_stream") long stream,
      @Pointer(bytes = 8, out = true) int errorOut) {
    Call.checkResult(process, errorOut);
    stream(process, stream);
    // Nothing is kept back on this side.
    process.memory().putLong(errorOut, 0);
    return Call.DONE;
  }

  @Import(
      value = "set_read_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setReadTimeout(
      ProcessContext process, @Handle("tcp_stream") long stream, long millis) {
    stream(process, stream).setReadTimeout(millis);
  }

  @Import(
      value = "set_write_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setWriteTimeout(
      ProcessContext process, @Handle("tcp_stream") long stream, long millis) {
    stream(process, stream).setWriteTimeout(millis);
  }

  @Import(
      value = "set_peek_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setPeekTimeout(
      ProcessContext process, @Handle("tcp_stream") long stream, long millis) {
    stream(process, stream).setPeekTimeout(millis);
  }

  @Import(
      value = "get_read_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getReadTimeout(ProcessContext process, @Handle("tcp_stream") long stream) {
    return stream(process, stream).readTimeout();
  }

  @Import(
      value = "get_write_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getWriteTimeout(ProcessContext process, @Handle("tcp_stream") long stream) {
    return stream(process, stream).writeTimeout();
  }

  @Import(
      value = "get_peek_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getPeekTimeout(ProcessContext process, @Handle("tcp_stream") long stream) {
    return stream(process, stream).peekTimeout();
  }

  private static long add(ProcessContext process, TcpListener listener) {
    long charged = 0;
    boolean added = false;
    try {
      process.charge(LISTENER_FOOTPRINT);
      charged = LISTENER_FOOTPRINT;
      long id = process.handles(LISTENERS).add(listener);
      added = true;
      return id;
    } finally {
      if (!added) {
        process.release(charged);
        listener.close();
      }
    }
  }

  @SuppressWarnings("unchecked") // No other class makes resources of this kind.
  private static SocketHandle<TcpConnection> stream(ProcessContext process, long id) {
    return (SocketHandle<TcpConnection>) process.handles(HandleKind.TCP_STREAM).get(id);
  }
}
