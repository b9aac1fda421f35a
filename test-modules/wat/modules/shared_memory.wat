;; A shared memory, of the threads proposal.
(module (memory 1 1 shared) (func (export "run")))
