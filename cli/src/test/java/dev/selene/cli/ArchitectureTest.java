package dev.selene.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the rooms: cli to vm, vm to host-api and scheduler, and none back. */
class ArchitectureTest {
  private static final String SCHEDULER = "dev.selene.scheduler..";
  private static final String HOST = "dev.selene.host..";
  private static final String VM = "dev.selene.vm..";
  private static final String VM_INTERNAL = "dev.selene.vm.internal..";
  private static final String ENGINE = "dev.selene.vm.internal.engine..";
  private static final String CLI = "dev.selene.cli..";
  private static final String NET = "dev.selene.net..";
  private static final String SQLITE = "dev.selene.sqlite..";

  private static final JavaClasses SELENE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.selene");

  static Stream<ArchRule> rules() {
    return Stream.of(
        none(SCHEDULER, HOST, VM, NET, SQLITE, CLI, "run.endive.."),
        none(HOST, SCHEDULER, VM, NET, SQLITE, CLI, "run.endive.."),
        none(NET, VM, SQLITE, CLI, "run.endive.."),
        none(VM, NET, SQLITE, CLI, "picocli.."),
        none(SQLITE, SCHEDULER, VM, NET, CLI, "run.endive.."),
        none(CLI, VM_INTERNAL, "dev.selene.net.internal..", "run.endive..", "org.objectweb.asm.."),
        noClasses()
            .that()
            .resideOutsideOfPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("run.endive..", "org.objectweb.asm.."));
  }

  private static ArchRule none(String from, String... to) {
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void arrow_isKept(ArchRule rule) {
    rule.check(SELENE);
  }

  @Test
  void everyRoom_isLookedAt() {
    for (String room : new String[] {"scheduler", "host", "vm", "net", "sqlite", "cli"}) {
      Assertions.assertTrue(
          SELENE.stream().anyMatch(type -> type.getPackageName().startsWith("dev.selene." + room)),
          room);
    }
  }
}
