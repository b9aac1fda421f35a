package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selene.host.ExitReason;
import dev.selene.host.StandardStreams;
import dev.selene.host.wasi.WasiImports;
import dev.selene.vm.Environment;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streams that never answer hold up nobody but who uses them. */
class StreamsTest {
  private static final int SILENT = 12;

  private static StandardStreams streams(InputStream input, OutputStream output) {
    return new StandardStreams(input, output, output, false);
  }

  /** Reads or writes 4 bytes at address 64 of the scripted guest's memory. */
  private static int call(GuestContext context, int fd) {
    context.memory().putInt(0, 64);
    context.memory().putInt(4, 4);
    WasiImports wasi = new WasiImports();
    return fd == 0 ? wasi.fdRead(context, fd, 0, 1, 16) : wasi.fdWrite(context, fd, 0, 1, 16);
  }

  @Test
  void silentInputOfOneEnvironment_doesNotHoldUpAnother() throws Exception {
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1));
        PipedOutputStream never = new PipedOutputStream();
        PipedInputStream silent = new PipedInputStream(never);
        PipedOutputStream source = new PipedOutputStream();
        PipedInputStream talking = new PipedInputStream(source)) {
      Environment first =
          guests.vm().newEnvironment(() -> streams(silent, OutputStream.nullOutputStream()));
      Environment second =
          guests.vm().newEnvironment(() -> streams(talking, OutputStream.nullOutputStream()));
      CountDownLatch begun = new CountDownLatch(1);
      ProcessHandle waits =
          guests.spawn(
              first,
              context -> {
                begun.countDown();
                call(context, 0);
              });
      begun.await();
      ProcessHandle reads =
          guests.spawn(
              second,
              context -> {
                assertEquals(0, call(context, 0));
                assertEquals(4, context.memory().getInt(16));
              });
      TimeUnit.MILLISECONDS.sleep(50);
      source.write(new byte[] {1, 2, 3, 4});
      source.flush();
      assertEquals(ExitReason.NORMAL, reads.exit().get(20, TimeUnit.SECONDS));
      waits.kill();
      assertEquals(new ExitReason.Killed(0), waits.exit().get(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void stalledOutput_doesNotHoldUpFiles() throws Exception {
    CountDownLatch stalled = new CountDownLatch(1);
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int b) {
            try {
              stalled.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      Environment first =
          guests.vm().newEnvironment(() -> streams(InputStream.nullInputStream(), stuck));
      List<ProcessHandle> writers = new ArrayList<>();
      CountDownLatch begun = new CountDownLatch(SILENT);
      for (int i = 0; i < SILENT; i++) {
        writers.add(
            guests.spawn(
                first,
                context -> {
                  begun.countDown();
                  call(context, 1);
                }));
      }
      begun.await();
      ProcessHandle other =
          guests.spawn(
              context ->
                  assertEquals(
                      7,
                      context.runBlocking(dev.selene.host.BlockingPool.FILES, () -> 7, x -> {})));
      assertEquals(ExitReason.NORMAL, other.exit().get(20, TimeUnit.SECONDS));
      for (ProcessHandle writer : writers) {
        writer.kill();
        assertEquals(new ExitReason.Killed(0), writer.exit().get(20, TimeUnit.SECONDS));
      }
      stalled.countDown();
    }
  }
}
