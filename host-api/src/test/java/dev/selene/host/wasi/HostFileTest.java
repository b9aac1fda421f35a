package dev.selene.host.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class HostFileTest {
  @TempDir Path folder;

  private HostFile open(String name) throws WasiFailure {
    byte[] path = folder.resolve(name).toString().getBytes(StandardCharsets.UTF_8);
    return HostFile.open(
        () -> Linux.open(Linux.AT_FDCWD, path, Linux.O_RDWR | Linux.O_CREAT, 0600));
  }

  @Test
  void closeWhileInUse_waitsForTheUser_soNoOtherFileIsWritten() throws Exception {
    HostFile first = open("first");
    try (HostFile second =
        first.use(
            number -> {
              first.close();
              // Had the number been given back, this file would get it.
              HostFile next = open("second");
              Linux.write(number, "first".getBytes(StandardCharsets.UTF_8), -1);
              return next;
            })) {
      assertEquals("first", Files.readString(folder.resolve("first")));
      assertEquals(0, Files.size(folder.resolve("second")));
      first.close();
      second.use(number -> Linux.write(number, new byte[] {'2'}, -1));
    }
    WasiFailure failure = assertThrows(WasiFailure.class, () -> first.use(number -> number));
    assertEquals(Errno.BADF, failure.errno());
  }

  @Test
  void failedOpening_isNotCounted() {
    long before = HostFile.openCount();
    assertThrows(WasiFailure.class, () -> open("no/such/folder"));
    assertEquals(before, HostFile.openCount());
  }
}
