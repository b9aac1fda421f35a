package dev.selene.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selene.host.HandleKind;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.NetworkAccess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.testing.TestProcess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that calls imports by their names, as a guest would: arguments in its memory, results
 * out of it. Each has one thread of its own.
 */
final class Guest {
  static final int OUT = 64;
  static final int SECOND_OUT = 72;
  static final int ADDRESS = 128;
  static final int TEXT = 1024;
  static final int DATA = 4096;
  static final long FOR_EVER = -1;

  final TestProcess process = new TestProcess(4);
  private final Map<String, HostFunction> functions = new HashMap<>();

  Guest(Networking networking) {
    this(networking, NetworkAccess.ALL);
  }

  Guest(Networking networking, NetworkAccess access) {
    process.configure(ProcessConfig.builder().allPermissions(true).network(access).build());
    for (HostModule module : networking.hostModules()) {
      for (HostFunction function : HostFunction.of(module)) {
        functions.put(function.name(), function);
      }
    }
  }

  /** Calls an import. */
  long call(String name, Object... arguments) {
    List<Object> all = new ArrayList<>();
    all.add(process);
    all.addAll(Arrays.asList(arguments));
    try {
      Object result = functions.get(name).handle().invokeWithArguments(all);
      return result == null ? 0 : ((Number) result).longValue();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Gives up all it holds, as the end of a process does. */
  void close() {
    for (String kind : List.of("tcp_listener", "tcp_stream", "udp_socket")) {
      for (long id = 0; id < 8; id++) {
        try {
          call("drop_" + kind, id);
        } catch (HostTrap gone) {
          // It never was, or is given up already.
        }
      }
    }
  }

  long out() {
    return process.memory.getLong(OUT);
  }

  /** The text of the error that the last call wrote. */
  String error() {
    return process.handles(HandleKind.ERROR).get(out());
  }

  private long done(String name, Object... arguments) {
    long code = call(name, arguments);
    assertEquals(0, code, () -> name + ": " + error());
    return out();
  }

  private void putV4() {
    process.memory.write(ADDRESS, new byte[] {127, 0, 0, 1}, 0, 4);
  }

  /** Listens on a free port of 127.0.0.1; returns the listener. */
  long bind() {
    putV4();
    return done("tcp_bind", 4, ADDRESS, 0, 0, 0, OUT);
  }

  int port(long listener) {
    return portOf(done("tcp_local_addr", listener, OUT));
  }

  /** The port of an iterator's first address; the iterator is dropped. */
  int portOf(long iterator) {
    call("resolve_next", iterator, 200, 208, 224, 228, 232);
    call("drop_dns_iterator", iterator);
    return Short.toUnsignedInt((short) process.memory.getInt(224));
  }

  long tryToConnect(int port, long timeoutMillis) {
    putV4();
    return call("tcp_connect", 4, ADDRESS, port, 0, 0, timeoutMillis, OUT);
  }

  long connect(int port) {
    long code = tryToConnect(port, FOR_EVER);
    assertEquals(0, code, () -> error());
    return out();
  }

  long accept(long listener) {
    long stream = done("tcp_accept", listener, OUT, SECOND_OUT);
    call("drop_dns_iterator", process.memory.getLong(SECOND_OUT));
    return stream;
  }

  /** Writes a text once. */
  long write(long stream, String text) {
    int length = process.memory.putText(DATA, text);
    process.memory.putInt(512, DATA);
    process.memory.putInt(516, length);
    return done("tcp_write_vectored", stream, 512, 1, OUT);
  }

  /** Reads once, at most so many bytes. */
  String read(long stream, int most) {
    return text(done("tcp_read", stream, DATA, most, OUT));
  }

  String peek(long stream, int most) {
    return text(done("tcp_peek", stream, DATA, most, OUT));
  }

  String text(long length) {
    return new String(process.memory.read(DATA, (int) length), StandardCharsets.UTF_8);
  }

  long bindUdp() {
    putV4();
    return done("udp_bind", 4, ADDRESS, 0, 0, 0, OUT);
  }

  int udpPort(long socket) {
    return portOf(done("udp_local_addr", socket, OUT));
  }
}
