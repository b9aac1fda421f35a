;; A start function that must have run exactly once before the entry.
(module
  (global $runs (mut i32) (i32.const 0))
  (func $start (global.set $runs (i32.add (global.get $runs) (i32.const 1))))
  (start $start)
  (func (export "run") (if (i32.ne (global.get $runs) (i32.const 1)) (then unreachable))))
