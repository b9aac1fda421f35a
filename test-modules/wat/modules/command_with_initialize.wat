;; A WASI command has `_start`; what else it calls `_initialize` is its own affair.
(module
  (memory (export "memory") 1 1)
  (func (export "_initialize") (unreachable))
  (func (export "_start"))
  (func (export "run")))
