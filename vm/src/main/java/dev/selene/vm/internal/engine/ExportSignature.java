package dev.selene.vm.internal.engine;

import java.util.List;

/**
 * An exported function and its type.
 *
 * @param name as it is exported
 * @param parameters Wasm type bytes: 0x7F i32, 0x7E i64, 0x7D f32, 0x7C f64
 * @param results Wasm type bytes
 */
public record ExportSignature(String name, List<Byte> parameters, List<Byte> results) {
  /** Copies both lists. */
  public ExportSignature {
    parameters = List.copyOf(parameters);
    results = List.copyOf(results);
  }
}
