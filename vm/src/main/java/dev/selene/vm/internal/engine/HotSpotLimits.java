package dev.selene.vm.internal.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Whether this JVM ever compiles methods over 8,000 bytes of code. */
final class HotSpotLimits {
  static final boolean COMPILES_HUGE_METHODS = read();

  private HotSpotLimits() {}

  private static boolean read() {
    try {
      HotSpotDiagnosticMXBean bean =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return bean != null && bean.getVMOption("DontCompileHugeMethods").getValue().equals("false");
    } catch (RuntimeException | LinkageError e) {
      return false;
    }
  }
}
