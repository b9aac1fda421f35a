package dev.selene.vm.internal.process;

import dev.selene.vm.internal.engine.EngineModule;
import dev.selene.vm.internal.engine.ExportSignature;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The function that a process runs.
 *
 * @param function its export name
 * @param types Wasm type code of each argument
 * @param arguments a v128 takes two
 */
record Entry(String function, List<Byte> types, long[] arguments) {
  long footprint() {
    return 2L * function.length() + 8L * types.size() + 8L * arguments.length;
  }

  /** Why a module has no such function; null when it has. */
  @Nullable String mismatch(EngineModule module) {
    ExportSignature signature = module.exportSignature(function);
    if (signature == null) {
      return "no function \"" + Texts.shortened(function) + "\" is exported";
    }
    if (!signature.results().isEmpty()) {
      return "entry function \"" + Texts.shortened(function) + "\" must not return anything";
    }
    return signature.parameters().equals(types)
        ? null
        : "entry function \"" + Texts.shortened(function) + "\" takes other parameters";
  }
}
