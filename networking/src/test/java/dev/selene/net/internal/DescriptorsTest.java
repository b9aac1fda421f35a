package dev.selene.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Reading the system's limits. */
class DescriptorsTest {
  private static String limits(String soft) {
    return "Limit                     Soft Limit           Hard Limit           Units     \n"
        + "Max processes             94                   94                   processes \n"
        + "Max open files            "
        + soft
        + "                 524288               files     \n";
  }

  @Test
  void someDescriptorsStayFree() {
    assertEquals(20_000 - 256, Descriptors.fromLimits(limits("20000")));
    assertEquals(896, Descriptors.fromLimits(limits("1024")));
    assertEquals(1, Descriptors.fromLimits(limits("1")));
  }

  @Test
  void noLimit_isALargeNumber() {
    assertEquals(Integer.MAX_VALUE, Descriptors.fromLimits(limits("unlimited")));
    assertEquals(Integer.MAX_VALUE, Descriptors.fromLimits(""));
  }
}
