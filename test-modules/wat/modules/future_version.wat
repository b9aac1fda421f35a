;; Needs a version of the selene imports that does not exist yet.
(module
  (import "selene::version" "7.3" (func $needs_version))
  (import "selene::telepathy" "send" (func $send (param i64)))
  (func (export "run") (call $needs_version)))
