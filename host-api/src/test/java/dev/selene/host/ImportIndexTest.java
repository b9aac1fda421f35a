package dev.selene.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selene.host.lunatic.LunaticImports;
import dev.selene.host.selene.SeleneImports;
import dev.selene.host.wasi.WasiImports;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImportIndexTest {
  static Stream<HostModule> modules() {
    return Stream.of(
            LunaticImports.all(), SeleneImports.all(), List.<HostModule>of(new WasiImports()))
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void index_namesWhatTheAnnotationsName(HostModule module) {
    assertNotNull(HostFunction.indexOf(module.getClass()), module.name());
    List<HostFunction> annotated = HostFunction.annotated(module);
    List<HostFunction> indexed = HostFunction.of(module);
    assertEquals(annotated.size(), indexed.size());
    assertEquals(Set.copyOf(annotated), Set.copyOf(indexed));
    assertFalse(indexed.isEmpty());
    indexed.forEach(function -> assertNotNull(function.method().getAnnotation(Import.class)));
  }

  /** Compiled without the processor, as those of embedders may be. */
  public static final class Plain implements HostModule {
    @Override
    public String name() {
      return "plain";
    }

    /** An import. */
    @Import("add")
    public long add(ProcessContext process, int first, long second) {
      return first + second;
    }
  }

  @Test
  void moduleWithoutIndex_isReadFromItsAnnotations() {
    assertNull(HostFunction.indexOf(Plain.class));
    List<HostFunction> functions = HostFunction.of(new Plain());
    assertEquals(1, functions.size());
    assertEquals("(IJ)J", functions.getFirst().descriptor());
    assertEquals("add", functions.getFirst().method().getName());
  }

  /** Its method takes no process. */
  public static final class Wrong implements HostModule {
    @Override
    public String name() {
      return "wrong";
    }

    /** No import. */
    @Import("add")
    public long add(int first) {
      return first;
    }
  }

  @Test
  void methodThatCannotBeAnImport_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> HostFunction.of(new Wrong()));
  }
}
