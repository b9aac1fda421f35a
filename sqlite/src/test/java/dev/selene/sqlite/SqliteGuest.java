package dev.selene.sqlite;

import dev.selene.host.HandleKind;
import dev.selene.host.ProcessConfig;
import dev.selene.host.testing.TestProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A guest that uses databases: puts arguments into its memory and reads results out of it. */
final class SqliteGuest implements AutoCloseable {
  private static final int ARGUMENT = 1024;
  private static final int LENGTH_OUT = 512;

  final TestProcess process = new TestProcess(64);
  final SqliteImports sqlite;

  /** A guest whose folder {@code "."} is this one. */
  SqliteGuest(Path folder) {
    this(folder, Duration.ofSeconds(5));
  }

  SqliteGuest(Path folder, Duration busyTimeout) {
    sqlite = new SqliteImports(busyTimeout);
    process.ledgerLimit = 1L << 30;
    process.nextAllocation = 32 * 65_536;
    process.configure(
        ProcessConfig.builder().allPermissions(true).preopen(".", folder.toString()).build());
  }

  /** A list of values in the making. */
  static final class Values {
    private final ByteBuffer bytes =
        ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN).putLong(0);
    private long count;

    private Values key(Object key) {
      bytes.putLong(0, ++count);
      switch (key) {
        case Integer number -> bytes.putInt(1).putLong(number);
        case String name -> put(bytes.putInt(2), name);
        default -> bytes.putInt(0);
      }
      return this;
    }

    private static void put(ByteBuffer to, String text) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      to.putLong(encoded.length).put(encoded);
    }

    /** Adds a value; the key is a number, a name, or anything else for none. */
    Values add(Object key, Object value) {
      key(key);
      switch (value) {
        case byte[] blob -> bytes.putInt(1).putLong(blob.length).put(blob);
        case String text -> put(bytes.putInt(2), text);
        case Double real -> bytes.putInt(3).putDouble(real);
        case Integer integer -> bytes.putInt(4).putInt(integer);
        case Long integer -> bytes.putInt(5).putLong(integer);
        default -> bytes.putInt(0);
      }
      return this;
    }

    byte[] encoded() {
      byte[] copy = new byte[bytes.position()];
      bytes.get(0, copy);
      return copy;
    }
  }

  static Values values() {
    return new Values();
  }

  long open(String path) {
    int length = process.memory.putText(ARGUMENT, path);
    return sqlite.open(process, ARGUMENT, length, 0) == 0 ? process.memory.getLong(0) : -1;
  }

  /** Why opening failed. */
  String openError(String path) {
    long id = open(path);
    if (id != -1) {
      throw new AssertionError("opened as " + id);
    }
    return process.handles(HandleKind.ERROR).remove(process.memory.getLong(0));
  }

  int execute(long connection, String sql) {
    return sqlite.execute(process, connection, ARGUMENT, process.memory.putText(ARGUMENT, sql));
  }

  /** Executes what must succeed. */
  void run(long connection, String sql) {
    int code = execute(connection, sql);
    if (code != 0) {
      throw new AssertionError(sql + ": " + code + " " + lastError(connection));
    }
  }

  long prepare(long connection, String sql) {
    return sqlite.queryPrepare(
        process, connection, ARGUMENT, process.memory.putText(ARGUMENT, sql));
  }

  void bind(long statement, byte[] list) {
    process.memory.write(ARGUMENT, list, 0, list.length);
    sqlite.bindValue(process, statement, ARGUMENT, list.length);
  }

  boolean step(long statement) {
    return sqlite.sqlite3Step(process, statement) == 100;
  }

  private byte[] result(int address) {
    return process.memory.read(address, process.memory.getInt(LENGTH_OUT));
  }

  private ByteBuffer reader(int address) {
    return ByteBuffer.wrap(result(address)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The current row. */
  List<Object> row(long statement) {
    ByteBuffer in = reader(sqlite.readRow(process, statement, LENGTH_OUT));
    List<Object> row = new ArrayList<>();
    long count = in.getLong();
    for (long i = 0; i < count; i++) {
      row.add(value(in));
    }
    if (in.hasRemaining()) {
      throw new AssertionError("bytes after the row: " + in.remaining());
    }
    return row;
  }

  Object column(long statement, int index) {
    return value(reader(sqlite.readColumn(process, statement, index, LENGTH_OUT)));
  }

  private static Object value(ByteBuffer in) {
    return switch (in.getInt()) {
      case 0 -> "NULL";
      case 1 -> bytes(in);
      case 2 -> new String(bytes(in), StandardCharsets.UTF_8);
      case 3 -> in.getDouble();
      case 4 -> in.getLong();
      default -> throw new AssertionError("unknown kind of value");
    };
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[Math.toIntExact(in.getLong())];
    in.get(bytes);
    return bytes;
  }

  String columnName(long statement, int index) {
    return new String(
        result(sqlite.columnName(process, statement, index, LENGTH_OUT)), StandardCharsets.UTF_8);
  }

  List<String> columnNames(long statement) {
    ByteBuffer in = reader(sqlite.columnNames(process, statement, LENGTH_OUT));
    List<String> names = new ArrayList<>();
    long count = in.getLong();
    for (long i = 0; i < count; i++) {
      names.add(new String(bytes(in), StandardCharsets.UTF_8));
    }
    return names;
  }

  /** The last error as code and text. */
  String lastError(long connection) {
    ByteBuffer in = reader(sqlite.lastError(process, connection, LENGTH_OUT));
    if (in.get() != 1) {
      throw new AssertionError("no code");
    }
    int code = in.getInt();
    if (in.get() != 1) {
      throw new AssertionError("no text");
    }
    return code + " " + new String(bytes(in), StandardCharsets.UTF_8);
  }

  /** All rows of a query. */
  List<List<Object>> query(long connection, String sql) {
    long statement = prepare(connection, sql);
    List<List<Object>> rows = new ArrayList<>();
    while (step(statement)) {
      rows.add(row(statement));
    }
    sqlite.sqlite3Finalize(process, statement);
    return rows;
  }

  @Override
  public void close() {
    process.end();
  }
}
