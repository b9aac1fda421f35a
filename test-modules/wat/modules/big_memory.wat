;; A first memory of 64 MiB.
(module (memory 1024) (func (export "run") (i32.store (i32.const 0x3fffffc) (i32.const 1))))
