package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.NetworkAccess;
import dev.selene.host.ProcessConfig;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the flags about the network come to. */
class NetworkFlagsTest {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.1");

  @Command
  static final class Flags {
    @Mixin GuestOptions guest;

    @Parameters List<String> rest = List.of();
  }

  private static Flags parse(String... arguments) {
    Flags flags = new Flags();
    new CommandLine(flags).parseArgs(arguments);
    return flags;
  }

  private static NetworkAccess access(String... arguments) {
    return parse(arguments).guest.config(List.of("guest")).network();
  }

  private static boolean mayConnect(NetworkAccess access, InetAddress address, int port) {
    return access.mayConnect(address, port, (rule, any) -> false);
  }

  @Test
  void noFlag_meansEverywhere() {
    assertEquals(NetworkAccess.ALL, access());
  }

  @Test
  void denyNet_closesAll() {
    NetworkAccess access = access("--deny-net");
    assertFalse(mayConnect(access, LOCAL, 80));
    assertFalse(access.mayListen(LOCAL, 0));
    assertFalse(access.mayResolve("example.org"));
    assertThrows(CommandFailure.class, () -> access("--deny-net", "--allow-net"));
  }

  @Test
  void allowNet_withoutRules_leavesTheNextArgumentAlone() {
    Flags flags = parse("--allow-net", "guest.wasm");
    assertEquals(List.of("guest.wasm"), flags.rest);
    assertTrue(mayConnect(flags.guest.config(List.of()).network(), OTHER, 1));
    assertEquals(List.of("--allow-net=*"), flags.guest.flags());
  }

  @Test
  void rules_areBothWays_connectAndListenAreOne() {
    NetworkAccess both = access("--allow-net=127.0.0.1:80,example.org");
    assertTrue(mayConnect(both, LOCAL, 80));
    assertFalse(mayConnect(both, LOCAL, 81));
    assertTrue(both.mayListen(LOCAL, 80));
    assertTrue(both.mayResolve("example.org"));
    assertFalse(both.mayResolve("example.com"));
    NetworkAccess connect = access("--allow-connect", "127.0.0.0/8");
    assertTrue(mayConnect(connect, LOCAL, 1));
    assertFalse(connect.mayListen(LOCAL, 1));
    NetworkAccess listen = access("--allow-listen=127.0.0.1:8000-9000");
    assertTrue(listen.mayListen(LOCAL, 8080));
    assertFalse(listen.mayListen(LOCAL, 0));
    assertFalse(mayConnect(listen, LOCAL, 8080));
  }

  @Test
  void wrongRule_namesTheFlag() {
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> access("--allow-listen=*:http"));
    assertTrue(
        failure.getMessage().startsWith("--allow-listen: network rule '*:http'"),
        failure.getMessage());
  }

  @Test
  void children_neverGetMore() {
    ProcessConfig creator =
        ProcessConfig.builder().network(access("--allow-connect=127.0.0.1:80")).build();
    ProcessConfig wide = ProcessConfig.builder().network(NetworkAccess.ALL).build();
    NetworkAccess child = wide.clampedTo(creator).network();
    assertTrue(mayConnect(child, LOCAL, 80));
    assertFalse(mayConnect(child, LOCAL, 81));
    ProcessConfig other = ProcessConfig.builder().network(access("--allow-connect=*:443")).build();
    assertFalse(mayConnect(other.clampedTo(creator).network(), LOCAL, 80));
    assertFalse(mayConnect(other.clampedTo(creator).network(), OTHER, 443));
  }

  /** A name covers no address to listen on; what it means for both is said by its own flag. */
  @Test
  void namesAreForConnecting_andLocalhostForBoth() throws Exception {
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> access("--allow-listen=example.com:80"));
    assertTrue(
        failure.getMessage().startsWith("--allow-listen: 'example.com' is a name"),
        failure.getMessage());
    NetworkAccess local = access("--allow-net=localhost:80,example.com");
    for (String address : new String[] {"127.0.0.1", "127.1.2.3", "::1"}) {
      assertTrue(local.mayListen(InetAddress.ofLiteral(address), 80), address);
      assertFalse(local.mayListen(InetAddress.ofLiteral(address), 81), address);
    }
    assertFalse(local.mayListen(InetAddress.ofLiteral("0.0.0.0"), 80));
  }
}
