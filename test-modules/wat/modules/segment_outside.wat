;; An active segment outside the memory: the instance cannot be made.
(module (memory 1) (data (i32.const 65534) "four") (func (export "run")))
