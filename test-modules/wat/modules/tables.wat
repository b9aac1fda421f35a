;; Tables: growth without end, bulk operations, and empty entries.
(module
  (type $none (func))
  (type $other (func (param i64) (result i64)))
  (table $main (export "table") 10 funcref)
  (table $long 50000 funcref)
  (elem $one declare func $f)
  (func $f)
  (elem (table $main) (i32.const 1) func $f)
  ;; Grows by 1000 until it is refused, then ends normally.
  (func (export "grow")
    (loop $again
      (br_if $again
        (i32.ne (table.grow $main (ref.null func) (i32.const 1000)) (i32.const -1)))))
  (func (export "grow_for_ever")
    (loop $again (drop (table.grow $main (ref.func $f) (i32.const 1))) (br $again)))
  (func (export "grow_absurdly")
    (if (i32.ne (table.grow $main (ref.null func) (i32.const -1)) (i32.const -1)) (then unreachable))
    (if (i32.ne (table.size $main) (i32.const 10)) (then unreachable)))
  (func (export "fill_for_ever")
    (loop $again
      (table.fill $long (i32.const 0) (ref.func $f) (i32.const 50000)) (br $again)))
  (func (export "copy_for_ever")
    (loop $again
      (table.copy $long $long (i32.const 0) (i32.const 1) (i32.const 49999)) (br $again)))
  (func (export "fill_outside")
    (table.fill $main (i32.const 9) (ref.func $f) (i32.const 2)))
  (func (export "get_outside") (drop (table.get $main (i32.const 10))))
  (func (export "call_outside") (call_indirect $main (type $none) (i32.const 10)))
  (func (export "call_empty") (call_indirect $main (type $none) (i32.const 0)))
  (func (export "call_wrong_type")
    (drop (call_indirect $main (type $other) (i64.const 0) (i32.const 1)))))
