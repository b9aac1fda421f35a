;; Imports a memory, which the host does not give.
(module (import "env" "memory" (memory 1)) (func (export "run")))
