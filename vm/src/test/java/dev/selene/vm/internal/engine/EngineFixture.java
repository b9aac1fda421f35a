package dev.selene.vm.internal.engine;

/**
 * Engines as the tests use them. Instances have been used and reset before a test gets them, unless
 * {@code -Dselene.test.instances=fresh} makes them new.
 */
final class EngineFixture {
  private static final boolean FRESH = "fresh".equals(System.getProperty("selene.test.instances"));

  private EngineFixture() {}

  static Engine engine(EngineMode mode) {
    return engine(mode, 8);
  }

  static Engine engine(EngineMode mode, int poolSize) {
    return new Engine(options(mode, poolSize));
  }

  /** For benchmarks: what it compiles cannot be stopped. */
  static Engine unmeteredEngine() {
    return Engine.withoutMetering(options(EngineMode.COMPILED, 8));
  }

  private static EngineOptions options(EngineMode mode, int poolSize) {
    return new EngineOptions(mode, null, 1 << 20, Runnable::run, poolSize, 1 << 26, 100_000);
  }

  static EngineModule load(EngineMode mode, byte[] bytes) {
    return engine(mode).load("test", bytes, TestHost.imports());
  }

  static GuestInstance start(EngineMode mode, byte[] bytes, MemoryOwner owner) {
    try {
      EngineModule module = load(mode, bytes);
      if (!FRESH) {
        RecordingOwner before = new RecordingOwner();
        GuestInstance used = module.instantiate(before);
        PagedMemory memory = used.memory();
        for (int i = 0; i < memory.size(); i += 1000) {
          memory.putByte(i, (byte) 0x55);
        }
        used.release();
      }
      return module.instantiate(owner);
    } catch (InstantiationFailed e) {
      throw new AssertionError(e);
    }
  }
}
