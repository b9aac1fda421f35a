package dev.selene.host.wasi;

import dev.selene.host.ExitReason;
import dev.selene.host.GuestMemory;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.host.ProcessExit;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.List;

/** Arguments, environment, random numbers, exit. Runs on the process's thread. */
final class ProcessCalls {
  private static final int RANDOM_CHUNK = 16 * 1024;

  /** What a text costs at least, in bytes: an empty one is work, too. */
  private static final int LEAST_CHARGE = 64;

  private ProcessCalls() {}

  static List<String> arguments(ProcessContext process) {
    return process.config().arguments();
  }

  /** The variables as {@code name=value}, made one at a time. */
  static List<String> environment(ProcessContext process) {
    List<ProcessConfig.Variable> variables = process.config().environment();
    return new AbstractList<>() {
      @Override
      public String get(int index) {
        ProcessConfig.Variable variable = variables.get(index);
        return variable.name() + "=" + variable.value();
      }

      @Override
      public int size() {
        return variables.size();
      }
    };
  }

  private static byte[] encode(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  static void storeSizes(ProcessContext process, List<String> texts, int count, int size)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    memory.check(count, 4);
    memory.check(size, 4);
    memory.putInt(count, texts.size());
    memory.putInt(size, totalSize(process, texts));
  }

  /** Reads every text once, and each is paid for before the next: a guest may have set many. */
  private static int totalSize(ProcessContext process, List<String> texts) throws WasiFailure {
    long total = 0;
    for (String text : texts) {
      int length = encode(text).length;
      process.chargeBytes(Math.max(length, LEAST_CHARGE));
      total += length;
    }
    if (total > Integer.MAX_VALUE / 2) {
      throw new WasiFailure(1); // argument list too long
    }
    return (int) total;
  }

  static void store(ProcessContext process, List<String> texts, int pointers, int bytes)
      throws WasiFailure {
    GuestMemory memory = process.memory();
    int total = totalSize(process, texts);
    memory.check(pointers, texts.size() * 4);
    memory.check(bytes, total);
    int at = bytes;
    for (int i = 0; i < texts.size(); i++) {
      byte[] text = encode(texts.get(i));
      memory.write(at, text, 0, text.length);
      memory.putInt(pointers + i * 4, at);
      at += text.length;
      process.chargeBytes(Math.max(text.length, LEAST_CHARGE));
    }
  }

  /** In chunks, each paid for before the next: a guest may ask for 4 GiB. */
  static void random(ProcessContext process, int address, int length) {
    GuestMemory memory = process.memory();
    memory.check(address, length);
    long left = Integer.toUnsignedLong(length);
    byte[] chunk = new byte[(int) Math.min(left, RANDOM_CHUNK)];
    int at = address;
    while (left > 0) {
      int part = (int) Math.min(left, chunk.length);
      byte[] bytes = part == chunk.length ? chunk : new byte[part];
      RandomBytes.fill(bytes);
      memory.write(at, bytes, 0, part);
      process.chargeBytes(part);
      at += part;
      left -= part;
      if (left > 0) {
        process.yieldNow();
      }
    }
  }

  static ProcessExit exit(int code) {
    return new ProcessExit(code == 0 ? ExitReason.NORMAL : new ExitReason.Exited(code), true);
  }
}
