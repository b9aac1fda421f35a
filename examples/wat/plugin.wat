;; A plugin in WebAssembly text, for examples/rust/plugin-host: how many bytes a text has.
;;
;; A question is a message: 8 bytes process id of who asks, 8 bytes tag of the answer, and the text.
;; The answer has that tag: a zero byte, and a text.
(module
  (import "lunatic::message" "receive" (func $receive (param i32 i32 i64) (result i32)))
  (import "lunatic::message" "data_size" (func $data_size (result i64)))
  (import "lunatic::message" "read_data" (func $read_data (param i32 i32) (result i32)))
  (import "lunatic::message" "create_data" (func $create_data (param i64 i64)))
  (import "lunatic::message" "write_data" (func $write_data (param i32 i32) (result i32)))
  (import "lunatic::message" "send" (func $send (param i64) (result i32)))

  ;; 0: the asker; 8: the tag; 16 to 64: the digits, and the zero byte before them
  (memory (export "memory") 1)

  (func (export "length")
    (local $rest i64) (local $at i32)
    ;; no tags: whatever comes first; -1: for ever
    (drop (call $receive (i32.const 0) (i32.const 0) (i64.const -1)))
    (local.set $rest (i64.sub (call $data_size) (i64.const 16)))
    (drop (call $read_data (i32.const 0) (i32.const 16)))
    ;; the digits, from the last one on
    (local.set $at (i32.const 64))
    (loop $digit
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i64.store8 (local.get $at)
        (i64.add (i64.const 48) (i64.rem_u (local.get $rest) (i64.const 10))))
      (local.set $rest (i64.div_u (local.get $rest) (i64.const 10)))
      (br_if $digit (i64.ne (local.get $rest) (i64.const 0))))
    (local.set $at (i32.sub (local.get $at) (i32.const 1)))
    (call $create_data (i64.load (i32.const 8)) (i64.const 0))
    (drop (call $write_data (local.get $at) (i32.sub (i32.const 64) (local.get $at))))
    (drop (call $send (i64.load (i32.const 0)))))

  ;; A wild pointer: the process ends, and nobody else.
  (func (export "wild")
    (drop (i32.load (i32.const -4)))))
