;; Two imports that nobody has.
(module
  (import "env" "nobody" (func))
  (import "lunatic::process" "nothing" (func (param i64) (result i32)))
  (import "lunatic::version" "major" (func (result i32)))
  (func (export "run")))
