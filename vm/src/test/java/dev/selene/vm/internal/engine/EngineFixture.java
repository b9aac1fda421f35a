package dev.selene.vm.internal.engine;

/** Engines as the tests use them. */
final class EngineFixture {
  private EngineFixture() {}

  static Engine engine(EngineMode mode) {
    return engine(mode, 8);
  }

  static Engine engine(EngineMode mode, int poolSize) {
    return new Engine(
        new EngineOptions(mode, null, 1 << 20, Runnable::run, poolSize, 1 << 26, 100_000));
  }

  static EngineModule load(EngineMode mode, byte[] bytes) {
    return engine(mode).load("test", bytes, TestHost.imports());
  }

  static GuestInstance start(EngineMode mode, byte[] bytes, MemoryOwner owner) {
    try {
      return load(mode, bytes).instantiate(owner);
    } catch (InstantiationFailed e) {
      throw new AssertionError(e);
    }
  }
}
