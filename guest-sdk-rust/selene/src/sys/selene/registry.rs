//! `selene::registry`

#[link(wasm_import_module = "selene::registry")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn register(name: *const u8, name_length: usize, target: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn unregister(name: *const u8, name_length: usize) -> i32;
    /// See `docs/abi.md`.
    pub fn whereis(name: *const u8, name_length: usize, out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn wait_for(name: *const u8, name_length: usize, millis: i64, out: *mut u64) -> i32;
}
