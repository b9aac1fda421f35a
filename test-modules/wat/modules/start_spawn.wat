;; A start function that spawns, which is refused.
(module
  (import "lunatic::process" "spawn"
    (func $spawn (param i64 i64 i64 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "run")
  (func $start
    (drop (call $spawn (i64.const 0) (i64.const -1) (i64.const -1)
      (i32.const 100) (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 8))))
  (start $start)
  (func (export "run")))
