package dev.selene.benchmarks;

import java.util.HexFormat;

/** A guest that waits for one message and ends. */
final class Receiver {
  /**
   * <pre>
   * (module
   *   (import "lunatic::message" "receive" (func $receive (param i32 i32 i64) (result i32)))
   *   (memory 1)
   *   (func (export "run")
   *     (drop (call $receive (i32.const 0) (i32.const 0) (i64.const -1)))))
   * </pre>
   */
  static final byte[] MODULE =
      HexFormat.of()
          .parseHex(
              "0061736d01000000" // magic, version
                  + "010b02" // two types
                  + "60037f7f7e017f" // type 0: (i32, i32, i64) -> i32
                  + "600000" // type 1: () -> ()
                  + "021c01" // one import
                  + "106c756e617469633a3a6d657373616765" // "lunatic::message"
                  + "0772656365697665" // "receive"
                  + "0000" // a function of type 0
                  + "03020101" // function 1 has type 1
                  + "0503010001" // memory of 1 page
                  + "07070103" // one export with 3 letters
                  + "72756e" // "run"
                  + "0001" // function 1
                  + "0a0d010b00" // its body, without locals
                  + "41004100427f" // i32.const 0, i32.const 0, i64.const -1
                  + "10001a0b"); // call 0, drop, end

  private Receiver() {}
}
