;; A server in WebAssembly text: it counts.
;;
;; Others spawn it by the name of its export, `counter`, and send it messages: 8 bytes process id
;; of who asks, then 8 bytes that are added. The answer has the tag of the question, and the sum.
;; A message of any other size makes it fail, with a text.
(module
  (import "selene::version" "1.0" (func $needs_version))
  (import "selene::process" "fail" (func $fail (param i32 i32)))
  (import "lunatic::message" "receive" (func $receive (param i32 i32 i64) (result i32)))
  (import "lunatic::message" "data_size" (func $data_size (result i64)))
  (import "lunatic::message" "read_data" (func $read_data (param i32 i32) (result i32)))
  (import "lunatic::message" "get_tag" (func $get_tag (result i64)))
  (import "lunatic::message" "create_data" (func $create_data (param i64 i64)))
  (import "lunatic::message" "write_data" (func $write_data (param i32 i32) (result i32)))
  (import "lunatic::message" "send" (func $send (param i64) (result i32)))

  ;; 0: the asker; 8: the change, then the sum; 16: a text
  (memory 1)
  (data (i32.const 16) "a question has 16 bytes")

  (func (export "counter") (param $sum i64)
    (call $needs_version)
    (loop $next
      ;; no tags: whatever comes first; -1: for ever; 0: it is data
      (br_if $next (call $receive (i32.const 0) (i32.const 0) (i64.const -1)))
      (if (i64.ne (call $data_size) (i64.const 16))
        (then (call $fail (i32.const 16) (i32.const 23))))
      (drop (call $read_data (i32.const 0) (i32.const 16)))
      (local.set $sum (i64.add (local.get $sum) (i64.load (i32.const 8))))
      (i64.store (i32.const 8) (local.get $sum))
      (call $create_data (call $get_tag) (i64.const 8))
      (drop (call $write_data (i32.const 8) (i32.const 8)))
      (drop (call $send (i64.load (i32.const 0))))
      (br $next))))
