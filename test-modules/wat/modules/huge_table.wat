;; A first table of two thousand million entries.
(module (table 2000000000 funcref) (func (export "run")))
