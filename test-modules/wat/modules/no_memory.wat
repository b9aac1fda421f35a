;; No memory at all, and one import.
(module
  (import "lunatic::version" "minor" (func $minor (result i32)))
  (func (export "run") (if (i32.ne (call $minor) (i32.const 13)) (then unreachable))))
