package dev.selene.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ExitReason;
import dev.selene.host.ModuleRejected;
import dev.selene.host.ProcessConfig;
import dev.selene.host.StandardStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A guest in Rust loads servers in other languages at run time, spawns them and talks to them: the
 * one in WebAssembly text always, and those that {@code examples/build.sh} could build here.
 */
class OtherLanguagesTest {
  @Test
  void guestOfAFutureVersion_isRefusedWithOneLineThatNamesBoth() {
    try (Vm vm = Vm.builder().build()) {
      ModuleRejected refusal =
          assertThrows(
              ModuleRejected.class,
              () -> vm.load(Guests.file("target/wat/future_version.wasm")).close());
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains("needs version 7.3 of the selene imports"), message);
      assertTrue(message.contains("this is 1.1"), message);
      assertTrue(message.contains("selene::telepathy.send"), message);
      assertEquals(1, message.lines().count(), message);
    }
  }

  @Test
  void serversInOtherLanguages_answerAGuestInRust() throws Exception {
    Path program = Guests.program("extensions");
    Path examples = Guests.file("../examples").normalize();
    Process build =
        new ProcessBuilder("sh", examples.resolve("build.sh").toString())
            .redirectErrorStream(true)
            .start();
    String log = new String(build.getInputStream().readAllBytes());
    assertEquals(0, build.waitFor(), log);
    List<Path> servers = new ArrayList<>();
    servers.add(Guests.file("target/wat/counter.wasm"));
    try (Stream<Path> built = Files.list(Guests.file("target/examples"))) {
      servers.addAll(built.filter(file -> file.toString().endsWith(".wasm")).toList());
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StandardStreams streams =
        new StandardStreams(new ByteArrayInputStream(new byte[0]), output, output, false);
    ProcessConfig.Builder config =
        VmSetting.fullConfig("extensions").preopen("/", Guests.file("target").toString());
    for (Path server : servers) {
      config.argument("/" + Guests.file("target").relativize(server));
    }
    try (Vm vm = Vm.builder().streams(() -> streams).build()) {
      try (Module module = vm.load(program)) {
        ProcessHandle main = vm.spawn(module, SpawnOptions.of("_start").config(config.build()));
        assertEquals(ExitReason.NORMAL, VmCheck.end(main), output::toString);
      }
      VmCheck.assertNothingLeft(vm);
    }
    for (Path server : servers) {
      assertTrue(output.toString().contains(server.getFileName() + " counts"), output::toString);
    }
  }
}
