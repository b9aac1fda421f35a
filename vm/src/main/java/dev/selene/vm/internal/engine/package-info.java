/**
 * The Wasm engine: the only package that knows Endive.
 *
 * <p>Reading order: {@link dev.selene.vm.internal.engine.Engine} (loading), {@link
 * dev.selene.vm.internal.engine.CostModel} (what running costs), {@code ModuleMeter} and {@code
 * FunctionMeter} (markers in the binary), {@link dev.selene.vm.internal.engine.PagedMemory} (linear
 * memory and the budget of the running slice), {@code GuestMachine} and {@code MeteredInterpreter}
 * (interpreted code), {@code CodeCompiler} and {@code CodeRewriter} (compiled code), {@link
 * dev.selene.vm.internal.engine.EngineModule} (what all processes of a module share), {@link
 * dev.selene.vm.internal.engine.GuestInstance} (one process's instance).
 *
 * <p>Called by {@code vm.internal.process}; calls back through {@link
 * dev.selene.vm.internal.engine.MemoryOwner} and the host functions of an {@link
 * dev.selene.vm.internal.engine.ImportTable}.
 */
@NullMarked
package dev.selene.vm.internal.engine;

import org.jspecify.annotations.NullMarked;
