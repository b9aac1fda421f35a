package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.NetworkAccess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.StandardStreams;
import dev.selene.net.Networking;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Connects, resets, half-closes, kills and slow readers against one server, for {@code
 * selene.soak.seconds} (60): after each round, when all clients are gone, everything must be as it
 * was after the first ones. Runs in the profile {@code soak} alone.
 */
@Tag("soak")
class NetworkSoakTest {
  private static final int CLIENTS = 8;
  private static final int WARM_UP_ROUNDS = 3;
  private static final long ROUND_SECONDS = 5;
  private static final long LIVENESS_SECONDS = 120;

  /** What may differ between two rounds without being a leak. */
  private static final long HEAP_SLACK = 8 << 20;

  private static final int THREAD_SLACK = 4;
  private static final int FILE_SLACK = 4;

  /** What the server holds when nobody is connected. */
  private record State(
      long processes, long charged, int sockets, long files, int threads, long heap) {}

  /** Finds the address in what the guest prints, and keeps nothing else. */
  private static final class Announcement extends OutputStream {
    private static final String BEFORE = "listening on 127.0.0.1:";
    final CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int value) {
      if (address.isDone()) {
        return;
      }
      first.write(value);
      String text = first.toString(StandardCharsets.US_ASCII);
      if (value == '\n' && text.startsWith(BEFORE)) {
        int port = Integer.parseInt(text.substring(BEFORE.length()).trim());
        address.complete(new InetSocketAddress("127.0.0.1", port));
      }
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIVENESS_SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static State quietState(Vm vm, Networking networking) throws IOException {
    await("processes stay", () -> vm.information().liveProcesses() == 1);
    await("sockets stay", () -> networking.openSockets() == 1);
    System.gc();
    System.gc();
    long files = -1;
    Path descriptors = Path.of("/proc/self/fd");
    if (Files.isDirectory(descriptors)) {
      try (var list = Files.list(descriptors)) {
        files = list.count();
      }
    }
    return new State(
        vm.information().liveProcesses(),
        vm.information().chargedBytes(),
        networking.openSockets(),
        files,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  private static long round(InetSocketAddress server, long number) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ROUND_SECONDS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        SoakClient client = new SoakClient(server, number * CLIENTS + i);
        clients.add(threads.submit(() -> client.run(end)));
      }
      long done = 0;
      for (Future<Long> client : clients) {
        done += client.get();
      }
      return done;
    }
  }

  @Test
  void hardDays_leaveNothingBehind() throws Exception {
    Duration length = Duration.ofSeconds(Long.getLong("selene.soak.seconds", 60));
    Announcement output = new Announcement();
    StandardStreams streams =
        new StandardStreams(InputStream.nullInputStream(), output, output, false);
    Networking networking = new Networking();
    ProcessConfig config =
        ProcessConfig.builder()
            .allPermissions(true)
            .network(NetworkAccess.ALL)
            .argument("switchboard")
            .build();
    List<State> states = new ArrayList<>();
    long done = 0;
    try (Vm vm =
            Vm.builder()
                .hostModules(networking.hostModules())
                .poller(networking)
                .streams(() -> streams)
                .build();
        Module module = vm.load(TestGuests.program("switchboard"))) {
      ProcessHandle main = vm.spawn(module, SpawnOptions.of("_start").config(config));
      InetSocketAddress server = output.address.get(LIVENESS_SECONDS, TimeUnit.SECONDS);
      long end = System.nanoTime() + length.toNanos();
      while (states.size() <= WARM_UP_ROUNDS || System.nanoTime() < end) {
        done += round(server, states.size());
        assertTrue(main.isAlive(), "the server ended");
        states.add(quietState(vm, networking));
      }
      main.kill();
      main.join();
      await("sockets outlive their process", () -> networking.openSockets() == 0);
      // A process is counted until a moment after those who wait for its end are told.
      await("processes stay", () -> vm.information().liveProcesses() == 0);
    }
    System.out.println("soak: " + done + " connections; " + states.getLast());
    assertTrue(done > 0);
    compare(states);
  }

  private static void compare(List<State> states) {
    State before = states.get(WARM_UP_ROUNDS - 1);
    State after = states.getLast();
    String all = states.toString();
    assertEquals(before.processes(), after.processes(), all);
    assertEquals(before.sockets(), after.sockets(), all);
    assertEquals(before.charged(), after.charged(), all);
    assertTrue(after.files() <= before.files() + FILE_SLACK, all);
    assertTrue(after.threads() <= before.threads() + THREAD_SLACK, all);
    assertTrue(after.heap() <= before.heap() + HEAP_SLACK, all);
  }
}
