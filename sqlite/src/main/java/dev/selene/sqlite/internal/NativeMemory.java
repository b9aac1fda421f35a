package dev.selene.sqlite.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the C library has given out in the whole JVM. SQLite was built without counting
 * what it takes, and this is the only other count there is. glibc tells it; elsewhere the resident
 * set stands for it, which has the heap in it, too.
 *
 * <p>Thread-safety: stateless. Source: mallinfo2(3), proc_pid_statm(5).
 */
final class NativeMemory {
  /** {@code struct mallinfo2}: ten numbers, of which these are given-out bytes. */
  private static final int MAPPED = 4;

  private static final int IN_ARENAS = 7;
  private static final MemoryLayout COUNTS = MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG);
  private static final Path RESIDENT = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4_096;
  private static final @Nullable MethodHandle MALLINFO = mallinfo();

  private NativeMemory() {}

  private static @Nullable MethodHandle mallinfo() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> found = linker.defaultLookup().find("mallinfo2");
    return found
        .map(
            address ->
                linker.downcallHandle(
                    address, FunctionDescriptor.of(MemoryLayout.structLayout(COUNTS))))
        .orElse(null);
  }

  /**
   * Memory in use.
   *
   * @return bytes
   */
  static long inUse() {
    MethodHandle handle = MALLINFO;
    if (handle == null) {
      return resident();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment counts = (MemorySegment) handle.invokeExact((SegmentAllocator) arena);
      return counts.getAtIndex(ValueLayout.JAVA_LONG, MAPPED)
          + counts.getAtIndex(ValueLayout.JAVA_LONG, IN_ARENAS);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static long resident() {
    try {
      return Long.parseLong(Files.readString(RESIDENT).split(" ")[1]) * PAGE_BYTES;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
