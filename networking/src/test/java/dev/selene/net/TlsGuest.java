package dev.selene.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selene.host.HandleKind;
import dev.selene.host.ProcessContext;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Calls the TLS imports as a guest does: everything goes through its memory. */
final class TlsGuest {
  private static final int OUT = 8;
  private static final int PEER_OUT = 16;
  private static final int ADDRESS = 32;
  private static final int ARRAY = 64;
  private static final int TEXT = 8_192;
  private static final int BUFFER = 1 << 20;

  final ProcessContext process;
  private final TlsImports imports;

  TlsGuest(TlsImports imports, ProcessContext process) {
    this.imports = imports;
    this.process = process;
  }

  /** What an import gave back. */
  record Outcome(int code, long result) {
    long id() {
      assertEquals(0, code, "an error");
      return result;
    }
  }

  private Outcome outcome(int code) {
    return new Outcome(code, process.memory().getLong(OUT));
  }

  String error(Outcome outcome) {
    assertEquals(1, outcome.code);
    return process.handles(HandleKind.ERROR).get(outcome.result);
  }

  Outcome bind(byte[] certificates, byte[] key) {
    process.memory().write(ADDRESS, new byte[] {127, 0, 0, 1}, 0, 4);
    process.memory().write(TEXT, certificates, 0, certificates.length);
    process.memory().write(BUFFER, key, 0, key.length);
    return outcome(
        imports.tlsBind(
            process, 4, ADDRESS, 0, 0, 0, OUT, TEXT, certificates.length, BUFFER, key.length));
  }

  InetSocketAddress localAddress(long listener) {
    long iterator = outcome(imports.tlsLocalAddr(process, listener, OUT)).id();
    int port = 256;
    dev.selene.net.internal.Addresses addresses =
        process.handles(dev.selene.net.internal.Addresses.KIND).get(iterator);
    addresses.writeNext(process.memory(), port + 4, port + 8, port, port + 32, port + 36);
    dev.selene.net.internal.Addresses.drop(process, iterator);
    return new InetSocketAddress("127.0.0.1", process.memory().getInt(port) & 0xFFFF);
  }

  /** Accepts, and drops the peer's address. */
  Outcome accept(long listener) {
    Outcome outcome = outcome(imports.tlsAccept(process, listener, OUT, PEER_OUT));
    if (outcome.code == 0) {
      dev.selene.net.internal.Addresses.drop(process, process.memory().getLong(PEER_OUT));
    }
    return outcome;
  }

  Outcome connect(String host, int port, long timeoutMillis) {
    return connect(host, port, timeoutMillis, List.of(), false);
  }

  Outcome connect(
      String host, int port, long timeoutMillis, List<byte[]> roots, boolean lengthFirst) {
    byte[] name = host.getBytes(StandardCharsets.UTF_8);
    process.memory().write(TEXT, name, 0, name.length);
    int at = BUFFER;
    for (int i = 0; i < roots.size(); i++) {
      byte[] root = roots.get(i);
      process.memory().write(at, root, 0, root.length);
      process.memory().putInt(ARRAY + i * 8 + (lengthFirst ? 4 : 0), at);
      process.memory().putInt(ARRAY + i * 8 + (lengthFirst ? 0 : 4), root.length);
      at += root.length;
    }
    return outcome(
        imports.tlsConnect(
            process, TEXT, name.length, port, timeoutMillis, OUT, ARRAY, roots.size()));
  }

  Outcome write(long stream, byte[] bytes) {
    process.memory().write(BUFFER, bytes, 0, bytes.length);
    process.memory().putInt(ARRAY, BUFFER);
    process.memory().putInt(ARRAY + 4, bytes.length);
    return outcome(imports.tlsWriteVectored(process, stream, ARRAY, 1, OUT));
  }

  void writeAll(long stream, byte[] bytes) {
    for (int done = 0; done < bytes.length; ) {
      int part = Math.min(bytes.length - done, 60_000);
      done += (int) write(stream, java.util.Arrays.copyOfRange(bytes, done, done + part)).id();
    }
    assertEquals(0, imports.tlsFlush(process, stream, OUT));
  }

  Outcome read(long stream, int most) {
    return outcome(imports.tlsRead(process, stream, BUFFER, most, OUT));
  }

  byte[] readSome(long stream) {
    return process.memory().read(BUFFER, (int) read(stream, 60_000).id());
  }

  byte[] readExactly(long stream, int size) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (all.size() < size) {
      byte[] part = readSome(stream);
      assertEquals(true, part.length > 0, "ended after " + all.size());
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Sends back everything until the end, then closes; how many bytes that were. */
  long echo(long stream) {
    long total = 0;
    byte[] part = readSome(stream);
    while (part.length > 0) {
      total += part.length;
      writeAll(stream, part);
      part = readSome(stream);
    }
    imports.dropTlsStream(process, stream);
    return total;
  }

  void drop(long stream) {
    imports.dropTlsStream(process, stream);
  }

  void dropListener(long listener) {
    imports.dropTlsListener(process, listener);
  }

  void dropError(Outcome outcome) {
    new dev.selene.host.lunatic.ErrorImports().drop(process, outcome.result);
  }
}
