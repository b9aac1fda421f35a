;; A first memory of 4 GiB.
(module (memory 65536) (func (export "run")))
