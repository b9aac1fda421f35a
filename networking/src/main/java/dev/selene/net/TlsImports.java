package dev.selene.net;

import dev.selene.host.BlockingPool;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;
import dev.selene.net.internal.Addresses;
import dev.selene.net.internal.Deadline;
import dev.selene.net.internal.Gathering;
import dev.selene.net.internal.Network;
import dev.selene.net.internal.Permissions;
import dev.selene.net.internal.SocketHandle;
import dev.selene.net.internal.TcpConnection;
import dev.selene.net.internal.TcpListener;
import dev.selene.net.internal.tls.GuestRoots;
import dev.selene.net.internal.tls.ServerIdentity;
import dev.selene.net.internal.tls.TlsFailure;
import dev.selene.net.internal.tls.TlsHandle;
import dev.selene.net.internal.tls.TlsListener;
import dev.selene.net.internal.tls.TrustRoots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@code lunatic::networking} that is TLS 1.2 and 1.3.
 *
 * <p>Connecting shakes hands. Accepting does not: it gives out the connection at once, and the
 * first read, write or flush shakes hands in the process that calls it, within ten seconds. So a
 * client that says nothing holds up its own process and no listener. A handshake that fails is an
 * error of the call that made it, and of all later ones; it never traps.
 *
 * <p>Thread-safety: any process.
 *
 * <p>Source: ABI of Lunatic 0.13.2.
 */
public final class TlsImports implements HostModule {
  private static final int MOST_HOST_BYTES = 64 * 1024;

  /** Longer than any name that the DNS knows. */
  private static final int MOST_HOST_CHARACTERS = 255;

  private static final int MOST_CERTIFICATE_BYTES = 256 * 1024;
  private static final int MOST_KEY_BYTES = 64 * 1024;

  /** Parsing PEM costs so many times as much as moving its bytes. */
  private static final int PARSING_FUEL_FACTOR = 64;

  /** Encrypting costs so many times as much as moving the bytes. */
  private static final int CIPHER_FUEL_FACTOR = 4;

  private final Network network;
  private final Callable<TrustRoots> loader;

  /** Loaded at first use; two processes may load them at a time, and either result will do. */
  private volatile @Nullable TrustRoots machineRoots;

  TlsImports(Network network) {
    this(network, TrustRoots::ofMachine);
  }

  /** With other roots in the place of the machine's. */
  TlsImports(Network network, Callable<TrustRoots> machineRoots) {
    this.network = network;
    this.loader = machineRoots;
  }

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
    Call.checkResult(process, idOut);
    InetSocketAddress where = Addresses.read(process, addressType, address, port, scopeId);
    process.memory().check(certificates, certificatesLength);
    process.memory().check(keys, keysLength);
    return Call.run(
        process,
        idOut,
        "cannot listen on " + Addresses.text(where) + " with TLS",
        () -> {
          Permissions.listen(process, where);
          requireLength("certificates have", certificatesLength, MOST_CERTIFICATE_BYTES);
          requireLength("key has", keysLength, MOST_KEY_BYTES);
          long pemBytes = (long) certificatesLength + keysLength;
          process.chargeBytes(PARSING_FUEL_FACTOR * pemBytes);
          ServerIdentity identity =
              ServerIdentity.read(
                  process.memory().read(certificates, certificatesLength),
                  process.memory().read(keys, keysLength));
          return TlsListener.add(process, TcpListener.bind(network, where), identity, pemBytes);
        });
  }

  @Import(value = "drop_tls_listener", summary = "Gives a TLS listener up.")
  public void dropTlsListener(ProcessContext process, @Handle("tls_listener") long listener) {
    TlsListener.drop(process, listener);
  }

  @Import(value = "drop_tls_stream", summary = "Gives a TLS stream up.")
  public void dropTlsStream(ProcessContext process, @Handle("tls_stream") long stream) {
    TlsHandle.drop(process, stream);
  }

  @Import(
      value = "tls_local_addr",
      summary = "The local address. 0: a dns_iter id was written. 1: an error id.")
  public int tlsLocalAddr(
      ProcessContext process,
      @Handle("tls_listener") long listener,
      @Pointer(bytes = 8, out = true) int idOut) {
    Call.checkResult(process, idOut);
    TcpListener socket = process.handles(TlsListener.KIND).get(listener).socket();
    return Call.run(
        process,
        idOut,
        "local address",
        () -> Addresses.add(process, List.of(socket.localAddress())));
  }

  @Import(
      value = "tls_accept",
      blocking = true,
      summary =
          "Waits for a connection, whose first read, write or flush shakes hands. 0: stream and"
              + " dns_iter ids were written. 1: an error id.")
  public int tlsAccept(
      ProcessContext process,
      @Handle("tls_listener") long listener,
      @Pointer(bytes = 8, out = true) int idOut,
      @Pointer(bytes = 8, out = true) int peerOut) {
    Call.checkResult(process, idOut);
    Call.checkResult(process, peerOut);
    TlsListener from = process.handles(TlsListener.KIND).get(listener);
    int code =
        Call.run(
            process, idOut, "cannot accept a connection", () -> accept(process, from, peerOut));
    if (code != Call.DONE) {
      process.memory().putLong(peerOut, 0);
    }
    return code;
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
    Call.checkResult(process, idOut);
    Call.checkArray(process, roots, rootsCount);
    String name = Call.text(process, host, hostLength, MOST_HOST_BYTES, "host");
    return Call.run(
        process,
        idOut,
        "cannot connect to " + name + " port " + Integer.toUnsignedString(port) + " with TLS",
        () -> connect(process, name, port, timeoutMillis, roots, rootsCount));
  }

  @Import(value = "clone_tls_stream", summary = "Another id for the same socket.")
  public long cloneTlsStream(ProcessContext process, @Handle("tls_stream") long stream) {
    return TlsHandle.share(process, stream);
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
    Call.checkResult(process, resultOut);
    Call.checkArray(process, buffers, buffersCount);
    TlsHandle handle = TlsHandle.of(process, stream);
    int room = TlsHandle.MOST_WRITTEN;
    if (buffersCount == 1) {
      int length = process.memory().getInt(buffers + 4);
      room = Integer.compareUnsigned(length, room) < 0 ? length : room;
    }
    process.charge(room);
    try {
      ByteBuffer bytes = ByteBuffer.allocate(room);
      Gathering.gather(process, buffers, buffersCount, bytes);
      int length = bytes.position();
      int count = length == 0 ? 0 : handle.write(process, bytes.array(), length);
      process.chargeBytes((long) CIPHER_FUEL_FACTOR * count);
      process.memory().putLong(resultOut, count);
      return Call.DONE;
    } catch (IOException e) {
      return Call.failed(process, resultOut, "cannot write", e);
    } finally {
      process.release(room);
    }
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
    Call.checkResult(process, resultOut);
    process.memory().check(buffer, bufferLength);
    TlsHandle handle = TlsHandle.of(process, stream);
    try {
      int count = bufferLength == 0 ? 0 : handle.read(process, buffer, bufferLength);
      process.chargeBytes((long) CIPHER_FUEL_FACTOR * count);
      process.memory().putLong(resultOut, count);
      return Call.DONE;
    } catch (IOException e) {
      return Call.failed(process, resultOut, "cannot read", e);
    }
  }

  @Import(
      value = "tls_flush",
      blocking = true,
      summary = "Flushes. 0, or 1: an error id was written.")
  public int tlsFlush(
      ProcessContext process,
      @Handle("tls_stream") long stream,
      @Pointer(bytes = 8, out = true) int errorOut) {
    Call.checkResult(process, errorOut);
    TlsHandle handle = TlsHandle.of(process, stream);
    return Call.run(
        process,
        errorOut,
        "cannot flush",
        () -> {
          try {
            handle.flush(process);
            return 0;
          } catch (SocketTimeoutException e) {
            // flush has no code of its own for this
            throw new IOException("timed out", e);
          }
        });
  }

  @Import(
      value = "set_tls_read_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setTlsReadTimeout(
      ProcessContext process, @Handle("tls_stream") long stream, long millis) {
    TlsHandle.of(process, stream).setReadTimeout(millis);
  }

  @Import(
      value = "set_tls_write_timeout",
      blocking = true,
      summary = "Sets a timeout in milliseconds; -1 is none.")
  public void setTlsWriteTimeout(
      ProcessContext process, @Handle("tls_stream") long stream, long millis) {
    TlsHandle.of(process, stream).setWriteTimeout(millis);
  }

  @Import(
      value = "get_tls_read_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getTlsReadTimeout(ProcessContext process, @Handle("tls_stream") long stream) {
    return TlsHandle.of(process, stream).readTimeout();
  }

  @Import(
      value = "get_tls_write_timeout",
      blocking = true,
      summary = "A timeout in milliseconds; -1 is none.")
  public long getTlsWriteTimeout(ProcessContext process, @Handle("tls_stream") long stream) {
    return TlsHandle.of(process, stream).writeTimeout();
  }

  private static void requireLength(String what, int length, int most) throws TlsFailure {
    if (Integer.compareUnsigned(length, most) > 0) {
      throw new TlsFailure(
          "the " + what + " " + Integer.toUnsignedString(length) + " bytes, more than " + most);
    }
  }

  private static long accept(ProcessContext process, TlsListener listener, int peerOut)
      throws IOException {
    TcpConnection connection = listener.socket().accept(process);
    long stream = TlsHandle.accepted(process, listener.identity(), connection);
    boolean named = false;
    try {
      long peer = Addresses.add(process, List.of(connection.remoteAddress()));
      process.memory().putLong(peerOut, peer);
      named = true;
      return stream;
    } finally {
      if (!named) {
        TlsHandle.drop(process, stream);
      }
    }
  }

  private long connect(
      ProcessContext process, String host, int port, long timeoutMillis, int roots, int rootsCount)
      throws IOException {
    if (port < 0 || port > 65_535) {
      throw new TlsFailure("the port is above 65535");
    }
    if (host.isEmpty() || host.length() > MOST_HOST_CHARACTERS) {
      throw new UnknownHostException(host);
    }
    long deadline = Deadline.in(SocketHandle.nanos(timeoutMillis));
    TrustRoots trusted =
        rootsCount == 0 ? machineRoots(process) : GuestRoots.read(process, roots, rootsCount);
    Permissions.resolve(process, host);
    IOException last = new UnknownHostException(host);
    for (InetAddress address : network.names().resolve(process, host, Deadline.timeout(deadline))) {
      InetSocketAddress to = new InetSocketAddress(address, port);
      TcpConnection connection;
      try {
        Permissions.connect(process, network, to);
        connection = TcpConnection.connect(process, network, to, Deadline.timeout(deadline));
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        last = e;
        continue;
      }
      return TlsHandle.connected(process, trusted, connection, host, port, deadline);
    }
    throw last;
  }

  private TrustRoots machineRoots(ProcessContext process) throws IOException {
    TrustRoots roots = machineRoots;
    if (roots == null) {
      try {
        roots = process.runBlocking(BlockingPool.FILES, loader, unused -> {});
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new TlsFailure("the machine's root certificates cannot be loaded: " + e, e);
      }
      machineRoots = roots;
    }
    return roots;
  }
}
