;; Vectors.
(module
  (memory 1)
  (data (i32.const 16) "\01\00\00\00\02\00\00\00\03\00\00\00\04\00\00\00")
  (func (export "add")
    (v128.store (i32.const 32)
      (i32x4.add (v128.load (i32.const 16)) (i32x4.splat (i32.const 10))))
    (if (i32.ne (i32.load (i32.const 44)) (i32.const 14)) (then unreachable)))
  (func (export "loop")
    (loop $again
      (v128.store (i32.const 32) (i32x4.mul (v128.load (i32.const 16)) (v128.load (i32.const 32))))
      (br $again)))
  (func (export "outside") (drop (v128.load (i32.const 65528)))))
