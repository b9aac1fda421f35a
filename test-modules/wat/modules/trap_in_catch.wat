;; A trap inside a catch leaves nothing on the operand stack.
(module
  (import "lunatic::trap" "catch" (func $catch (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $dirty (param i32) (result i32)
    (i32.add (i32.const 5) (i32.add (i32.const 6) (call $trap (local.get 0)))))
  (func $trap (param i32) (result i32) unreachable)
  (func (export "_lunatic_catch_trap") (param i32 i32) (result i32)
    (i32.add (i32.const 1) (call $dirty (local.get 1))))
  (func (export "run")
    (if (i32.ne (i32.add (i32.const 10) (call $catch (i32.const 0) (i32.const 0))) (i32.const 10))
      (then unreachable))))
