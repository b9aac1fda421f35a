package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selene.host.ExitReason;
import dev.selene.host.StandardStreams;
import dev.selene.host.wasi.WasiImports;
import dev.selene.vm.Environment;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.Vm;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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

  /** An output whose reader has stopped, until {@link #go}. */
  private static final class Stalled extends OutputStream {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    final List<byte[]> written = new CopyOnWriteArrayList<>();

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes) {
      begun.countDown();
      // not to be interrupted, as a write to a full pipe is not
      boolean interrupted = false;
      while (go.getCount() > 0) {
        try {
          go.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      written.add(bytes);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void stalledOutputs_doNotHoldUpTheOutputOfOthers() throws Exception {
    List<Stalled> stalled = new ArrayList<>();
    List<ProcessHandle> writers = new ArrayList<>();
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    OutputStream slow = new BufferedOutputStream(heard);
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      for (int i = 0; i < SILENT; i++) {
        Stalled output = new Stalled();
        stalled.add(output);
        Environment environment =
            guests.vm().newEnvironment(() -> streams(InputStream.nullInputStream(), output));
        for (int j = 0; j < SILENT; j++) {
          writers.add(guests.spawn(environment, context -> call(context, 1)));
        }
      }
      for (Stalled output : stalled) {
        output.begun.await();
      }
      Environment open =
          guests.vm().newEnvironment(() -> streams(InputStream.nullInputStream(), slow));
      ProcessHandle other = guests.spawn(open, context -> assertEquals(0, call(context, 1)));
      assertEquals(ExitReason.NORMAL, other.exit().get(20, TimeUnit.SECONDS));
      assertEquals(4, heard.size());
      stalled.forEach(output -> output.go.countDown());
      for (ProcessHandle writer : writers) {
        assertEquals(ExitReason.NORMAL, writer.exit().get(20, TimeUnit.SECONDS));
      }
      for (Stalled output : stalled) {
        assertEquals(SILENT, output.written.size());
      }
    }
  }

  @Test
  void killedWriters_leaveTheQueue_andTheTurnGoesOn() throws Exception {
    Stalled output = new Stalled();
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      Environment environment =
          guests.vm().newEnvironment(() -> streams(InputStream.nullInputStream(), output));
      ProcessHandle writes = guests.spawn(environment, context -> call(context, 1));
      output.begun.await();
      CountDownLatch started = new CountDownLatch(SILENT);
      List<ProcessHandle> waiting = new ArrayList<>();
      for (int i = 0; i < SILENT; i++) {
        waiting.add(
            guests.spawn(
                environment,
                context -> {
                  started.countDown();
                  assertEquals(0, call(context, 1));
                }));
      }
      started.await();
      writes.kill();
      assertEquals(new ExitReason.Killed(0), writes.exit().get(20, TimeUnit.SECONDS));
      for (int i = 0; i < SILENT; i += 2) {
        waiting.get(i).kill();
        assertEquals(new ExitReason.Killed(0), waiting.get(i).exit().get(20, TimeUnit.SECONDS));
      }
      output.go.countDown();
      for (int i = 1; i < SILENT; i += 2) {
        assertEquals(ExitReason.NORMAL, waiting.get(i).exit().get(20, TimeUnit.SECONDS));
      }
      // the first one's write could not be taken back; those of the other killed ones never began
      assertEquals(1 + SILENT / 2, output.written.size());
    }
  }

  @Test
  void outputThatFails_tellsTheGuestWhy() throws Exception {
    Map<String, Integer> errnos =
        Map.of("Broken pipe", 64, "No space left on device", 51, "Input/output error", 29);
    try (ScriptedGuests guests = new ScriptedGuests(Vm.builder().workers(1))) {
      for (Map.Entry<String, Integer> errno : errnos.entrySet()) {
        OutputStream failing =
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException(errno.getKey());
              }
            };
        Environment environment =
            guests.vm().newEnvironment(() -> streams(InputStream.nullInputStream(), failing));
        ProcessHandle writer =
            guests.spawn(environment, context -> assertEquals(errno.getValue(), call(context, 1)));
        assertEquals(ExitReason.NORMAL, writer.exit().get(20, TimeUnit.SECONDS));
      }
    }
  }
}
