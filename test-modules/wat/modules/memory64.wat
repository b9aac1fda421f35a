;; Addresses of 64 bits.
(module (memory i64 1) (func (export "run") (i32.store (i64.const 8) (i32.const 1))))
