;; Imports that take addresses, in a module that exports no memory.
(module
  (import "lunatic::message" "create_data" (func $create (param i64 i64)))
  (import "lunatic::message" "write_data" (func $write (param i32 i32) (result i32)))
  (func (export "run")
    (call $create (i64.const 0) (i64.const 0))
    (drop (call $write (i32.const 0) (i32.const 8)))))
