;; A WASI reactor: `_initialize` is to be called before any other export. `run` traps without it,
;; and so does a second call of `_initialize` in the same instance.
(module
  (memory (export "memory") 1 1)
  (global $ready (mut i32) (i32.const 0))
  (func (export "_initialize")
    (if (global.get $ready) (then (unreachable)))
    (global.set $ready (i32.const 1)))
  (func (export "run")
    (if (i32.eqz (global.get $ready)) (then (unreachable)))))
