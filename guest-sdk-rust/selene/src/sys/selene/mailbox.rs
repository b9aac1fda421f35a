//! `selene::mailbox`

#[link(wasm_import_module = "selene::mailbox")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn configure(max_messages: i64, max_bytes: i64, policy: i32);
    /// See `docs/abi.md`.
    pub fn dropped() -> u64;
}
