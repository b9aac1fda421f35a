;; An import that exists, with another type.
(module
  (import "lunatic::process" "kill" (func (param i32)))
  (func (export "run")))
