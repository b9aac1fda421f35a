package dev.selene.vm.internal.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Whether this JVM ever compiles methods over 8,000 bytes of code. The launcher, which says that it
 * does, tells so in a property: to ask the JVM loads some sixty classes.
 *
 * <p>Thread-safety: any thread.
 */
final class HotSpotLimits {
  private static final String PROPERTY = "selene.compilesHugeMethods";

  private HotSpotLimits() {}

  /** Whether there are such methods, and they stay interpreted. */
  static boolean onlyInterprets(List<Integer> huge) {
    return !huge.isEmpty() && !Boolean.getBoolean(PROPERTY) && !ask();
  }

  private static boolean ask() {
    try {
      HotSpotDiagnosticMXBean bean =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return bean != null && bean.getVMOption("DontCompileHugeMethods").getValue().equals("false");
    } catch (RuntimeException | LinkageError e) {
      return false;
    }
  }
}
