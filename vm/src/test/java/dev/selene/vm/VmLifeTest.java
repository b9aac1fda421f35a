package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.Message;
import dev.selene.host.ModuleRejected;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The embedding API: several machines, closing, killing, watching from Java. */
class VmLifeTest {
  private static final int KILLS = 1_000;

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource
  void close_endsAllProcessesAndLeavesNoThread(VmSetting setting) throws Exception {
    Guests.build();
    Set<Thread> before = threads();
    List<ProcessHandle> processes = new ArrayList<>();
    try (Vm first = setting.builder().build();
        Vm second = setting.builder().build();
        Module ofFirst = first.load(Guests.program("probe"));
        Module ofSecond = second.load(Guests.program("probe"))) {
      for (int i = 0; i < 20; i++) {
        processes.add(first.spawn(ofFirst, SpawnOptions.of("end_loop")));
        processes.add(second.spawn(ofSecond, SpawnOptions.of("end_wait")));
      }
    }
    for (ProcessHandle process : processes) {
      assertEquals(new ExitReason.Killed(0), VmCheck.end(process));
    }
    VmCheck.eventually(
        "no thread is left",
        () -> {
          Set<Thread> rest = threads();
          rest.removeAll(before);
          rest.removeIf(thread -> !thread.getName().startsWith("selene"));
          return rest.isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource
  void killedLoops_allDie_andEveryWatcherHearsItOnce(VmSetting setting) throws Exception {
    try (Vm vm = setting.builder().build();
        Module probe = vm.load(Guests.program("probe"));
        Mailbox watcher = vm.newMailbox(null)) {
      List<ProcessHandle> loops = new ArrayList<>();
      for (int i = 0; i < KILLS; i++) {
        ProcessHandle loop = vm.spawn(probe, SpawnOptions.of("end_loop"));
        loops.add(loop);
        assertTrue(watcher.monitor(loop.id()));
        watcher.link(loop.id(), loop.id());
      }
      loops.forEach(ProcessHandle::kill);
      int linkDeaths = 0;
      int ends = 0;
      for (int i = 0; i < 2 * KILLS; i++) {
        switch (watcher.receive(Duration.ofSeconds(60))) {
          case Message.LinkDied died -> {
            linkDeaths++;
            assertInstanceOf(ExitReason.Killed.class, died.reason());
          }
          case Message.ProcessDied ignored -> ends++;
          case null, default -> throw new AssertionError("after " + i + " messages");
        }
      }
      assertEquals(KILLS, linkDeaths);
      assertEquals(KILLS, ends);
      assertNull(watcher.receive(Duration.ofMillis(50)));
      for (ProcessHandle loop : loops) {
        assertEquals(new ExitReason.Killed(0), VmCheck.end(loop));
        assertFalse(loop.isAlive());
      }
      VmCheck.assertNothingLeft(vm);
    }
  }

  @Test
  void linkToNobody_isToldAtOnce() throws Exception {
    try (Vm vm = VmSetting.COMPILED.builder().build();
        Mailbox mailbox = vm.newMailbox(null)) {
      mailbox.link(5, 12345);
      assertEquals(
          new Message.LinkDied(5, 12345, ExitReason.NO_PROCESS),
          mailbox.receive(Duration.ofSeconds(30)));
      assertFalse(mailbox.monitor(12345));
      assertFalse(mailbox.send(12345, 0, new byte[1]));
    }
  }

  @Test
  void badFiles_areRefusedInOneLine() {
    try (Vm vm = VmSetting.COMPILED.builder().build()) {
      ModuleRejected missing =
          assertThrows(ModuleRejected.class, () -> vm.load(Path.of("no-such.wasm")));
      assertTrue(missing.getMessage().contains("no such file"));
      ModuleRejected text =
          assertThrows(ModuleRejected.class, () -> vm.load("text", "hello".getBytes()));
      assertEquals(1, text.getMessage().lines().count());
    }
  }
}
