package dev.selene.vm.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class InstancePoolTest {
  private static final int THREADS = 3;
  private static final int ROUNDS = 5_000;

  private static EngineModule module(int poolSize) {
    return EngineFixture.engine(EngineMode.INTERPRETER, poolSize)
        .load("test", MemoryTest.accessors().build(), TestHost.imports());
  }

  @Test
  void lastOneGivenBack_isTakenFirst() throws InstantiationFailed {
    EngineModule module = module(8);
    GuestInstance first = module.instantiate(new RecordingOwner());
    GuestInstance second = module.instantiate(new RecordingOwner());
    first.release();
    second.release();
    assertSame(second, module.instantiate(new RecordingOwner()));
    assertSame(first, module.instantiate(new RecordingOwner()));
  }

  /** Each instance has one owner at a time, and no more are kept than the pool may have. */
  @RepeatedTest(5)
  void manyThreads_eachInstanceHasOneOwner() throws Exception {
    EngineModule module = module(2);
    Set<GuestInstance> owned = ConcurrentHashMap.newKeySet();
    Set<GuestInstance> seen = ConcurrentHashMap.newKeySet();
    AtomicInteger reused = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < ROUNDS; i++) {
                        GuestInstance taken = module.instantiate(new RecordingOwner());
                        assertTrue(owned.add(taken), "two owners");
                        if (!seen.add(taken)) {
                          reused.incrementAndGet();
                        }
                        assertEquals(0, taken.memory().getInt(0));
                        taken.memory().putInt(0, i + 1);
                        owned.remove(taken);
                        taken.release();
                      }
                    } catch (Throwable e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(failure.get());
    assertTrue(reused.get() > ROUNDS, "reused " + reused.get());
    List<GuestInstance> left = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      GuestInstance taken = module.instantiate(new RecordingOwner());
      if (seen.contains(taken)) {
        left.add(taken);
      }
    }
    assertTrue(left.size() <= 2, "kept " + left.size());
  }
}
