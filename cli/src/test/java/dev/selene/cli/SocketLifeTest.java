package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.DataMessage;
import dev.selene.host.HandleKind;
import dev.selene.host.HostFunction;
import dev.selene.host.HostModule;
import dev.selene.host.Import;
import dev.selene.host.NetworkAccess;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;
import dev.selene.net.Networking;
import dev.selene.scheduler.SchedulerMode;
import dev.selene.vm.Mailbox;
import dev.selene.vm.Module;
import dev.selene.vm.ProcessHandle;
import dev.selene.vm.SpawnOptions;
import dev.selene.vm.Vm;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sockets in a real virtual machine: processes that are killed in the middle of a call, sockets
 * that travel, ledgers that come back to zero. The guests' part is written here, in Java: the guest
 * calls one import, and that calls the socket imports on its behalf.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public class SocketLifeTest {
  private static final int OUT = 64;
  private static final int PEER = 72;
  private static final int ADDRESS = 128;
  private static final int RANGES = 256;
  private static final int DATA = 1024;
  private static final int DATA_BYTES = 32_768;

  /** What a process calls for its whole life. */
  public static final class Driver implements HostModule {
    private final Map<String, HostFunction> functions = new HashMap<>();
    private final List<Consumer<Script>> scripts = new ArrayList<>();

    Driver(Networking networking) {
      List<HostModule> modules = new ArrayList<>(networking.hostModules());
      for (HostModule module : modules) {
        for (HostFunction function : HostFunction.of(module)) {
          functions.put(function.name(), function);
        }
      }
    }

    @Override
    public String name() {
      return "test";
    }

    /** Runs one of the scripts. */
    @Import("run")
    public void run(ProcessContext process, int script) {
      scripts.get(script).accept(new Script(process, functions));
    }
  }

  /** A process's calls. */
  record Script(ProcessContext process, Map<String, HostFunction> functions) {
    long call(String name, Object... arguments) {
      List<Object> all = new ArrayList<>();
      all.add(process);
      all.addAll(List.of(arguments));
      try {
        Object result = functions.get(name).handle().invokeWithArguments(all);
        return result == null ? 0 : ((Number) result).longValue();
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    long result(String name, Object... arguments) {
      long code = call(name, arguments);
      long value = process.memory().getLong(OUT);
      assertEquals(0, code, () -> process.handles(HandleKind.ERROR).get(value));
      return value;
    }

    void putLocal() {
      process.memory().write(ADDRESS, new byte[] {127, 0, 0, 1}, 0, 4);
    }

    long connect(int port) {
      putLocal();
      return result("tcp_connect", 4, ADDRESS, port, 0, 0, -1L, OUT);
    }

    long bind() {
      putLocal();
      return result("tcp_bind", 4, ADDRESS, 0, 0, 0, OUT);
    }

    int port(long listener) {
      long iterator = result("tcp_local_addr", listener, OUT);
      call("resolve_next", iterator, 200, 208, 224, 228, 232);
      return Short.toUnsignedInt((short) process.memory().getInt(224));
    }

    long read(long stream) {
      return result("tcp_read", stream, DATA, DATA_BYTES, OUT);
    }

    void echo(long stream) {
      for (long count = read(stream); count > 0; count = read(stream)) {
        process.memory().putInt(RANGES, DATA);
        process.memory().putInt(RANGES + 4, (int) count);
        result("tcp_write_vectored", stream, RANGES, 1, OUT);
      }
    }
  }

  /** A machine, its driver, and what scripts tell the test. */
  private static final class Fixture implements AutoCloseable {
    final Networking networking = new Networking();
    final Driver driver = new Driver(networking);
    final BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
    final Vm vm;
    final Module module;

    Fixture(SchedulerMode mode, int scripts) {
      GuestBuilder guest = new GuestBuilder().importing("test", "run");
      for (int i = 0; i < scripts; i++) {
        guest.function("script" + i, GuestBuilder.call(2, i));
      }
      byte[] binary = guest.build();
      vm =
          Vm.builder()
              .scheduler(mode)
              .workers(2)
              .hostModules(networking.hostModules())
              .hostModule(driver)
              .poller(networking)
              .build();
      module = vm.load("driver", binary);
    }

    ProcessHandle spawn(Consumer<Script> script) {
      driver.scripts.add(script);
      ProcessConfig config =
          ProcessConfig.builder().allPermissions(true).network(NetworkAccess.ALL).build();
      return vm.spawn(
          module, SpawnOptions.of("script" + (driver.scripts.size() - 1)).config(config));
    }

    int told() throws InterruptedException {
      Integer number = told.poll(60, TimeUnit.SECONDS);
      assertNotNull(number, "nothing was told");
      return number;
    }

    void assertNothingIsLeft() {
      assertEquals(0, networking.openSockets());
      assertEquals(List.of(), vm.processes());
    }

    @Override
    public void close() {
      module.close();
      vm.close();
    }
  }

  private static Socket client(int port) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    return socket;
  }

  @ParameterizedTest
  @EnumSource(SchedulerMode.class)
  void kill_inTheMiddleOfAccept_freesThePort(SchedulerMode mode) throws Exception {
    try (Fixture fixture = new Fixture(mode, 1)) {
      ProcessHandle process =
          fixture.spawn(
              script -> {
                long listener = script.bind();
                fixture.told.add(script.port(listener));
                script.call("tcp_accept", listener, OUT, PEER);
              });
      int port = fixture.told();
      process.kill();
      process.join();
      try (ServerSocket same = new ServerSocket()) {
        same.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      }
      fixture.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource(SchedulerMode.class)
  void kill_inTheMiddleOfReadOrWrite_closesTheConnection(SchedulerMode mode) throws Exception {
    try (Fixture fixture = new Fixture(mode, 100);
        ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 50; i++) {
        boolean writes = i % 2 == 1;
        ProcessHandle process =
            fixture.spawn(
                script -> {
                  long stream = script.connect(server.getLocalPort());
                  fixture.told.add(0);
                  while (!writes) {
                    script.read(stream);
                  }
                  script.process().memory().putInt(RANGES, DATA);
                  script.process().memory().putInt(RANGES + 4, DATA_BYTES);
                  while (true) {
                    script.result("tcp_write_vectored", stream, RANGES, 1, OUT);
                  }
                });
        try (Socket peer = server.accept()) {
          peer.setSoTimeout(60_000);
          fixture.told();
          if (writes) {
            peer.getInputStream().readNBytes(100_000);
          } else {
            peer.getOutputStream().write(new byte[10]);
          }
          process.kill();
          process.join();
          peer.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (java.net.SocketException reset) {
          // The process was killed with bytes unread.
          assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
        }
      }
      fixture.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource(SchedulerMode.class)
  void kill_whileOthersWaitTheirTurn_passesItOn(SchedulerMode mode) throws Exception {
    try (Fixture fixture = new Fixture(mode, 2);
        ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Mailbox mailbox = fixture.vm.newMailbox(null)) {
      ProcessHandle second =
          fixture.spawn(
              script -> {
                script.process().receive(null, -1);
                DataMessage message = (DataMessage) script.process().scratch();
                long stream =
                    script.process().handles(HandleKind.TCP_STREAM).add(message.resource(0));
                message.detach(0);
                fixture.told.add(1);
                fixture.told.add((int) script.read(stream));
              });
      ProcessHandle first =
          fixture.spawn(
              script -> {
                long stream = script.connect(server.getLocalPort());
                long clone = script.call("clone_tcp_stream", stream);
                DataMessage message = new DataMessage(0);
                message.attach(script.process().handles(HandleKind.TCP_STREAM).remove(clone));
                script.process().charge(message.footprint());
                script.process().send(second.id(), message);
                fixture.told.add(1);
                script.read(stream);
              });
      try (Socket peer = server.accept()) {
        assertEquals(1, fixture.told());
        assertEquals(1, fixture.told());
        first.kill();
        first.join();
        peer.getOutputStream().write(new byte[7]);
        assertEquals(7, fixture.told());
        second.join();
      }
      fixture.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource(SchedulerMode.class)
  void messages_thatNobodyTakes_closeTheirSockets(SchedulerMode mode) throws Exception {
    try (Fixture fixture = new Fixture(mode, 1);
        ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      ProcessHandle process =
          fixture.spawn(
              script -> {
                long stream = script.connect(server.getLocalPort());
                DataMessage message = new DataMessage(0);
                message.attach(script.process().handles(HandleKind.TCP_STREAM).remove(stream));
                script.process().charge(message.footprint());
                script.process().send(12_345, message);
              });
      try (Socket peer = server.accept()) {
        peer.setSoTimeout(60_000);
        assertEquals(-1, peer.getInputStream().read());
      }
      process.join();
      fixture.assertNothingIsLeft();
    }
  }

  /** Not on the JDK's scheduler, which lets busy threads keep those waiting that others wake. */
  @ParameterizedTest
  @EnumSource(names = {"AUTO", "WORK_STEALING"})
  void sockets_areServedWhileOtherProcessesComputeForEver(SchedulerMode mode) throws Exception {
    try (Fixture fixture = new Fixture(mode, 60);
        ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      List<ProcessHandle> busy = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        busy.add(
            fixture.spawn(
                script -> {
                  while (true) {
                    script.process().yieldNow();
                  }
                }));
      }
      List<ProcessHandle> echoes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        echoes.add(fixture.spawn(script -> script.echo(script.connect(server.getLocalPort()))));
        try (Socket peer = server.accept()) {
          peer.setSoTimeout(60_000);
          for (int j = 0; j < 20; j++) {
            peer.getOutputStream().write(j);
            assertEquals(j, peer.getInputStream().read());
          }
        }
      }
      for (ProcessHandle echo : echoes) {
        echo.join();
      }
      for (ProcessHandle process : busy) {
        process.kill();
        process.join();
      }
      fixture.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource(SchedulerMode.class)
  void descriptors_areGivenBackByAnIdleMachine(SchedulerMode mode) throws Exception {
    try (Fixture fixture = new Fixture(mode, 1)) {
      ProcessHandle process =
          fixture.spawn(
              script -> {
                long listener = script.bind();
                fixture.told.add(script.port(listener));
                while (true) {
                  long stream = script.result("tcp_accept", listener, OUT, PEER);
                  script.call("drop_dns_iterator", script.process().memory().getLong(PEER));
                  script.echo(stream);
                  script.call("drop_tcp_stream", stream);
                }
              });
      int port = fixture.told();
      for (int i = 0; i < 200; i++) {
        try (Socket peer = client(port)) {
          peer.getOutputStream().write(1);
          assertEquals(1, peer.getInputStream().read());
          peer.shutdownOutput();
          // The last one, too: nothing but a closed descriptor ends this wait.
          assertEquals(-1, peer.getInputStream().read());
        }
      }
      long before = openDescriptors();
      for (int i = 0; i < 200; i++) {
        try (Socket peer = client(port)) {
          peer.getOutputStream().write(1);
          assertEquals(1, peer.getInputStream().read());
        }
      }
      process.kill();
      process.join();
      fixture.assertNothingIsLeft();
      long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (openDescriptors() > before + 5 && System.nanoTime() < limit) {
        Thread.onSpinWait();
      }
      assertTrue(openDescriptors() <= before + 5, () -> "open: " + openDescriptors());
    }
  }

  private static long openDescriptors() {
    return ((com.sun.management.UnixOperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }
}
