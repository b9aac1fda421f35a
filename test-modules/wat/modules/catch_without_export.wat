;; A catch in a module that has nothing to call.
(module
  (import "lunatic::trap" "catch" (func $catch (param i32 i32) (result i32)))
  (func (export "run") (drop (call $catch (i32.const 0) (i32.const 0)))))
