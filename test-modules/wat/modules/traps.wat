;; One trap of each kind.
(module
  (memory 1 2)
  (func (export "unreachable") unreachable)
  (func (export "divide") (drop (i32.div_s (i32.const 1) (i32.const 0))))
  (func (export "remainder") (drop (i64.rem_u (i64.const 1) (i64.const 0))))
  (func (export "overflow") (drop (i32.div_s (i32.const 0x80000000) (i32.const -1))))
  (func (export "truncate_big") (drop (i32.trunc_f64_s (f64.const 1e300))))
  (func (export "truncate_nan") (drop (i64.trunc_f32_u (f32.const nan))))
  (func (export "load") (drop (i32.load (i32.const 65533))))
  (func (export "load_offset") (drop (i32.load offset=0xffffffff (i32.const -1))))
  (func (export "store") (i64.store (i32.const 65530) (i64.const 1)))
  (func (export "copy") (memory.copy (i32.const 0) (i32.const 1) (i32.const 65536)))
  (func (export "init") (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 5)))
  (data $bytes "four")
  ;; Divides INT_MIN by -1 with a remainder, which is 0 and no trap.
  (func (export "no_trap") (if (i32.rem_s (i32.const 0x80000000) (i32.const -1)) (then unreachable))))
