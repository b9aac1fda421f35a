package dev.selene.net.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * The time to live of unicast datagrams, {@code IP_TTL}, which the JDK's public classes do not
 * offer. It is set by the JDK's own internal means, which must be open to us.
 *
 * <p>Thread-safety: stateless.
 */
final class TimeToLive {
  private static final int IP_LEVEL = 0;
  private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");
  private static final int IP_TTL = LINUX ? 2 : 4;

  private record Access(MethodHandle descriptor, MethodHandle set, MethodHandle get) {}

  private static final @Nullable Access ACCESS = access();

  private TimeToLive() {}

  private static @Nullable Access access() {
    try {
      Class<?> net = Class.forName("sun.nio.ch.Net");
      Class<?> channel = Class.forName("sun.nio.ch.SelChImpl");
      Method set =
          net.getDeclaredMethod(
              "setIntOption0",
              FileDescriptor.class,
              boolean.class,
              int.class,
              int.class,
              int.class,
              boolean.class);
      Method get =
          net.getDeclaredMethod(
              "getIntOption0", FileDescriptor.class, boolean.class, int.class, int.class);
      Method descriptor = channel.getDeclaredMethod("getFD");
      set.setAccessible(true);
      get.setAccessible(true);
      descriptor.setAccessible(true);
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      return new Access(lookup.unreflect(descriptor), lookup.unreflect(set), lookup.unreflect(get));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  private static Access required() throws IOException {
    if (ACCESS == null) {
      throw new IOException(
          "this JVM hides it: start it with --add-opens java.base/sun.nio.ch=ALL-UNNAMED");
    }
    return ACCESS;
  }

  static void set(DatagramChannel channel, int hops) throws IOException {
    Access access = required();
    try {
      Object descriptor = access.descriptor().invoke(channel);
      access.set().invoke(descriptor, false, IP_LEVEL, IP_TTL, hops, false);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }

  static int get(DatagramChannel channel) throws IOException {
    Access access = required();
    try {
      Object descriptor = access.descriptor().invoke(channel);
      return (int) access.get().invoke(descriptor, false, IP_LEVEL, IP_TTL);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }
}
