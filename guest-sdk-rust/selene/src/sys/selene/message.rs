//! `selene::message`

#[link(wasm_import_module = "selene::message")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn exit_reason(out: *mut u8, out_length: usize) -> usize;
    /// See `docs/abi.md`.
    pub fn process_id() -> u64;
    /// See `docs/abi.md`.
    pub fn reference() -> i64;
    /// See `docs/abi.md`.
    pub fn try_send(target: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn send_timeout(target: u64, millis: i64) -> i32;
    /// See `docs/abi.md`.
    pub fn request(target: u64, tag: i64, millis: i64) -> i32;
}
