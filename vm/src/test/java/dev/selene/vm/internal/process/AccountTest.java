package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selene.host.ProcessConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final ProcessConfig UNLIMITED = ProcessConfig.builder().build();

  @Test
  void childWithoutLimitsOfItsOwn_sharesTheAccount() {
    Account root = Account.root(1000);
    assertSame(root, root.forChild(UNLIMITED, UNLIMITED));
  }

  @Test
  void refusedCharge_leavesNoTraceAtAnyLevel() {
    Account root = Account.root(1000);
    Account child = child(root, UNLIMITED.toBuilder().maxMemoryBytes(600).build());
    assertTrue(child.tryCharge(500));
    assertFalse(child.tryCharge(101));
    assertTrue(root.tryCharge(400));
    assertFalse(child.tryCharge(101));
    assertEquals(500, child.bytes());
    assertEquals(900, root.bytes());
    assertEquals(600, child.memoryLimit());
  }

  @Test
  void fuelOfASubtree_isSharedAndRunsOutOnce() {
    Account root = Account.root(Long.MAX_VALUE);
    ProcessConfig ten = UNLIMITED.toBuilder().maxFuel(10).build();
    Account parent = child(root, ten);
    Account grandchild = parent.forChild(ten.toBuilder().maxFuel(4).build(), ten);
    assertNotNull(grandchild);
    long got = 0;
    for (long taken = 1; taken > 0; got += taken) {
      taken = grandchild.takeFuel(130_000);
    }
    assertEquals(400_000, got);
    assertEquals(4, grandchild.exhaustedFuelLimit());
    for (long taken = 1; taken > 0; got += taken) {
      taken = parent.takeFuel(70_000);
    }
    assertEquals(1_000_000, got);
    parent.returnFuel(5);
    assertEquals(5, parent.takeFuel(100));
  }

  @Test
  void nesting_isBounded() {
    Account account = Account.root(Long.MAX_VALUE);
    ProcessConfig creator = UNLIMITED;
    for (int depth = 0; depth < Account.MAX_DEPTH; depth++) {
      ProcessConfig config = UNLIMITED.toBuilder().maxMemoryBytes(1_000_000 - depth).build();
      Account next = account.forChild(config, creator);
      assertNotNull(next);
      account = next;
      creator = config;
    }
    assertNull(account.forChild(UNLIMITED.toBuilder().maxMemoryBytes(1).build(), creator));
  }

  @Test
  void concurrentChargesAndReleases_endAtZeroAndNeverPassTheLimit() throws Exception {
    Account root = Account.root(10_000);
    Account child = child(root, UNLIMITED.toBuilder().maxMemoryBytes(6_000).build());
    AtomicLong worst = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Account account = t % 2 == 0 ? child : root;
      SplittableRandom random = new SplittableRandom(t);
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 200_000; i++) {
                      long amount = random.nextInt(1, 3_000);
                      if (account.tryCharge(amount)) {
                        account.release(amount);
                      }
                      if (account.tryAddProcess()) {
                        account.removeProcess();
                      }
                    }
                    worst.accumulateAndGet(root.bytes(), Math::max);
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(0, root.bytes());
    assertEquals(0, child.bytes());
    assertEquals(0, root.processes());
  }

  private static Account child(Account parent, ProcessConfig config) {
    Account child = parent.forChild(config, UNLIMITED);
    assertNotNull(child);
    return child;
  }

  @Test
  void handlesOfASubtree_areSharedWhereALimitIsSet() {
    Account root = Account.root(Long.MAX_VALUE);
    assertTrue(root.tryAddHandle());
    assertEquals(0, root.handles(), "not counted where nothing limits them");
    ProcessConfig three = UNLIMITED.toBuilder().maxHandles(3).build();
    Account parent = child(root, three);
    assertSame(parent, parent.forChild(three, three));
    Account grandchild = parent.forChild(three.toBuilder().maxHandles(2).build(), three);
    assertNotNull(grandchild);
    assertEquals(2, grandchild.handleLimit());
    assertTrue(grandchild.tryAddHandle());
    assertTrue(parent.tryAddHandle());
    assertTrue(grandchild.tryAddHandle());
    assertFalse(grandchild.tryAddHandle(), "its own limit");
    assertFalse(parent.tryAddHandle(), "the limit of both");
    assertEquals(2, grandchild.handles());
    assertEquals(3, parent.handles());
    grandchild.removeHandles(2);
    parent.removeHandles(1);
    assertEquals(0, grandchild.handles());
    assertEquals(0, parent.handles());
    assertEquals(0, root.handles());
  }
}
